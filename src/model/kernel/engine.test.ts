import { createHash } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import type { Precision } from '../engine.js';
import { kerasNetwork, randomSource } from '../keras-init.js';
import { createKernelModel, KernelEngine, type KernelModel } from './engine.js';
import { planLayout } from './layout.js';

const network = kerasNetwork(
  {
    inputClasses: 30,
    embedding: 0,
    layers: [
      { cell: 'lstm', units: 32 },
      { cell: 'gru', units: 32 },
    ],
    outputClasses: 30,
  },
  2,
);

describe.each(['int8', 'float32'] as Precision[])('the %s kernel', (precision) => {
  it('allocates nothing in a step', () => {
    const engine = new KernelEngine(createKernelModel(network, precision));
    const one = [engine.createState()];
    const eight = Array.from({ length: 8 }, () => engine.createState());
    const tokens = [1, 2, 3, 4, 5, 6, 7, 8];
    const view = engine.step(one, [3]);
    const views = engine.step(eight, tokens);
    const token = [0];
    const run = (steps: number) => {
      for (let i = 0; i < steps; i++) {
        token[0] = i % 30;
        engine.step(one, token);
        engine.step(eight, tokens);
      }
    };
    run(5_000); // compiled, and what compiling leaves is there
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const { buffer } = engine.model.memory;
    // The compilers leave something now and then; steps that allocated would leave it every time.
    const growth = Array.from({ length: 6 }, () => {
      collect();
      const before = process.memoryUsage();
      run(10_000);
      const after = process.memoryUsage();
      expect(after.arrayBuffers).toBeLessThanOrEqual(before.arrayBuffers);
      return after.heapUsed - before.heapUsed;
    });
    // Measuring leaves up to 40,000 itself. The smallest object has 16 bytes: one for each of the 20,000 calls, 320,000.
    expect(Math.min(...growth)).toBeLessThan(100_000);
    expect(engine.model.memory.buffer).toBe(buffer);
    // Every call gives the same views.
    expect(engine.step(one, [3]).buffer).toBe(buffer);
    expect(engine.step(one, [3]).byteOffset).toBe(views.byteOffset);
    expect(engine.step(one, [3])).toBe(engine.step(one, [4]));
    expect(view).toHaveLength(30);
  });

  it('lets engines in other threads use the same weights, each with its own states', () => {
    const model = createKernelModel(network, precision);
    const { port1, port2 } = new MessageChannel();
    port1.postMessage(model);
    const posted = receiveMessageOnPort(port2)!.message as KernelModel;
    port1.close();
    expect(posted.memory).not.toBe(model.memory);

    const engines = [new KernelEngine(model), new KernelEngine(posted), new KernelEngine(posted)];
    const random = randomSource(6);
    const tokens = Array.from({ length: 30 }, () => Math.floor(random() * 30));
    const alone = new KernelEngine(createKernelModel(network, precision));
    const state = alone.createState();
    const expected = tokens.map((token) => alone.step([state], [token]).slice());
    const states = engines.map((engine) => engine.createState());
    tokens.forEach((token, step) => {
      engines.forEach((engine, i) => {
        expect(engine.step([states[i]!], [token])).toEqual(expected[step]);
      });
    });
    engines[1]!.dispose();
    expect(engines[2]!.step([states[2]!], [5])).toEqual(alone.step([state], [5]));
  });

  it('lets the memory go when it is disposed of, though somebody keeps it and its states', async () => {
    const engine = new KernelEngine(createKernelModel(network, precision));
    const state = engine.createState();
    engine.step([state], [1]);
    const memory = new WeakRef(engine.model.memory);
    const buffer = new WeakRef(engine.model.memory.buffer);
    engine.dispose();
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    for (let turn = 0; turn < 20 && (memory.deref() || buffer.deref()); turn++) {
      await new Promise((resolve) => setImmediate(resolve)); // a WeakRef holds on until the end of its turn
      collect();
    }
    expect(memory.deref()).toBeUndefined();
    expect(buffer.deref()).toBeUndefined();
    expect([engine.steps, state.size]).toEqual([1, 32 * 3]);
  });

  it('gives its part of the memory back, so that sessions may come and go', () => {
    const model = createKernelModel(network, precision);
    const session = () => {
      const engine = new KernelEngine(model);
      const states = Array.from({ length: 300 }, () => engine.createState());
      engine.step(states.slice(0, 40), new Array(40).fill(1));
      engine.dispose();
    };
    session();
    const pages = model.memory.buffer.byteLength;
    for (let i = 0; i < 20; i++) session();
    expect(model.memory.buffer.byteLength).toBe(pages);
  });
});

it.each(['int8', 'float32'] as Precision[])(
  'the %s kernel computes the same bits on every machine',
  (precision) => {
    // Weights from integer arithmetic alone: Math.log or Math.cos may differ in the last bit from Node to Node.
    const random = randomSource(8);
    const some = (length: number) => Float32Array.from({ length }, () => random() - 0.5);
    const layers = [
      { cell: 'lstm', units: 20 },
      { cell: 'gru', units: 12 },
      { cell: 'rnn', units: 24 },
    ] as const;
    const weights = {
      embedding: some(30 * 6),
      layers: [
        { kernel: some(6 * 80), recurrent: some(20 * 80), bias: some(80) },
        { kernel: some(20 * 36), recurrent: some(12 * 36), bias: some(36) },
        { kernel: some(12 * 24), recurrent: some(24 * 24), bias: some(24) },
      ],
      output: { kernel: some(24 * 30), bias: some(30) },
    };
    const spec = { inputClasses: 30, embedding: 6, layers, outputClasses: 30 };
    const engine = new KernelEngine(createKernelModel({ spec, weights }, precision));
    const state = engine.createState();
    const hash = createHash('sha256');
    const tokens = [0];
    for (let step = 0; step < 300; step++) {
      const logits = engine.step([state], [tokens.at(-1)!]);
      hash.update(new Uint8Array(logits.slice().buffer));
      // Greedy, with a push on, so that it does not fall into one token.
      tokens.push((logits.indexOf(Math.max(...logits)) + step) % 30);
    }
    expect([tokens.slice(-8).join(' '), hash.digest('hex').slice(0, 16)]).toMatchSnapshot();
  },
);

it('refuses a network that its memory cannot hold', () => {
  const layers = [{ cell: 'lstm', units: 4096 }] as const;
  const plan = () =>
    planLayout({ inputClasses: 20_000, embedding: 512, layers, outputClasses: 20_000 }, 'int8');
  expect(plan).toThrow(expect.objectContaining({ code: 'MODEL_UNSUPPORTED' }));
});
