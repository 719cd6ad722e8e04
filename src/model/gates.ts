import { GATES } from './network.js';
import type { CellKind } from './spec.js';

/** The gates of each kind of cell by their usual letters, in the order of Keras; g and n are the candidates. */
export const GATE_NAMES = {
  lstm: ['i', 'f', 'g', 'o'],
  gru: ['z', 'r', 'n'],
  rnn: [],
} as const satisfies Readonly<Record<CellKind, readonly string[]>>;

export type GateName = (typeof GATE_NAMES)[CellKind][number];

/** The gates of sums (gate, unit) after their activations, in a new array. */
export function gatesOf(sums: Float32Array, cell: CellKind): Float32Array {
  const units = sums.length / GATES[cell];
  const gates = new Float32Array(sums.length);
  for (let index = 0; index < sums.length; index++)
    gates[index] = Math.floor(index / units) === 2 ? Math.tanh(sums[index]!) : sigmoid(sums[index]!);
  return gates;
}

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
