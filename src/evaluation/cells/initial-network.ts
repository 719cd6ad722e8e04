import type { LayerWeights, Network } from '../../model/network.js';
import { uniform } from '../../model/random.js';
import type { LayerSpec } from '../../model/spec.js';
import type { Material } from '../../training/fit/material.js';
import { networkFor } from '../../training/run/settings-for.js';
import type { CellPlan, CellsOptions } from './plan.js';

/** Counts with which a token begins that never comes. */
const NEVER = 0.1;

/** Branch of the random numbers. */
const RECURRENT = 73;

/** How the weights of a comparison begin. */
export type Beginning = Pick<CellsOptions, 'init' | 'gateBias' | 'seed'>;

/** A network with the recurrent matrices and gate biases that `beginning` asks for; the others stay as they are. */
export function beginAs(network: Network, beginning: Beginning): Network {
  const { spec, weights } = network;
  const layers = weights.layers.map((layer, index) => layerAs(layer, spec.layers[index]!, index, beginning));
  return { spec, weights: { ...weights, layers } };
}

function layerAs(
  { kernel, recurrent: orthogonal, bias: own }: LayerWeights,
  { cell, units }: LayerSpec,
  index: number,
  { init, gateBias, seed }: Beginning,
): LayerWeights {
  const limit = init === 'uniform' ? Math.sqrt(1 / units) : Math.sqrt(3 / units);
  const recurrent =
    init === 'orthogonal'
      ? orthogonal
      : orthogonal.map((_, at) => limit * (2 * uniform(seed, RECURRENT + index, at) - 1));
  const bias = own.slice();
  if (cell === 'lstm') bias.fill(gateBias, units, 2 * units);
  if (cell === 'gru') bias.fill(gateBias, 0, units);
  return { kernel, recurrent, bias };
}

/** The network with its recurrent matrices multiplied. */
export function scaled({ spec, weights }: Network, gain: number): Network {
  const layers = weights.layers.map((layer) => ({
    ...layer,
    recurrent: layer.recurrent.map((value) => gain * value),
  }));
  return { spec, weights: { ...weights, layers } };
}

/**
 * The initial weights of a network: tokens enter one-hot, and the output's bias says how often each token comes in the training pieces.
 * Without that, a network with many kinds of token learns those frequencies first, and saturates its units for it: afterwards they learn
 * nothing more in so short a training, whatever their kind.
 */
export function initialNetwork(
  { cell, layers }: CellPlan,
  material: Pick<Material, 'size' | 'train'>,
  options: Beginning & Pick<CellsOptions, 'units'>,
): Network {
  const { units, seed } = options;
  const network = beginAs(
    networkFor({ cell, layers, units, embedding: 0 }, material, undefined, seed),
    options,
  );
  const counts = new Float64Array(material.size).fill(NEVER);
  for (const { tokens } of material.train) for (let at = 1; at < tokens.length; at++) counts[tokens[at]!]!++;
  const all = counts.reduce((sum, count) => sum + count, 0);
  const bias = Float32Array.from(counts, (count) => Math.log(count / all));
  const { weights } = network;
  return { ...network, weights: { ...weights, output: { ...weights.output, bias } } };
}
