import { HISTOGRAMS, type HistogramName, MEASURES, type Measure, type Measured } from './measures.js';

/** A comparable feature of continuations: a number, or a histogram. */
export interface Feature {
  /** The value; NaN if the continuation has too few notes, and always for a histogram. */
  value(of: Measured): number;
  /** Distance between two continuations; NaN if either has too few notes. */
  apart(a: Measured, b: Measured): number;
  /** Distance between two sets of continuations, each taken together. */
  spread(a: readonly Measured[], b: readonly Measured[]): number;
}

export const FEATURES: Readonly<Record<Measure, Feature>> = fromKeys(MEASURES, (measure) => {
  const value = ({ values }: Measured) => values[measure];
  return {
    value,
    apart: (a, b) => Math.abs(value(a) - value(b)),
    spread: (a, b) => earthMover(a.map(value).filter(isNumber), b.map(value).filter(isNumber)),
  };
});

export const HISTOGRAM_FEATURES: Readonly<Record<HistogramName, Feature>> = fromKeys(HISTOGRAMS, (name) => ({
  value: () => Number.NaN,
  apart: (a, b) => totalVariation(a.histograms[name], b.histograms[name]),
  spread: (a, b) => totalVariation(pooled(a, name), pooled(b, name)),
}));

/** The summed counts of all continuations. (bin) */
export function pooled(played: readonly Measured[], name: HistogramName): number[] {
  return HISTOGRAMS[name].edges
    .slice(1)
    .map((_, bin) => played.reduce((sum, { histograms }) => sum + histograms[name][bin]!, 0));
}

/** Normalises counts to sum to 1; NaN if there are none. (bin) */
export function sharesOf(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => count / total);
}

/** Total variation: half the sum of differences between shares; 0 for equal, 1 for disjoint distributions. */
export function totalVariation(a: readonly number[], b: readonly number[]): number {
  const [p, q] = [sharesOf(a), sharesOf(b)];
  return 0.5 * p.reduce((sum, share, bin) => sum + Math.abs(share - q[bin]!), 0);
}

/** The earth mover's (Wasserstein-1) distance: the area between the two cumulative distributions. NaN if either is empty. */
export function earthMover(a: readonly number[], b: readonly number[]): number {
  if (a.length === 0 || b.length === 0) return Number.NaN;
  const steps = [
    ...a.map((value) => ({ value, up: 1 / a.length })),
    ...b.map((value) => ({ value, up: -1 / b.length })),
  ].sort((x, y) => x.value - y.value);
  let area = 0;
  let between = 0;
  steps.forEach(({ value, up }, index) => {
    if (index > 0) area += Math.abs(between) * (value - steps[index - 1]!.value);
    between += up;
  });
  return area;
}

function isNumber(value: number): boolean {
  return !Number.isNaN(value);
}

function fromKeys<K extends string, V>(keys: Record<K, unknown>, make: (key: K) => V): Record<K, V> {
  return Object.fromEntries(Object.keys(keys).map((key) => [key, make(key as K)])) as Record<K, V>;
}
