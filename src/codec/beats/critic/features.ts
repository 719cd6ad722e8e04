import { harmonyOf } from './harmony.js';
import { lineOf } from './line.js';
import type { ReadBar } from './reading.js';
import { textureOf } from './texture.js';

/** What a listener can say of some bars, after those that came before. */
export type Features = ReturnType<typeof textureOf> &
  ReturnType<typeof harmonyOf> &
  ReturnType<typeof lineOf>;
export type FeatureName = keyof Features;

/** So many bars before count at most. */
const HEARD = 16;

export function featuresOf(before: readonly ReadBar[], span: readonly ReadBar[]): Features {
  const heard = before.slice(-HEARD);
  return { ...textureOf(heard, span), ...harmonyOf(heard, span), ...lineOf(heard, span) };
}

/** In their order. */
export const FEATURE_NAMES = Object.keys(featuresOf([], [])) as FeatureName[];
