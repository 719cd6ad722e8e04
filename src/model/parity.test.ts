import * as layersModule from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import type { StepEngine } from './engine.js';
import { kerasNetwork, randomSource } from './keras-init.js';
import type { Network } from './network.js';
import { openEngine } from './open.js';
import type { NetworkSpec } from './spec.js';
import { folderFiles } from './testing/networks.js';
import { teacherForced } from './testing/parity.js';
import { importTfjs } from './tfjs.js';

const layer = (cell: 'lstm' | 'gru' | 'rnn', units: number) => ({ cell, units });

/** Widths that fill no panel and no vector, one layer and four, one-hot and embedded. */
const specs: Record<string, NetworkSpec> = {
  'LSTM 64 x 3, one-hot': {
    inputClasses: 97,
    embedding: 0,
    layers: [layer('lstm', 64), layer('lstm', 64), layer('lstm', 64)],
    outputClasses: 97,
  },
  'LSTM 27 and 13, embedded': {
    inputClasses: 70,
    embedding: 11,
    layers: [layer('lstm', 27), layer('lstm', 13)],
    outputClasses: 35,
  },
  'GRU 48 x 2, embedded': {
    inputClasses: 130,
    embedding: 32,
    layers: [layer('gru', 48), layer('gru', 48)],
    outputClasses: 130,
  },
  'GRU 9, one-hot': { inputClasses: 5, embedding: 0, layers: [layer('gru', 9)], outputClasses: 3 },
  'plain RNN 40 x 4, one-hot': {
    inputClasses: 40,
    embedding: 0,
    layers: [layer('rnn', 40), layer('rnn', 40), layer('rnn', 40), layer('rnn', 40)],
    outputClasses: 40,
  },
  'RNN 17, GRU 30, LSTM 21, embedded': {
    inputClasses: 60,
    embedding: 8,
    layers: [layer('rnn', 17), layer('gru', 30), layer('lstm', 21)],
    outputClasses: 44,
  },
};

describe.each(Object.entries(specs))('%s, Keras-initialised, teacher-forced over 1,000 steps', (_, spec) => {
  const network = kerasNetwork(spec, 3);
  const compare = async (engine: Promise<StepEngine>) => {
    const { difference, largest } = teacherForced(
      await openEngine(network, { engine: 'reference' }),
      await engine,
      1000,
    );
    return difference / largest;
  };

  it('the float32 kernel gives the reference within 1e-4 of the largest logit', async () => {
    expect(await compare(openEngine(network, { precision: 'float32' }))).toBeLessThan(1e-4);
  });

  it('the int8 kernel gives the reference within 5 % of the largest logit', async () => {
    expect(await compare(openEngine(network, { precision: 'int8' }))).toBeLessThan(0.05);
  });

  it('tfjs gives the reference within 1e-4 of the largest logit', async () => {
    expect(await compare(openEngine(network, { engine: 'tfjs' }))).toBeLessThan(1e-4);
  });

  it('tf.loadLayersModel opens the folder, and means the same by it', async () => {
    const length = 200;
    const random = randomSource(5);
    const tokens = Array.from({ length }, () => Math.floor(random() * spec.inputClasses));
    const theirs = await layersModel(network, tokens);
    const engine = await openEngine(network, { engine: 'reference' });
    const states = [engine.createState()];
    tokens.forEach((token, step) => {
      const logits = engine.step(states, [token]);
      const row = theirs.subarray(step * spec.outputClasses, (step + 1) * spec.outputClasses);
      for (let c = 0; c < row.length; c++) expect(Math.abs(logits[c]! - row[c]!)).toBeLessThan(1e-4);
    });
  });
});

/** What tfjs' own loader and layers make of the network's folder: (step, class) logits. */
async function layersModel(network: Network, tokens: readonly number[]): Promise<Float32Array> {
  const tf = await importTfjs();
  const { modelJson, shards } = folderFiles(network);
  const manifest = modelJson.weightsManifest as [{ weights: [] }];
  const model = await layersModule.loadLayersModel(
    tf.io.fromMemory({
      modelTopology: modelJson.modelTopology as object,
      weightSpecs: manifest[0].weights,
      weightData: shards.get('weights.bin')!.buffer as ArrayBuffer,
    }),
  );
  return tf.tidy(() => {
    const ids = tf.tensor2d(tokens as number[], [1, tokens.length], 'int32');
    const input = network.spec.embedding > 0 ? ids : tf.oneHot(ids, network.spec.inputClasses);
    return (model.predict(input) as typeof ids).dataSync<'float32'>();
  });
}
