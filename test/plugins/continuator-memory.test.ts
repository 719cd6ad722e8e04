import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Codec, LiveExtension, Predictor, PredictorExtension } from '../../src/plugin/index.js';

vi.setConfig({ testTimeout: 120_000 });

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'continuo-continuator-'));
afterAll(() => rmSync(folder, { recursive: true }));

let live: LiveExtension;
let predictor: PredictorExtension;
let codec: Codec;

beforeAll(async () => {
  cpSync(join(root, 'examples', 'plugins', 'continuator'), folder, { recursive: true });
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules', 'continuo'), 'junction');
  ({ live, predictor } = (await import(pathToFileURL(join(folder, 'index.js')).href)).default);
  codec = live.codec(null);
});

/** Numbers from 0 to 1, the same for the same seed. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const own = () => codec.vocabulary.ranges.find(({ name }) => name === 'HEARD_NOTE_ON')!.first;

/** What somebody who plays at random is heard to play: pitch and loudness in each onset, and ends of what sounds. */
function playing(count: number, seed: number): number[] {
  const draw = random(seed);
  const stream = codec.stream(0);
  const tokens: number[] = [];
  const down = new Set<number>();
  for (let time = 0; tokens.length < count; time += 0.05 + draw() * 0.3) {
    const pitch = 48 + Math.floor(draw() * 24);
    if (down.delete(pitch)) tokens.push(...stream.feed({ type: 'noteOff', time, pitch }));
    else {
      tokens.push(...stream.feed({ type: 'noteOn', time, pitch, velocity: 1 + Math.floor(draw() * 127) }));
      down.add(pitch);
    }
  }
  return tokens.slice(0, count);
}

function predicted(opened: Predictor): Float32Array {
  const logits = new Float32Array(codec.vocabulary.size);
  opened.predict(logits);
  return logits;
}

it('goes back to any moment, and on again, exact to the bit, over 20,000 tokens and whatever was played since', () => {
  const [alone, opened] = [predictor.open(codec), predictor.open(codec)];
  const moments: { at: number; moment: unknown; logits: Float32Array }[] = [];
  const tokens = playing(20_000, 1);
  for (const [at, token] of tokens.entries()) {
    alone.feed(token);
    opened.feed(token);
    if (at % 1000 !== 700) continue;
    const here = { at, moment: opened.snapshot(), logits: predicted(alone) };
    moments.push(here);
    // Another future, which must leave no trace.
    for (const other of playing(300, at)) opened.feed(other);
    for (let mine = 0; mine < 60; mine++) opened.feed((mine * 37) % own());
    expect(predicted(opened)).not.toEqual(here.logits);
    opened.restore(here.moment);
  }
  for (const [index, { at, moment, logits }] of [...moments.entries()].reverse()) {
    opened.restore(moment);
    expect(predicted(opened)).toEqual(logits);
    const next = moments[index + 1];
    if (next === undefined) continue;
    for (const token of tokens.slice(at + 1, next.at + 1)) opened.feed(token);
    expect(predicted(opened)).toEqual(next.logits);
  }
});

it('keeps a thousand moments of thousands of notes in the memory of one', () => {
  const opened = predictor.open(codec);
  for (const token of playing(10_000, 2)) opened.feed(token);
  const logs = new Set<unknown>();
  for (const token of playing(1000, 3)) {
    opened.feed(token);
    logs.add((opened.snapshot() as { log: unknown }).log);
  }
  expect(logs.size).toBeLessThanOrEqual(2);
});

it('learns from the player, and nothing from itself', () => {
  const opened = predictor.open(codec);
  const learnt = () => (opened.snapshot() as { length: number }).length;
  for (const token of playing(300, 4)) opened.feed(token);
  const length = learnt();
  expect(length).toBeGreaterThan(200);
  for (let token = 0; token < 200; token++) opened.feed((token * 53) % own());
  expect(learnt()).toBe(length);
});

it('is told its parameters by the stream, with the next thing that happens, and never draws what it heard', () => {
  const stream = codec.stream(0);
  stream.setParams?.({ order: 7, forget: 1 });
  const start = stream.snapshot();
  const told = stream.beginTurn!(null, 'answer').tokens;
  expect(told.map((token) => codec.vocabulary.describe(token))).toEqual(['looks back 7 notes']);
  expect(stream.beginTurn!(null, 'answer').tokens).toEqual([]);
  stream.restore(start);
  expect(stream.beginTurn!(null, 'answer').tokens).toEqual(told);
  const mask = new Uint8Array(codec.vocabulary.size).fill(1);
  stream.forbid(mask);
  expect(mask.subarray(own()).every((allowed) => allowed === 0)).toBe(true);
  expect(mask.subarray(0, own()).some((allowed) => allowed === 1)).toBe(true);
  expect(stream.accept(own())).toEqual([]);
});

it('gives finite logits that add up to one whatever it is fed', () => {
  const opened = predictor.open(codec);
  const draw = random(9);
  for (let count = 0; count < 3000; count++) {
    opened.feed(Math.floor(draw() * codec.vocabulary.size));
    if (count % 50 > 0) continue;
    const logits = predicted(opened);
    let sum = 0;
    for (const logit of logits) sum += Math.exp(logit);
    expect(Math.abs(sum - 1)).toBeLessThan(1e-4);
  }
});
