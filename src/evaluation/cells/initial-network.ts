import type { Network } from '../../model/network.js';
import type { Material } from '../../training/fit/material.js';
import { networkFor } from '../../training/run/settings-for.js';
import type { CellPlan } from './plan.js';

/** Counts with which a token begins that never comes. */
const NEVER = 0.1;

/**
 * The initial weights of a network: tokens enter one-hot, and the output's bias says how often each token comes in the training pieces.
 * Without that, a network with many kinds of token learns those frequencies first, and saturates its units for it: afterwards they learn
 * nothing more in so short a training, whatever their kind.
 */
export function initialNetwork(
  { cell, layers }: CellPlan,
  material: Pick<Material, 'size' | 'train'>,
  { units, seed }: { readonly units: number; readonly seed: number },
): Network {
  const network = networkFor({ cell, layers, units, embedding: 0 }, material, undefined, seed);
  const counts = new Float64Array(material.size).fill(NEVER);
  for (const { tokens } of material.train) for (let at = 1; at < tokens.length; at++) counts[tokens[at]!]!++;
  const all = counts.reduce((sum, count) => sum + count, 0);
  const bias = Float32Array.from(counts, (count) => Math.log(count / all));
  const { weights } = network;
  return { ...network, weights: { ...weights, output: { ...weights.output, bias } } };
}
