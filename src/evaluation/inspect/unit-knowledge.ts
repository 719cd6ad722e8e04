import { uniform } from '../../model/random.js';
import type { Feature } from './features.js';

/** How well one unit follows a feature. */
export interface UnitRank {
  /** Index of the layer, input side first, and of the unit in it. */
  readonly layer: number;
  readonly unit: number;
  /** Share of the unit's variance that the feature explains, 0 to 1. */
  readonly explained: number;
  /** Pearson's correlation with the feature. */
  readonly correlation: number;
  /** Share of shuffled pieces in which some unit of the network follows as well: small where it is no chance. */
  readonly chance: number;
}

/** The units that follow a feature best, the best first. */
export interface FeatureKnowledge {
  readonly feature: string;
  /** Steps at which the feature is known. */
  readonly steps: number;
  /** What the best unit reaches in 95 of 100 shuffled pieces at most: less than that is no knowledge. */
  readonly threshold: number;
  readonly units: readonly UnitRank[];
  /** Number of units above the threshold. */
  readonly above: number;
}

/** h of every layer over time. */
export interface Activations {
  readonly steps: number;
  readonly layers: readonly {
    readonly units: number;
    /** (step, unit) */
    readonly values: Float32Array;
  }[];
}

interface KnowledgeOptions {
  readonly seed: number;
  /** Shuffled pieces to compare with. */
  readonly shuffles: number;
  /** Units that are named for each feature. */
  readonly best: number;
}

/** A numeric feature is divided into so many parts of about equal size. */
const BINS = 10;
/** Fewer steps say nothing. */
const FEWEST = 40;
/** The piece is cut into so many parts to be shuffled. */
const PARTS = 12;
/** Share of the shuffled pieces that a finding has to beat. */
const SURE = 0.95;
/** A unit of a smaller standard deviation, of a state between -1 and 1, is left out: what it says, the network hardly hears. */
const STILL = 0.03;
/** Branch of the random numbers. */
const SHUFFLE = 61;

/**
 * Ranks units by the share of their variance that a feature explains (the correlation ratio over bins of the feature, so that a unit may
 * follow in any form). Neighbouring steps are alike, so many units seem to follow anything that changes slowly. Chance is therefore
 * measured with the feature of the same piece cut into parts that are put in another order, and for the best of all units. null where
 * the feature is constant or known at too few steps.
 */
export function unitKnowledge(
  { name, values }: Feature,
  activations: Activations,
  { seed, shuffles, best }: KnowledgeOptions,
): FeatureKnowledge | null {
  const known = Array.from(values.keys()).filter((step) => values[step] !== null);
  const own = known.map((step) => values[step]!);
  const bins = binsOf(own);
  const count = Math.max(...bins) + 1;
  if (known.length < FEWEST || count < 2) return null;
  const units = standardised(activations, known);
  const explained = explainedBy(units, bins, count);
  const maxima = Array.from({ length: shuffles }, (_, round) => {
    const shuffled = inOtherOrder(bins, (index) => uniform(seed, SHUFFLE + round, index));
    return Math.max(...explainedBy(units, shuffled, count));
  }).sort((a, b) => a - b);
  const threshold = maxima[Math.min(shuffles - 1, Math.floor(SURE * shuffles))] ?? 1;
  const order = Array.from(explained.keys()).sort((a, b) => explained[b]! - explained[a]!);
  const ranks = order.slice(0, best).map((index): UnitRank => {
    const share = explained[index]!;
    const chance = (1 + maxima.filter((most) => most >= share).length) / (1 + shuffles);
    return { ...units.places[index]!, explained: share, correlation: correlation(units, index, own), chance };
  });
  return {
    feature: name,
    steps: known.length,
    threshold,
    units: ranks,
    above: explained.filter((share) => share > threshold).length,
  };
}

interface Standardised {
  /** (step, unit) Mean 0 and variance 1, or all 0 for a unit that hardly moves. */
  readonly values: Float32Array;
  readonly steps: number;
  readonly count: number;
  readonly places: readonly { readonly layer: number; readonly unit: number }[];
}

function standardised({ layers }: Activations, known: readonly number[]): Standardised {
  const places = layers.flatMap(({ units }, layer) =>
    Array.from({ length: units }, (_, unit) => ({ layer, unit })),
  );
  const [steps, count] = [known.length, places.length];
  const values = new Float32Array(steps * count);
  places.forEach(({ layer, unit }, index) => {
    const { units, values: all } = layers[layer]!;
    let [sum, squares] = [0, 0];
    for (const step of known) {
      const value = all[step * units + unit]!;
      sum += value;
      squares += value * value;
    }
    const mean = sum / steps;
    const deviation = Math.sqrt(Math.max(0, squares / steps - mean * mean));
    if (deviation < STILL) return;
    known.forEach((step, at) => {
      values[at * count + index] = (all[step * units + unit]! - mean) / deviation;
    });
  });
  return { values, steps, count, places };
}

/** (unit) Variance between the bins' means, of a variance of 1. */
function explainedBy(
  { values, steps, count }: Standardised,
  bins: readonly number[],
  parts: number,
): number[] {
  const sums = new Float64Array(parts * count);
  const sizes = new Float64Array(parts);
  for (let step = 0; step < steps; step++) {
    const at = bins[step]! * count;
    sizes[bins[step]!]!++;
    for (let unit = 0; unit < count; unit++) sums[at + unit]! += values[step * count + unit]!;
  }
  return Array.from({ length: count }, (_, unit) => {
    let between = 0;
    for (let part = 0; part < parts; part++)
      if (sizes[part]! > 0) between += sums[part * count + unit]! ** 2 / sizes[part]!;
    return between / steps;
  });
}

function correlation(
  { values, steps, count }: Standardised,
  unit: number,
  feature: readonly number[],
): number {
  const mean = feature.reduce((sum, value) => sum + value, 0) / steps;
  const deviation = Math.sqrt(feature.reduce((sum, value) => sum + (value - mean) ** 2, 0) / steps);
  let sum = 0;
  for (let step = 0; step < steps; step++) sum += values[step * count + unit]! * (feature[step]! - mean);
  return deviation === 0 ? 0 : sum / steps / deviation;
}

/** The bin of each value: each value its own where they are few, else parts of about equal size. Equal values share a bin. */
function binsOf(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  const different = [...new Set(sorted)];
  const edges =
    different.length <= BINS
      ? different
      : [
          ...new Set(
            Array.from({ length: BINS }, (_, part) => sorted[Math.floor((part * sorted.length) / BINS)]!),
          ),
        ];
  return values.map((value) => edges.findLastIndex((edge) => edge <= value));
}

/** The values cut into parts at random places, the parts in a random order. */
function inOtherOrder(values: readonly number[], random: (index: number) => number): number[] {
  const cuts = Array.from({ length: PARTS - 1 }, (_, index) => Math.floor(random(index) * values.length));
  const edges = [0, ...cuts.sort((a, b) => a - b), values.length];
  const parts = edges.slice(1).map((to, index) => values.slice(edges[index], to));
  return parts
    .map((part, index) => ({ part, order: random(PARTS + index) }))
    .sort((a, b) => a.order - b.order)
    .flatMap(({ part }) => part);
}
