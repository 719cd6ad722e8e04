import { uniform } from '../../model/random.js';
import { FEATURES, type Feature, HISTOGRAM_FEATURES } from './features.js';
import type { HistogramName, Measure, Measured } from './measures.js';

/** A mean, and the ends of its 95 % interval. */
export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** How a player's continuations stand against what really followed, by one measure and in its unit. */
export interface Comparison {
  /** The measure's own mean over prompts; null of a histogram. */
  readonly mean: Interval | null;
  /** From each continuation to what followed the same prompt, mean over prompts. Of histograms: half the sum of differences between shares, 0 to 1. */
  readonly distance: Interval;
  /**
   * From all continuations together to what followed, together: the earth mover's distance between their values; of
   * histograms, half the sum of differences between the shares of all notes. Between the continuations of half of the
   * pieces and what followed in the other half, so that human music has one to itself; mean over random halvings.
   */
  readonly spread: Interval;
}

/** By measure, and by histogram under `histograms`. */
export interface Comparisons {
  readonly measures: Readonly<Record<Measure, Comparison>>;
  readonly histograms: Readonly<Record<HistogramName, Comparison>>;
}

/** Continuations, one of each prompt. (prompt) */
type Played = readonly Measured[];

const ROUNDS = 500;
const HALVINGS = 200;
/** Branches of the generator of random numbers. */
const STRANGERS = 1;
const BOOTSTRAP = 1000;
const HALVES = 1_000_000;

/**
 * Holds players against what `followed` the same prompts; `pieceOf` says which piece each prompt is from. What followed
 * is itself a player, whose distance is 0 and whose spread is the yardstick of the others'. Intervals are bootstrapped over
 * pieces, since prompts of one piece are not independent. Prompts where a measure is NaN are left out of it. Seeded.
 */
export function compare(
  pieceOf: readonly number[],
  followed: Played,
  players: readonly Played[],
  seed: number,
): Comparisons[] {
  const pieces = [...new Set(pieceOf)].map((piece) =>
    pieceOf.flatMap((other, prompt) => (other === piece ? [prompt] : [])),
  );
  return players.map((played) => {
    const one = (feature: Feature): Comparison => {
      const values = played.map((measured) => feature.value(measured));
      const apart = played.map((measured, prompt) => feature.apart(measured, followed[prompt]!));
      return {
        mean: values.every(Number.isNaN) ? null : bootstrapped(pieces, values, seed),
        distance: bootstrapped(pieces, apart, seed),
        spread: halved(pieces, (a, b) => feature.spread(take(played, a), take(followed, b)), seed),
      };
    };
    return { measures: mapValues(FEATURES, one), histograms: mapValues(HISTOGRAM_FEATURES, one) };
  });
}

/** For each prompt another, of another piece, at random. (prompt) */
export function strangersOf(pieceOf: readonly number[], seed: number): number[] {
  return pieceOf.map((piece, prompt) => {
    const others = pieceOf.flatMap((other, index) => (other === piece ? [] : [index]));
    return others[Math.floor(uniform(seed, STRANGERS, prompt) * others.length)]!;
  });
}

/** Mean of `values` (prompt), with the interval of the means of pieces drawn with replacement. */
function bootstrapped(
  pieces: readonly (readonly number[])[],
  values: readonly number[],
  seed: number,
): Interval {
  const sums = pieces.map((prompts) => {
    const known = take(values, prompts).filter((value) => !Number.isNaN(value));
    return { count: known.length, sum: known.reduce((sum, value) => sum + value, 0) };
  });
  const meanOf = (drawn: typeof sums) =>
    drawn.reduce((sum, piece) => sum + piece.sum, 0) / drawn.reduce((sum, piece) => sum + piece.count, 0);
  const means = Array.from({ length: ROUNDS }, (_, round) =>
    meanOf(sums.map((_, index) => sums[Math.floor(uniform(seed, BOOTSTRAP + round, index) * sums.length)]!)),
  );
  return interval(meanOf(sums), means);
}

/** Of `distance` between one half of the pieces and the other, over random halvings. Takes indices of prompts. */
function halved(
  pieces: readonly (readonly number[])[],
  distance: (a: readonly number[], b: readonly number[]) => number,
  seed: number,
): Interval {
  const distances = Array.from({ length: HALVINGS }, (_, round) => {
    const shuffled = pieces
      .map((prompts, index) => ({ prompts, at: uniform(seed, HALVES + round, index) }))
      .sort((a, b) => a.at - b.at)
      .map(({ prompts }) => prompts);
    const middle = shuffled.length >> 1;
    return distance(shuffled.slice(0, middle).flat(), shuffled.slice(middle).flat());
  });
  return interval(distances.reduce((sum, value) => sum + value, 0) / HALVINGS, distances);
}

function interval(mean: number, rounds: readonly number[]): Interval {
  const sorted = rounds.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * sorted.length)] ?? Number.NaN;
  return { mean, low: at(0.025), high: at(0.975) };
}

function take<T>(list: readonly T[], indices: readonly number[]): T[] {
  return indices.map((index) => list[index]!);
}

function mapValues<K extends string, A, B>(
  record: Readonly<Record<K, A>>,
  map: (value: A) => B,
): Record<K, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value as A)])) as Record<
    K,
    B
  >;
}
