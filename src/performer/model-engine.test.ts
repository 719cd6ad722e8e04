import { expect, it } from 'vitest';
import type { StepEngine } from '../model/engine.js';
import { kerasNetwork } from '../model/keras-init.js';
import type { MemoryExtension } from '../plugin/memory.js';
import { openModelEngine } from './model-engine.js';

const network = kerasNetwork(
  { inputClasses: 5, embedding: 3, layers: [{ cell: 'gru', units: 4 }], outputClasses: 5 },
  1,
);
const metadata = { codec: 'mine', vocabularyHash: '', shy: 2 };

/** A memory that asks for `shy` of model.json and for its own switch. */
const own: MemoryExtension = {
  around(engine, { shy }, isOn): StepEngine {
    if (!isOn('shyness')) return engine;
    return {
      ...engine,
      createState: () => engine.createState(),
      step: (states, tokens) => engine.step(states, tokens).map((logit) => logit - Number(shy)),
    };
  },
};

it('puts a plugin’s own memory around the network, as model.json says and switches allow', async () => {
  const logits = async (options: Parameters<typeof openModelEngine>[1]) => {
    const engine = await openModelEngine({ network, metadata }, { engine: 'reference', ...options });
    return [...engine.step([engine.createState()], [3])];
  };
  const alone = await logits({});
  expect(await logits({ own })).toEqual(alone.map((logit) => Math.fround(logit - 2)));
  expect(await logits({ own, memory: { cache: false } })).not.toEqual(alone);
  expect(await logits({ own, memory: { shyness: false } })).toEqual(alone);
  expect(await logits({ own, memory: false })).toEqual(alone);
});
