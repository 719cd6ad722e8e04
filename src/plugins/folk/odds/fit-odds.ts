import { folkCodec } from '../codec/index.js';
import type { TuneModel } from '../generate/model.js';
import { type Asked, makeTunes } from '../generate/tunes.js';
import { NO_CADENCE_ODDS } from './cadence-odds.js';
import { type CadenceShares, cadenceShares, correctedCadences } from './fit-cadences.js';
import { correctedNotes, type NoteShares, noteShares } from './fit-notes.js';
import { NO_NOTE_ODDS } from './note-odds.js';
import { type KindOdds, kindOf, OTHERS } from './tune-odds.js';

/** A training tune by people, and the request for tunes like it. */
export interface Pattern {
  readonly asked: Asked;
  readonly tokens: readonly number[];
}

export interface OddsFitting {
  /** Tunes generated per round, divided among the kinds in proportion to the square root of their number of patterns. */
  readonly count: number;
  /** Each round generates tunes with the current odds and corrects these, by smaller and smaller steps. */
  readonly rounds: number;
  readonly seed: number;
  readonly lookAhead: number;
  /** Called after each tune with the share of the work done. May throw to end the work. */
  readonly watch: (share: number) => Promise<void>;
}

/** Cadence and note statistics of tunes. */
interface TuneShares {
  readonly cadences: CadenceShares;
  readonly notes: NoteShares;
}

/** The result for one kind of tune. */
export interface OddsFit {
  readonly kind: string;
  readonly patterns: number;
  readonly people: TuneShares;
  /** Statistics of the tunes generated in each round. */
  readonly made: readonly TuneShares[];
  readonly odds: KindOdds;
}

/** A type with fewer patterns is grouped under OTHERS. */
const LEAST_PATTERNS = 50;

const NO_ODDS: KindOdds = { cadences: NO_CADENCE_ODDS, notes: NO_NOTE_ODDS };

/** Fits, for each kind of tune, odds with which generated tunes match the statistics of its patterns. */
export async function fitOdds(
  model: TuneModel,
  patterns: readonly Pattern[],
  { count, rounds, seed, lookAhead, watch }: OddsFitting,
): Promise<OddsFit[]> {
  const kinds = kindsOf(patterns);
  const weight = kinds.reduce((sum, { patterns }) => sum + Math.sqrt(patterns.length), 0);
  const fits = kinds.map(({ kind, patterns }) => ({
    kind,
    patterns: patterns.length,
    people: sharesOf(patterns.map(({ tokens }) => tokens)),
    made: [] as TuneShares[],
    odds: NO_ODDS,
  }));
  for (let round = 0; round < rounds; round++) {
    const odds = Object.fromEntries(fits.map(({ kind, odds }) => [kind, odds]));
    for (const [index, fit] of fits.entries()) {
      const { patterns } = kinds[index]!;
      const asked = spread(
        patterns,
        Math.ceil((count * Math.sqrt(patterns.length)) / weight),
        round / rounds,
      );
      const order = {
        count: asked.length,
        bestOf: 1,
        temperature: 1,
        topP: 1,
        seed: seed + round,
        lookAhead,
      };
      const tunes: number[][] = [];
      for (const { tokens } of makeTunes({ ...model, odds, critic: undefined }, { asked, ...order })) {
        tunes.push(folkCodec.read(tokens));
        await watch((round + (index + tunes.length / asked.length) / fits.length) / rounds);
      }
      const shares = sharesOf(tunes, fit.people);
      fit.made.push(shares);
      // Full steps at first, since the candidates do not include all ways; then smaller ones, not to follow the noise of each round.
      fit.odds = corrected(fit.odds, fit.people, shares, Math.min(1, 2 / (round + 1)));
    }
  }
  return fits;
}

/** Groups patterns by kind, with the rare kinds together. */
function kindsOf(patterns: readonly Pattern[]): { kind: string; patterns: readonly Pattern[] }[] {
  const kinds = new Map<string, Pattern[]>();
  for (const pattern of patterns) {
    const kind = kindOf(pattern.tokens);
    const known = kinds.get(kind);
    if (known) known.push(pattern);
    else kinds.set(kind, [pattern]);
  }
  const often = [...kinds].filter(([, { length }]) => length >= LEAST_PATTERNS);
  const rare = [...kinds].filter(([, { length }]) => length < LEAST_PATTERNS);
  const others = rare.flatMap(([, patterns]) => patterns);
  return [...often, ...(others.length > 0 ? [[OTHERS, others] as const] : [])].map(([kind, patterns]) => ({
    kind,
    patterns,
  }));
}

/**
 * `count` requests, evenly spread over the patterns; another `phase` (0 to 1) selects others, since repeating a request would
 * count it twice.
 */
function spread(patterns: readonly Pattern[], count: number, phase: number): Asked[] {
  return Array.from({ length: count }, (_, index) => {
    const at = Math.floor(((index + phase) * patterns.length) / count);
    return patterns[at]!.asked;
  });
}

function sharesOf(tunes: readonly (readonly number[])[], prior?: TuneShares): TuneShares {
  return { cadences: cadenceShares(tunes, prior?.cadences), notes: noteShares(tunes, prior?.notes) };
}

function corrected(odds: KindOdds, people: TuneShares, made: TuneShares, step: number): KindOdds {
  return {
    cadences: correctedCadences(odds.cadences, people.cadences, made.cadences, step),
    notes: correctedNotes(odds.notes, people.notes, made.notes, step),
  };
}
