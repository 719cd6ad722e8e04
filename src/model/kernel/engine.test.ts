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
    collect();
    const { buffer } = engine.model.memory;
    const before = process.memoryUsage();
    run(20_000);
    const after = process.memoryUsage();
    // The smallest object has 16 bytes: one for each of the 40,000 calls would be 640,000.
    expect(after.heapUsed - before.heapUsed).toBeLessThan(200_000);
    expect(after.arrayBuffers).toBe(before.arrayBuffers);
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

it('refuses a network that its memory cannot hold', () => {
  const layers = [{ cell: 'lstm', units: 4096 }] as const;
  const plan = () =>
    planLayout({ inputClasses: 20_000, embedding: 512, layers, outputClasses: 20_000 }, 'int8');
  expect(plan).toThrow(expect.objectContaining({ code: 'MODEL_UNSUPPORTED' }));
});
