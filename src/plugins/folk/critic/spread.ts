import type { FeatureName, Features } from './features.js';

/** How training tunes of one kind are, in one feature: of a hundred, these stand below. */
export interface Spread {
  readonly p1: number;
  readonly p5: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export type Spreads = Readonly<Record<FeatureName, Spread>>;

/** What a feature says for people's making: its place in the spread, and that place squared. */
export interface FeatureWeight {
  readonly slope: number;
  readonly bend: number;
  /** The least width of a spread that counts: what hardly ever differs is not to weigh much where it does. */
  readonly least: number;
}

export interface FeatureCritic {
  readonly weights: Readonly<Record<FeatureName, FeatureWeight>>;
  readonly bias: number;
}

/** Beyond this a place counts no more. */
const FARTHEST = 4;
/** Between the fifth and the 95th of a hundred lie so many standard deviations of what is spread evenly. */
const DEVIATIONS = 3.29;

/** In standard deviations from the middle of people's. */
export function placeOf(value: number, { p5, p50, p95 }: Spread, least: number): number {
  const place = (value - p50) / Math.max((p95 - p5) / DEVIATIONS, least);
  return Math.max(-FARTHEST, Math.min(FARTHEST, place));
}

/** What the features of a tune say of who made it, as a logit: and each feature's share. */
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
