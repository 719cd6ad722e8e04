import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { GATES, type Network } from '../../model/network.js';
import type { CellKind } from '../../model/spec.js';

export interface Eigenvalue {
  readonly re: number;
  readonly im: number;
}

/** Eigenvalues of one square block of a layer's recurrent weights. */
export interface RecurrentBlock {
  /** What the block feeds: the state itself, or a gate. */
  readonly block: string;
  readonly eigenvalues: readonly Eigenvalue[];
  /** The largest modulus. */
  readonly radius: number;
}

/** The blocks of each kind of cell, in the order of its weights. */
const BLOCKS: Readonly<Record<CellKind, readonly string[]>> = {
  rnn: ['state'],
  gru: ['update gate', 'reset gate', 'candidate'],
  lstm: ['input gate', 'forget gate', 'candidate', 'output gate'],
};

/** The block that brings the old state into the new one's content, and which of the blocks the page shows. */
export function mainBlock(cell: CellKind): string {
  return cell === 'rnn' ? 'state' : 'candidate';
}

/** (layer)(block) The eigenvalues of the recurrent matrix; a gated cell has one matrix for each gate and one for the candidate. */
export function recurrentEigenvalues({ spec, weights }: Network): RecurrentBlock[][] {
  return spec.layers.map(({ cell, units }, layer) => {
    const { recurrent } = weights.layers[layer]!;
    const width = GATES[cell] * units;
    return BLOCKS[cell].map((block, gate) => {
      const matrix = Array.from({ length: units }, (_, row) =>
        Array.from(recurrent.subarray(row * width + gate * units, row * width + (gate + 1) * units)),
      );
      const eigenvalues = eigenvaluesOf(matrix);
      return { block, eigenvalues, radius: Math.max(...eigenvalues.map(({ re, im }) => Math.hypot(re, im))) };
    });
  });
}

/** The eigenvalues of a square matrix (row, column). */
export function eigenvaluesOf(matrix: readonly (readonly number[])[]): Eigenvalue[] {
  const { realEigenvalues, imaginaryEigenvalues } = new EigenvalueDecomposition(
    new Matrix(matrix.map((row) => [...row])),
  );
  return realEigenvalues.map((re, index) => ({ re, im: imaginaryEigenvalues[index]! }));
}
