import { expect, it } from 'vitest';
import { kerasNetwork } from '../model/keras-init.js';
import { openEngine } from '../model/open.js';
import { compareLogits, Disagreement } from './step.js';

const spec = {
  inputClasses: 12,
  embedding: 0,
  layers: [{ cell: 'lstm', units: 16 }],
  outputClasses: 12,
} as const;

it('the bench times engines only where their logits agree', async () => {
  const network = kerasNetwork(spec, 1);
  const reference = await openEngine(kerasNetwork(spec, 1), { engine: 'reference' });
  const engines = {
    int8: await openEngine(network, { precision: 'int8' }),
    float32: await openEngine(network, { precision: 'float32' }),
    tfjs: await openEngine(network, { engine: 'tfjs' }),
    reference,
  };
  const differences = compareLogits(engines, reference);
  expect(Object.keys(differences)).toEqual(['int8', 'float32', 'tfjs']);

  network.weights.layers[0]!.recurrent[5]! += 0.05;
  const float32 = await openEngine(network, { precision: 'float32' });
  expect(() => compareLogits({ float32 }, reference)).toThrow(Disagreement);
  network.weights.output.bias[0] = NaN;
  const tfjs = await openEngine(network, { engine: 'tfjs' });
  expect(() => compareLogits({ tfjs }, reference)).toThrow(Disagreement);
});
