import { GATES, inputWidth, type Network } from './network.js';
import { uniform } from './random.js';
import type { NetworkSpec } from './spec.js';

/** A generator of seeded random numbers in [0, 1). */
export function randomSource(seed: number): () => number {
  let index = 0;
  return () => uniform(seed, 0, index++);
}

/**
 * A network with Keras' default initial weights: kernels Glorot uniform, recurrent kernels orthogonal, embeddings
 * uniform in +-0.05, biases zero but 1 for an LSTM's forget gate.
 */
export function kerasNetwork(spec: NetworkSpec, seed: number): Network {
  const random = randomSource(seed);
  const glorot = (rows: number, columns: number) => {
    const limit = Math.sqrt(6 / (rows + columns));
    return Float32Array.from({ length: rows * columns }, () => (2 * random() - 1) * limit);
  };
  const layers = spec.layers.map(({ cell, units }, index) => {
    const width = GATES[cell] * units;
    const kernel = glorot(inputWidth(spec, index), width);
    const recurrent = orthogonal(units, width, random);
    const bias = new Float32Array(width);
    if (cell === 'lstm') bias.fill(1, units, 2 * units);
    return { kernel, recurrent, bias };
  });
  const output = {
    kernel: glorot(spec.layers.at(-1)!.units, spec.outputClasses),
    bias: new Float32Array(spec.outputClasses),
  };
  if (spec.embedding === 0) return { spec, weights: { layers, output } };
  const embedding = Float32Array.from(
    { length: spec.inputClasses * spec.embedding },
    () => 0.1 * random() - 0.05,
  );
  return { spec, weights: { embedding, layers, output } };
}

/** (rows, columns), columns >= rows, with orthonormal rows: Gram-Schmidt over normal numbers. */
function orthogonal(rows: number, columns: number, random: () => number): Float32Array {
  const matrix = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const mine = matrix.subarray(row * columns, (row + 1) * columns);
    for (let i = 0; i < columns; i++)
      mine[i] = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    for (let other = 0; other < row; other++) {
      const theirs = matrix.subarray(other * columns, (other + 1) * columns);
      let dot = 0;
      for (let i = 0; i < columns; i++) dot += mine[i]! * theirs[i]!;
      for (let i = 0; i < columns; i++) mine[i]! -= dot * theirs[i]!;
    }
    const norm = Math.hypot(...mine);
    for (let i = 0; i < columns; i++) mine[i]! /= norm;
  }
  return Float32Array.from(matrix);
}
