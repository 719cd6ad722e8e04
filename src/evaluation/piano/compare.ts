import { uniform } from '../../model/random.js';
import { FEATURES, type Feature, HISTOGRAM_FEATURES } from './features.js';
import type { HistogramName, Measure, Measured } from './measures.js';

/** A mean with its 95 % confidence interval. */
export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** How a player's continuations compare with the true ones in one measure, in its unit. */
export interface Comparison {
  /** Mean of the measure over prompts; null for a histogram. */
  readonly mean: Interval | null;
  /**
   * Mean over prompts of the distance from each continuation to the true one. For histograms: the total variation, half the sum
   * of differences between shares, 0 to 1.
   */
  readonly distance: Interval;
  /**
   * Distance between all continuations together and all true ones together: the earth mover's distance between their values; for
   * histograms, the total variation between the shares of all notes. Compares the continuations of half of the pieces with the
   * true ones of the other half, so that human music too has a distance to itself; mean over random halvings.
   */
  readonly spread: Interval;
}

/** Comparisons by measure, and by histogram under `histograms`. */
export interface Comparisons {
  readonly measures: Readonly<Record<Measure, Comparison>>;
  readonly histograms: Readonly<Record<HistogramName, Comparison>>;
}

/** Measured continuations, one per prompt. (prompt) */
type Played = readonly Measured[];

const ROUNDS = 500;
const HALVINGS = 200;
/** Branches of the random number generator. */
const STRANGERS = 1;
const BOOTSTRAP = 1000;
const HALVES = 1_000_000;

/**
 * Compares players with the true continuations (`followed`) of the same prompts; `pieceOf` gives the piece of each prompt.
 * Passed as a player, `followed` has distance 0, and its spread is the baseline for the others. Intervals are bootstrapped over
 * pieces, since prompts from one piece are not independent. Prompts with a NaN measure are left out of that measure. Seeded.
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

/** For each prompt, a random one from another piece. (prompt) */
export function strangersOf(pieceOf: readonly number[], seed: number): number[] {
  return pieceOf.map((piece, prompt) => {
    const others = pieceOf.flatMap((other, index) => (other === piece ? [] : [index]));
    return others[Math.floor(uniform(seed, STRANGERS, prompt) * others.length)]!;
  });
}

/** Mean of `values` (prompt), with a bootstrap interval over pieces. */
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

/** The distance between two halves of the pieces, over random halvings. `distance` takes indices of prompts. */
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
