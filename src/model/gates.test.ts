import { describe, expect, it } from 'vitest';
import { kerasNetwork } from './keras-init.js';
import { type EngineOptions, openEngine } from './open.js';

const spec = {
  inputClasses: 20,
  embedding: 0,
  layers: [
    { cell: 'lstm', units: 19 },
    { cell: 'gru', units: 34 },
    { cell: 'rnn', units: 8 },
  ],
  outputClasses: 20,
} as const;
const network = kerasNetwork(spec, 3);
const TOKENS = [0, 7, 3, 19, 4];
const ENGINES: EngineOptions[] = [
  { engine: 'kernel', precision: 'int8' },
  { engine: 'kernel', precision: 'float32' },
  { engine: 'reference' },
];

describe.each(ENGINES)('the gates of the engine $engine $precision', (options) => {
  // The kernel's activations are approximations, and int8 rounds the states that enter a product.
  const digits = options.engine === 'reference' ? 6 : 4;

  it('explain the states: what they keep, let in and give out is what the step made', async () => {
    const engine = await openEngine(network, { ...options, gates: true });
    const [other, state] = [engine.createState(), engine.createState()];
    for (const token of TOKENS) {
      const before = state.layers.map(({ h, c }) => ({ h: h.slice(), c: c?.slice() }));
      engine.step([other, state], [1, token]);
      const [lstm, gru, rnn] = state.layers;
      for (let unit = 0; unit < 19; unit++) {
        const [i, f, g, o] = [0, 1, 2, 3].map((gate) => lstm!.gates![gate * 19 + unit]!);
        const c = f! * before[0]!.c![unit]! + i! * g!;
        expect(lstm!.c![unit]).toBeCloseTo(c, digits);
        expect(lstm!.h[unit]).toBeCloseTo(o! * Math.tanh(c), digits);
      }
      for (let unit = 0; unit < 34; unit++) {
        const [z, r, fresh] = [0, 1, 2].map((gate) => gru!.gates![gate * 34 + unit]!);
        expect(gru!.h[unit]).toBeCloseTo(z! * before[1]!.h[unit]! + (1 - z!) * fresh!, digits);
        expect(r! > 0 && r! < 1).toBe(true);
      }
      expect(rnn!.gates).toBeUndefined();
    }
  });

  it('agree with the reference, and change nothing of what the engine says', async () => {
    const engines = [
      await openEngine(network, { ...options, gates: true }),
      await openEngine(network, { engine: 'reference', gates: true }),
      await openEngine(network, options),
    ] as const;
    const states = engines.map((engine) => engine.createState());
    for (const token of TOKENS) {
      const logits = engines.map((engine, index) => engine.step([states[index]!], [token]).slice());
      expect(logits[0]).toEqual(logits[2]);
    }
    const [gates, wanted] = states.map(({ layers }) => layers.flatMap(({ gates = [] }) => Array.from(gates)));
    expect(gates).toHaveLength(4 * 19 + 3 * 34);
    for (const [index, gate] of gates!.entries()) expect(gate).toBeCloseTo(wanted![index]!, 1);
    expect(states[2]!.layers.every((layer) => layer.gates === undefined)).toBe(true);
  });

  it('are kept while somebody wants them, and are not those of another moment', async () => {
    const engine = await openEngine(network, options);
    const state = engine.createState();
    const kept = () => state.layers.map(({ gates }) => gates !== undefined);
    const [none, all] = [
      [false, false, false],
      [true, true, false],
    ];
    engine.step([state], [3]);
    expect(kept()).toEqual(none);
    const before = state.snapshot();
    engine.keepGates!(true);
    engine.keepGates!(true);
    engine.step([state], [7]);
    expect(kept()).toEqual(all);
    state.restore(before);
    expect(kept()).toEqual(none);
    engine.keepGates!(false);
    engine.step([state], [7]);
    expect(kept()).toEqual(all);
    engine.keepGates!(false);
    engine.step([state], [8]);
    expect(kept()).toEqual(none);
  });
});

it('are refused by an engine that does not keep them', async () => {
  await expect(openEngine(network, { engine: 'tfjs', gates: true })).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
  });
});
