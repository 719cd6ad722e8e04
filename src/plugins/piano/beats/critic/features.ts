import { harmonyOf } from './harmony.js';
import { lineOf } from './line.js';
import type { ReadBar } from './reading.js';
import { textureOf } from './texture.js';

/** Musical features of some bars in the context of the bars before. */
export type Features = ReturnType<typeof textureOf> &
  ReturnType<typeof harmonyOf> &
  ReturnType<typeof lineOf>;
export type FeatureName = keyof Features;

/** How many bars before the span count as context. */
const CONTEXT_BARS = 16;

export function featuresOf(before: readonly ReadBar[], span: readonly ReadBar[]): Features {
  const context = before.slice(-CONTEXT_BARS);
  return { ...textureOf(context, span), ...harmonyOf(context, span), ...lineOf(context, span) };
}

/** Names of the features, in order. */
export const FEATURE_NAMES = Object.keys(featuresOf([], [])) as FeatureName[];
