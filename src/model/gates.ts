import { GATES } from './network.js';
import type { CellKind, NetworkSpec } from './spec.js';

/** Room for the gates of each layer: (gate, unit). A plain recurrent layer has none. */
export function gateArrays({ layers }: NetworkSpec): Float32Array[] {
  return layers.map(({ cell, units }) => new Float32Array(cell === 'rnn' ? 0 : GATES[cell] * units));
}

/** Applies the activation of each gate to sums (gate, unit), in place. */
export function activateGates(sums: Float32Array, cell: CellKind): void {
  const units = sums.length / GATES[cell];
  for (let index = 0; index < sums.length; index++)
    sums[index] = Math.floor(index / units) === 2 ? Math.tanh(sums[index]!) : sigmoid(sums[index]!);
}

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
