import { describe, expect, it } from 'vitest';
import type { StepEngine } from '../engine.js';
import { kerasNetwork, randomSource } from '../keras-init.js';
import { type EngineOptions, openEngine } from '../open.js';
import { ReferenceEngine } from '../reference.js';
import { createSampler } from '../sampler.js';
import { TwoNetworks } from '../two-networks.js';
import { Tap, TapReader, watchTokens } from './index.js';

const spec = {
  inputClasses: 30,
  embedding: 0,
  layers: [
    { cell: 'lstm', units: 9 },
    { cell: 'gru', units: 21 },
    { cell: 'rnn', units: 16 },
  ],
  outputClasses: 30,
} as const;
const network = kerasNetwork(spec, 5);
const ENGINES: EngineOptions[] = [
  { engine: 'kernel', precision: 'int8' },
  { engine: 'kernel', precision: 'float32' },
  { engine: 'reference' },
  { engine: 'tfjs' },
];

/** Steps through random tokens, and shows the tap each before it is stepped with. */
function steps(engine: StepEngine, tap: Tap, count: number, biased: Float32Array | null = null) {
  const random = randomSource(8);
  const state = engine.createState();
  let logits = engine.step([state], [0]).slice();
  const shown = [];
  for (let position = 1; position <= count; position++) {
    const token = Math.floor(random() * engine.spec.outputClasses);
    const layers = state.layers.map(({ h, c }) => ({ h: Array.from(h), c: c && Array.from(c) }));
    shown.push({ token, layers, logits });
    const mask = position % 2 ? new Uint8Array(engine.spec.outputClasses).fill(1, 3) : null;
    if (tap.isOpen)
      tap.write({ position, time: position / 8, token, drawn: mask !== null, state, logits, biased, mask });
    logits = engine.step([state], [token]).slice();
  }
  return shown;
}

describe.each(ENGINES)('a tap on the engine $engine $precision', (options) => {
  it('shows state and logits as the engine has them', async () => {
    const engine = await openEngine(network, options);
    const tap = new Tap(engine);
    const reader = new TapReader(structuredClone(tap.link));
    reader.open();
    const shown = steps(engine, tap, 20);
    const frames = reader.read();
    expect(frames.map(({ position, time }) => [position, time])).toEqual(
      shown.map((_, index) => [index + 1, (index + 1) / 8]),
    );
    for (const [index, { token, layers, logits }] of shown.entries()) {
      const frame = frames[index]!;
      expect([frame.token, frame.drawn, frame.logits]).toEqual([token, index % 2 === 0, logits]);
      expect(frame.layers.map(({ h, c }) => ({ h: Array.from(h), c: c && Array.from(c) }))).toEqual(layers);
      expect(frame.nats).toBeCloseTo(createSampler(30).crossEntropy(logits, token), 9);
    }
    expect(reader.read()).toEqual([]);
  });

  it('shows gates where they are asked for and the engine can keep them, and not in the steps before', async () => {
    const engine = await openEngine(network, options);
    const tap = new Tap(engine);
    const reader = new TapReader(structuredClone(tap.link));
    expect(reader.gates).toBe(options.engine !== 'tfjs');
    reader.open();
    steps(engine, tap, 2);
    reader.open({ gates: true });
    const state = engine.createState();
    const shown: (number[] | undefined)[][] = [];
    const gates = () => state.layers.map((layer) => layer.gates && Array.from(layer.gates));
    for (const token of [3, 1, 4]) {
      const logits = engine.step([state], [token]).slice();
      shown.push(gates());
      const frame = { position: 1, time: 0, token, drawn: false, state, logits, biased: null, mask: null };
      if (tap.isOpen) tap.write(frame);
    }
    const frames = reader.read().map(({ layers }) => layers.map((layer) => layer.gates));
    expect(frames).toHaveLength(5);
    expect(frames.slice(0, 3).flat()).toEqual(new Array(9).fill(undefined));
    expect(frames.slice(2).map((layers) => layers.map((layer) => layer && Array.from(layer)))).toEqual(shown);
    expect(frames[4]!.map((layer) => layer?.length)).toEqual(
      options.engine === 'tfjs' ? [undefined, undefined, undefined] : [36, 63, undefined],
    );
    reader.close();
    expect(tap.isOpen).toBe(false);
    engine.step([state], [5]);
    expect(gates()).toEqual([undefined, undefined, undefined]);
  });

  it('reads the layers of a state as the reference has them', async () => {
    const [engine, reference] = [await openEngine(network, options), new ReferenceEngine(network)];
    const [state, wanted] = [engine.createState(), reference.createState()];
    for (const token of [3, 1, 4, 1, 5, 9, 2, 6]) {
      engine.step([state], [token]);
      reference.step([wanted], [token]);
    }
    expect(state.layers.map(({ cell, h, c }) => [cell, h.length, c?.length])).toEqual([
      ['lstm', 9, 9],
      ['gru', 21, undefined],
      ['rnn', 16, undefined],
    ]);
    expect(state.layers.at(-1)!.h).toEqual(state.hidden);
    for (const [index, { h, c }] of state.layers.entries()) {
      const other = wanted.layers[index]!;
      for (const [unit, value] of h.entries()) expect(value).toBeCloseTo(other.h[unit]!, 1);
      for (const [unit, value] of (c ?? []).entries()) expect(value).toBeCloseTo(other.c![unit]!, 1);
    }
  });
});

describe('a tap', () => {
  const engine = new ReferenceEngine(network);

  it('is shown nothing while it is closed, and skips what an earlier time left', () => {
    const tap = new Tap(engine);
    const reader = new TapReader(tap.link);
    steps(engine, tap, 5);
    reader.open();
    expect([tap.isOpen, reader.read().length]).toEqual([true, 0]);
    steps(engine, tap, 5);
    reader.close();
    steps(engine, tap, 5);
    reader.open();
    expect(reader.read()).toHaveLength(0);
  });

  it('drops what the ring has no room for, and goes on when there is room', () => {
    const tap = new Tap(engine);
    const reader = new TapReader(tap.link);
    reader.open();
    steps(engine, tap, 100);
    expect([reader.read().length, reader.dropped]).toEqual([64, 36]);
    steps(engine, tap, 70);
    const again = reader.read();
    expect([again.length, again[0]!.position, reader.dropped]).toEqual([64, 1, 42]);
  });

  it('has fewer places where a network is so large that 64 would take more than 4 MiB', () => {
    const layers = new Array(4).fill({ cell: 'lstm', units: 1024 });
    const { link } = new Tap({ spec: { ...spec, layers } });
    expect(link.buffer.byteLength).toBeGreaterThan(2 ** 20);
    expect(link.buffer.byteLength).toBeLessThanOrEqual(4 * 2 ** 20 + 32);
  });

  it('says the likeliest choices, what each has after bias and mask, and where the chosen one stands', () => {
    const tap = new Tap(engine);
    const reader = new TapReader(tap.link);
    reader.open();
    const bias = new Float32Array(30).fill(-1);
    bias[7] = 4;
    steps(engine, tap, 1, bias);
    const [frame] = reader.read();
    const share = (logits: Float32Array, from: number) =>
      createSampler(30).probabilities(
        logits,
        { temperature: 1, topK: 0, topP: 1 },
        new Uint8Array(30).fill(1, from),
      );
    const [own, after] = [share(frame!.logits, 0), share(bias, 3)];
    const choices = frame!.choices(30);
    expect(choices.map(({ probability }) => probability)).toEqual(
      choices.map(({ probability }) => probability).toSorted((a, b) => b - a),
    );
    for (const { token, allowed, probability, afterGrammar } of choices) {
      expect(allowed).toBe(token >= 3);
      expect(probability).toBeCloseTo(own[token]!, 9);
      expect(afterGrammar).toBeCloseTo(after[token]!, 9);
    }
    const few = frame!.choices(2);
    expect(few.slice(0, 2)).toEqual(choices.slice(0, 2));
    expect(few.at(-1)!.token).toBe(frame!.token);
  });

  it('keeps two networks apart: the surprise of a token is that of its own network', () => {
    const other = kerasNetwork({ ...spec, inputClasses: 12, outputClasses: 12 }, 2);
    const both = new TwoNetworks({ engine }, { engine: new ReferenceEngine(other), resetToken: 0 });
    const tap = new Tap(both);
    const reader = new TapReader(tap.link);
    reader.open();
    steps(both, tap, 40);
    const frames = reader.read();
    expect(frames[0]!.layers).toHaveLength(6);
    for (const { token, logits, nats } of frames) {
      const [from, to] = token < 30 ? [0, 30] : [30, 42];
      const own = createSampler(to - from).crossEntropy(logits.slice(from, to), token - from);
      expect(nats).toBeCloseTo(own, 9);
    }
    expect(frames.some(({ token }) => token >= 30)).toBe(true);
    const second = frames.find(({ token }) => token >= 30)!;
    for (const choice of second.choices(12)) expect(choice.token).toBeGreaterThanOrEqual(30);
  });
});

it('a piece that is watched gives the logits and states of a run through it', () => {
  const engine = new ReferenceEngine(network);
  const tokens = [0, 3, 1, 4, 1, 5];
  const state = engine.createState();
  let count = 0;
  for (const frame of watchTokens(engine, tokens)) {
    const logits = engine.step([state], [tokens[count]!]).slice();
    count++;
    expect([frame.position, frame.token]).toEqual([count, tokens[count]]);
    expect(frame.nats).toBeCloseTo(createSampler(30).crossEntropy(logits, tokens[count]!), 9);
    expect(frame.layers.map(({ h }) => Array.from(h))).toEqual(state.layers.map(({ h }) => Array.from(h)));
  }
  expect(count).toBe(5);
});
