import { describe, expect, it } from 'vitest';
import type { NetworkState, StepEngine } from './engine.js';
import { kerasNetwork, randomSource } from './keras-init.js';
import { type EngineOptions, openEngine } from './open.js';

const spec = {
  inputClasses: 50,
  embedding: 0,
  layers: [
    { cell: 'lstm', units: 24 },
    { cell: 'gru', units: 17 },
    { cell: 'rnn', units: 32 },
  ],
  outputClasses: 41,
} as const;
const network = kerasNetwork(spec, 11);

const engines: EngineOptions[] = [
  { engine: 'kernel', precision: 'int8' },
  { engine: 'kernel', precision: 'float32' },
  { engine: 'reference' },
  { engine: 'tfjs' },
];

/** Feeds tokens one by one; returns a copy of the logits after each. */
function run(engine: StepEngine, state: NetworkState, tokens: readonly number[]): Float32Array[] {
  return tokens.map((token) => engine.step([state], [token]).slice());
}

/** What every engine keeps. */
describe.each(engines)('the engine $engine $precision', (options) => {
  const random = randomSource(4);
  const tokens = Array.from({ length: 40 }, () => Math.floor(random() * spec.inputClasses));

  it('says what it is and counts its steps over all states', async () => {
    const engine = await openEngine(network, options);
    expect(engine.name).toBe(options.engine);
    expect(engine.spec).toEqual(spec);
    const [a, b] = [engine.createState(), engine.createState()];
    engine.step([a], [1]);
    engine.step([a, b], [2, 3]);
    expect(engine.steps).toBe(3);
  });

  it('goes on from a snapshot, to the bit, in the same state and in a fork', async () => {
    const engine = await openEngine(network, options);
    const state = engine.createState();
    run(engine, state, tokens.slice(0, 20));
    const snapshot = state.snapshot();
    expect(snapshot).toHaveLength(state.size);
    const after = run(engine, state, tokens.slice(20));
    state.restore(snapshot);
    expect(run(engine, state, tokens.slice(20))).toEqual(after);
    const fork = engine.createState();
    fork.restore(snapshot);
    expect(run(engine, fork, tokens.slice(20))).toEqual(after);
    expect(fork.snapshot(new Float32Array(fork.size))).toEqual(state.snapshot());
  });

  it('begins anew after a reset, and gives freed states out as zero', async () => {
    const engine = await openEngine(network, options);
    const state = engine.createState();
    const first = run(engine, state, tokens);
    state.reset();
    expect(run(engine, state, tokens)).toEqual(first);
    state.free();
    expect(run(engine, engine.createState(), tokens)).toEqual(first);
  });

  if (options.engine !== 'tfjs')
    it('steps 1 to 11 sessions at once as it steps each alone, to the bit', async () => {
      const engine = await openEngine(network, options);
      for (let sessions = 1; sessions <= 11; sessions++) {
        const many = Array.from({ length: sessions }, () => engine.createState());
        const alone = Array.from({ length: sessions }, () => engine.createState());
        for (let step = 0; step < 5; step++) {
          const fed = many.map((_, i) => tokens[(step * 7 + i * 3) % tokens.length]!);
          const logits = engine.step(many, fed).slice();
          alone.forEach((state, i) => {
            const row = logits.subarray(i * spec.outputClasses, (i + 1) * spec.outputClasses);
            expect(engine.step([state], [fed[i]!])).toEqual(row);
          });
        }
        many.forEach((state, i) => {
          expect(state.snapshot()).toEqual(alone[i]!.snapshot());
        });
        for (const state of [...many, ...alone]) state.free();
      }
    });

  it('refuses what cannot be stepped, and nothing has moved then', async () => {
    const engine = await openEngine(network, options);
    const state = engine.createState();
    const other = (await openEngine(network, options)).createState();
    const code = (code: string) => expect.objectContaining({ code });
    for (const token of [-1, 50, 1.5, NaN])
      expect(() => engine.step([state], [token])).toThrow(code('TOKEN_RANGE'));
    expect(() => engine.step([state], [])).toThrow(code('STATE_SHAPE'));
    expect(() => engine.step([], [])).toThrow(code('STATE_SHAPE'));
    expect(() => engine.step([state, state], [1, 2])).toThrow(code('STATE_SHAPE'));
    expect(() => engine.step([state, other], [1, 2])).toThrow(code('STATE_SHAPE'));
    expect(() => state.restore(new Float32Array(3))).toThrow(code('STATE_SHAPE'));
    expect(state.snapshot()).toEqual(new Float32Array(state.size));
    expect(engine.steps).toBe(0);
  });

  it('throws MODEL_FREED after it was disposed of, however often', async () => {
    const engine = await openEngine(network, options);
    const state = engine.createState();
    const freed = expect.objectContaining({ code: 'MODEL_FREED' });
    const second = engine.createState();
    second.free();
    expect(() => engine.step([second], [1])).toThrow(freed);
    engine.dispose();
    engine.dispose();
    expect(() => engine.step([state], [1])).toThrow(freed);
    expect(() => engine.createState()).toThrow(freed);
    expect(() => state.snapshot()).toThrow(freed);
    state.free();
  });
});

it('there is no engine of another name', async () => {
  await expect(openEngine(network, { engine: 'gpu' as 'tfjs' })).rejects.toMatchObject({
    code: 'ENGINE_UNKNOWN',
  });
  await expect(openEngine(network, { engine: 'tfjs-node' })).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
  });
});
