import { uniform } from '../../model/random.js';
import { MEASURE_NAMES, MEASURES, type Measure, type TuneMeasures } from './statistics.js';

/** How far made tunes are from held-out ones in one measure, beside how far held-out ones are from one another. */
export interface Comparison {
  /** Means over the tunes. (category) */
  readonly human: readonly number[];
  readonly made: readonly number[];
  /** Mean distance between two halves of the held-out tunes. */
  readonly halves: number;
  /** The same, the tunes of one half replaced by made ones. */
  readonly replaced: number;
  /** `replaced` by `halves`: 1 where made tunes cannot be told from the held-out ones. */
  readonly ratio: number;
  /** Distance between all made and all held-out tunes, whose numbers differ. */
  readonly all: number;
}

/** What was asked for is written like this many held-out tunes. */
export interface Matched {
  readonly human: TuneMeasures;
  /** Tunes that were made of what was asked of this one; at least one. */
  readonly made: readonly TuneMeasures[];
}

const ROUNDS = 500;

/**
 * Compares made tunes with the held-out ones that they were asked for after. The distance between two samples of one source
 * falls with their size, so like is compared with like: in each round the held-out tunes are halved at random, and the second
 * half is held against the first as it is, and with each of its tunes replaced by one made of the same type, meter, mode and form.
 * Both distances are between as many tunes, of the same mixture. Every tune counts alike, however long. Needs two tunes.
 */
export function compareTunes(matched: readonly Matched[], seed: number): Record<Measure, Comparison> {
  const result = {} as Record<Measure, Comparison>;
  const half = Math.floor(matched.length / 2);
  const sums = new Map<Measure, { halves: number; replaced: number }>(
    MEASURE_NAMES.map((measure) => [measure, { halves: 0, replaced: 0 }]),
  );
  for (let round = 0; round < ROUNDS; round++) {
    let index = 0;
    const random = (below: number) => Math.floor(uniform(seed, round, index++) * below);
    const order = matched.slice();
    // The first two halves of a shuffle; of an odd number one tune is left out.
    for (let at = 0; at < 2 * half; at++) {
      const other = at + random(order.length - at);
      [order[at], order[other]] = [order[other]!, order[at]!];
    }
    const first = order.slice(0, half).map(({ human }) => human);
    const second = order.slice(half, 2 * half);
    const replaced = second.map(({ made }) => made[random(made.length)]!);
    for (const measure of MEASURE_NAMES) {
      const sum = sums.get(measure)!;
      const here = meanOf(first, measure);
      sum.halves += distance(
        measure,
        here,
        meanOf(
          second.map(({ human }) => human),
          measure,
        ),
      );
      sum.replaced += distance(measure, here, meanOf(replaced, measure));
    }
  }
  for (const measure of MEASURE_NAMES) {
    const human = meanOf(
      matched.map(({ human }) => human),
      measure,
    );
    // Each held-out tune's share of the made ones is the same, however many were made after it.
    const made = meanOf(
      matched.map(({ made }) => ({ [measure]: meanOf(made, measure) }) as unknown as TuneMeasures),
      measure,
    );
    const { halves, replaced } = sums.get(measure)!;
    result[measure] = {
      human,
      made,
      halves: halves / ROUNDS,
      replaced: replaced / ROUNDS,
      ratio: halves > 0 ? replaced / halves : replaced > 0 ? Number.POSITIVE_INFINITY : 1,
      all: distance(measure, human, made),
    };
  }
  return result;
}

/** (category) */
function meanOf(tunes: readonly TuneMeasures[], measure: Measure): number[] {
  const mean = new Array<number>(tunes[0]![measure].length).fill(0);
  for (const tune of tunes) {
    const values = tune[measure];
    for (let index = 0; index < mean.length; index++) mean[index]! += values[index]! / tunes.length;
  }
  return mean;
}

/**
 * Total variation between histograms: the share of the one that would have to be elsewhere to be the other. Between numbers,
 * their difference.
 */
export function distance(measure: Measure, a: readonly number[], b: readonly number[]): number {
  const differences = a.reduce((sum, value, index) => sum + Math.abs(value - b[index]!), 0);
  return MEASURES[measure].categories === null ? differences : differences / 2;
}
