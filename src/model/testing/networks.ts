import { GATES, inputWidth, type Network } from '../network.js';
import { uniform } from '../random.js';
import type { NetworkSpec } from '../spec.js';

/** Seeded numbers for tests. */
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

/** (rows, columns), columns >= rows, with orthonormal rows: Gram-Schmidt over normal numbers, twice for accuracy. */
function orthogonal(rows: number, columns: number, random: () => number): Float32Array {
  const matrix = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const mine = matrix.subarray(row * columns, (row + 1) * columns);
    for (let i = 0; i < columns; i++)
      mine[i] = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    for (let pass = 0; pass < 2; pass++)
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

export interface FolderFiles {
  readonly modelJson: { [key: string]: unknown };
  readonly shards: Map<string, Uint8Array>;
}

const CLASS_NAMES = { lstm: 'LSTM', gru: 'GRU', rnn: 'SimpleRNN' } as const;

/** The network as the files of a tfjs LayersModel folder, float32, one shard. */
export function folderFiles(network: Network): FolderFiles {
  const { spec, weights } = network;
  const layers: { class_name: string; config: Record<string, unknown> }[] = [];
  const entries: { name: string; shape: number[]; dtype: string }[] = [];
  const values: Float32Array[] = [];
  const add = (name: string, shape: number[], array: Float32Array) => {
    entries.push({ name, shape, dtype: 'float32' });
    values.push(array);
  };

  if (weights.embedding) {
    const config = { name: 'embedding', input_dim: spec.inputClasses, output_dim: spec.embedding };
    layers.push({ class_name: 'Embedding', config: { ...config, batch_input_shape: [null, null] } });
    add('embedding/embeddings', [spec.inputClasses, spec.embedding], weights.embedding);
  }
  spec.layers.forEach(({ cell, units }, index) => {
    const name = `${cell}_${index}`;
    const config: Record<string, unknown> = { name, units, activation: 'tanh', return_sequences: true };
    if (cell !== 'rnn') config.recurrent_activation = 'sigmoid';
    if (index === 0 && !weights.embedding) config.batch_input_shape = [null, null, spec.inputClasses];
    layers.push({ class_name: CLASS_NAMES[cell], config });
    const width = GATES[cell] * units;
    add(`${name}/kernel`, [inputWidth(spec, index), width], weights.layers[index]!.kernel);
    add(`${name}/recurrent_kernel`, [units, width], weights.layers[index]!.recurrent);
    add(`${name}/bias`, [width], weights.layers[index]!.bias);
  });
  layers.push({
    class_name: 'Dense',
    config: { name: 'logits', units: spec.outputClasses, activation: 'linear' },
  });
  add('logits/kernel', [spec.layers.at(-1)!.units, spec.outputClasses], weights.output.kernel);
  add('logits/bias', [spec.outputClasses], weights.output.bias);

  const bytes = new Uint8Array(4 * values.reduce((sum, array) => sum + array.length, 0));
  let offset = 0;
  for (const array of values) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), offset);
    offset += array.byteLength;
  }
  return {
    modelJson: {
      format: 'layers-model',
      modelTopology: { class_name: 'Sequential', config: { name: 'test', layers } },
      weightsManifest: [{ paths: ['weights.bin'], weights: entries }],
    },
    shards: new Map([['weights.bin', bytes]]),
  };
}
