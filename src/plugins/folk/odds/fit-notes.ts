import { folkCodec } from '../codec/index.js';
import { isNoteSign, LEAPS, leapIndex, stepOf } from '../codec/note-signs.js';
import type { NoteOdds } from './note-odds.js';

/** Means over tunes, each with the same weight. */
export interface NoteShares {
  /** Occurrences of each sign per note: (token). For pitches these are shares. */
  readonly signs: readonly number[];
  /** Shares of the intervals between consecutive notes, indexed as in {@link NoteOdds}. */
  readonly leaps: readonly number[];
}

/** Pseudo-count of the prior, in tunes: a few tunes are not trusted on their own. */
const PRIOR = 60;

/** Measures the shares in tunes (tokens), smoothed towards `prior`. Tunes with fewer than two notes are skipped. */
export function noteShares(tunes: readonly (readonly number[])[], prior?: NoteShares): NoteShares {
  const signs = new Array<number>(folkCodec.vocabulary.size).fill(0);
  const leaps = new Array<number>(LEAPS).fill(0);
  let counted = 0;
  for (const tokens of tunes) {
    const steps = tokens.flatMap((token) => stepOf(token) ?? []);
    if (steps.length < 2) continue;
    counted++;
    for (const token of tokens) if (isNoteSign(token)) signs[token]! += 1 / steps.length;
    for (const [index, to] of steps.slice(1).entries())
      leaps[leapIndex(steps[index]!, to)]! += 1 / (steps.length - 1);
  }
  const before = prior ? PRIOR : 0;
  const mean = (sums: readonly number[], prior: readonly number[] | undefined) =>
    sums.map((sum, index) => (sum + before * (prior?.[index] ?? 0)) / Math.max(1, counted + before));
  return { signs: mean(signs, prior?.signs), leaps: mean(leaps, prior?.leaps) };
}

/** Shares below this in tunes by people are not corrected. */
const LEAST_SHARE = 0.005;
/** Limit of the odds: a larger correction would rest on the chance of a few tunes. */
const MOST = 1;

/** Moves `odds` so that generated tunes come closer to those by people; `step` scales the correction, 1 applies all of it. */
export function correctedNotes(
  { signs, leaps }: NoteOdds,
  people: NoteShares,
  made: NoteShares,
  step: number,
): NoteOdds {
  const often = people.signs.flatMap((share, token) => (share >= LEAST_SHARE ? [token] : []));
  const isPitch = (token: number) => stepOf(token) !== null;
  const pitches = often.filter(isPitch);
  const others = often.filter((token) => !isPitch(token));
  const moved = (now: number, share: number, of: number) =>
    share < LEAST_SHARE ? now : now + step * Math.log(share / of);
  const signOdds = (tokens: readonly number[]) =>
    tokens.map((token) =>
      moved(signs[folkCodec.write([token])] ?? 0, people.signs[token]!, made.signs[token]!),
    );
  const shares = pitches.map((token) => people.signs[token]!);
  const entries = [
    ...centred(signOdds(pitches), shares).map((odds, index) => [pitches[index]!, odds] as const),
    ...signOdds(others).map((odds, index) => [others[index]!, odds] as const),
  ];
  const leapOdds = leaps.map((odds, index) => moved(odds, people.leaps[index]!, made.leaps[index]!));
  return {
    signs: Object.fromEntries(entries.map(([token, odds]) => [folkCodec.write([token]), rounded(odds)])),
    leaps: centred(leapOdds, people.leaps).map(rounded),
  };
}

/**
 * Shifts the odds so that notes as a whole do not become likelier relative to bar lines: the total weight of these shares is the
 * same with and without the odds.
 */
function centred(odds: readonly number[], shares: readonly number[]): number[] {
  const total = shares.reduce((sum, share) => sum + share, 0);
  const without = odds.reduce((sum, value, index) => sum + shares[index]! * Math.exp(-value), 0);
  const shift = Math.log(without / total);
  return odds.map((value) => value + shift);
}

function rounded(odds: number): number {
  return Math.round(1000 * Math.max(-MOST, Math.min(MOST, odds))) / 1000;
}
