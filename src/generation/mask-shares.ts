import type { Sampler } from '../model/sampler.js';
import type { MaskShares } from './constraint.js';

/** How much of the distribution of `logits` (class) at a temperature `mask` (class) forbids. */
export function maskShares(
  sampler: Sampler,
  logits: Float32Array,
  temperature: number,
  mask: Uint8Array,
): MaskShares {
  let choices = 0;
  for (const allowed of mask) choices += allowed;
  return { ...sampler.maskShares(logits, temperature, mask), choices };
}
