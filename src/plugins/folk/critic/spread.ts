import type { FeatureName, Features } from './features.js';

/** Percentiles of one feature over the training tunes of one kind. */
export interface Spread {
  readonly p1: number;
  readonly p5: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export type Spreads = Readonly<Record<FeatureName, Spread>>;

/** Weight of a feature: a linear and a quadratic coefficient of its place in the spread. */
export interface FeatureWeight {
  readonly slope: number;
  readonly bend: number;
  /** Minimum width (standard deviation) of the spread, so that a feature that hardly varies does not get too much weight. */
  readonly least: number;
}

export interface FeatureCritic {
  readonly weights: Readonly<Record<FeatureName, FeatureWeight>>;
  readonly bias: number;
}

/** Places are clipped to this many standard deviations. */
const FARTHEST = 4;
/** Standard deviations between the 5th and 95th percentiles of a normal distribution. */
const DEVIATIONS = 3.29;

/** Deviation from the median of people's tunes, in standard deviations, clipped. */
export function placeOf(value: number, { p5, p50, p95 }: Spread, least: number): number {
  const place = (value - p50) / Math.max((p95 - p5) / DEVIATIONS, least);
  return Math.max(-FARTHEST, Math.min(FARTHEST, place));
}

/** Log-odds that people made the tune, from its features; and each feature's contribution. */
export function featureLogit(
  features: Features,
  spreads: Spreads,
  { weights, bias }: FeatureCritic,
): { readonly logit: number; readonly shares: ReadonlyMap<FeatureName, number> } {
  const shares = new Map<FeatureName, number>();
  let logit = bias;
  for (const [name, { slope, bend, least }] of Object.entries(weights) as [FeatureName, FeatureWeight][]) {
    const place = placeOf(features[name], spreads[name], least);
    const share = slope * place + (bend * place * place) / 2;
    shares.set(name, share);
    logit += share;
  }
  return { logit, shares };
}
