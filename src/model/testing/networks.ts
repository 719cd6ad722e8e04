import { GATES, inputWidth, type Network } from '../network.js';

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
