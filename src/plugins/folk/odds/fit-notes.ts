import { folkCodec } from '../codec/index.js';
import { isNoteSign, LEAPS, leapIndex, stepOf } from '../codec/note-signs.js';
import type { NoteOdds } from './note-odds.js';

/** Means over tunes, each of which counts alike. */
export interface NoteShares {
  /** How many of each sign there are to a note: (token). Of pitches, shares. */
  readonly signs: readonly number[];
  /** Shares of the ways from note to note, as {@link NoteOdds} has them. */
  readonly leaps: readonly number[];
}

/** So many tunes more have what `prior` has: few are not taken at their word. */
const PRIOR = 60;

/** Tunes with fewer than two notes are passed over. */
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

/** What is rarer than this among people's notes is left as the network has it. */
const LEAST_SHARE = 0.005;
/** No odds beyond this: at the end of such a correction a chance of few tunes would stand. */
const MOST = 1;

/** Odds with which what was made with `odds` comes closer to people's; a whole `step` is 1. */
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

/** So that notes together become no likelier beside bar lines: what has these shares with odds would weigh as much without. */
function centred(odds: readonly number[], shares: readonly number[]): number[] {
  const total = shares.reduce((sum, share) => sum + share, 0);
  const without = odds.reduce((sum, value, index) => sum + shares[index]! * Math.exp(-value), 0);
  const shift = Math.log(without / total);
  return odds.map((value) => value + shift);
}

function rounded(odds: number): number {
  return Math.round(1000 * Math.max(-MOST, Math.min(MOST, odds))) / 1000;
}
