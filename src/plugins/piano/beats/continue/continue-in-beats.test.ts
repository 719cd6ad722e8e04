import { describe, expect, it } from 'vitest';
import { readDescriptor } from '../../../../host/plugins/plugins.js';
import type { NetworkState, StepEngine } from '../../../../model/engine.js';
import { type BeatMap, tickAt } from '../../../../music/beats/beat-map.js';
import type { Note } from '../../../../music/note.js';
import { drawFactory } from '../../../../performer/draw-factory.js';
import { beatCodec } from '../codec/index.js';
import { beatVocabulary } from '../codec/vocabulary.js';
import { BeatCritic, type BeatCriticSpec } from '../critic/critic.js';
import { FEATURE_NAMES } from '../critic/features.js';
import { tonicOf } from './beat-close.js';
import { continueInBeats, MOST_CANDIDATES } from './continue-in-beats.js';

const { size } = beatCodec.vocabulary;

/** A network that finds all equally likely, and remembers what it was fed. */
function indifferent(): StepEngine & { readonly fed: number[] } {
  const fed: number[] = [];
  const state = {
    free: () => {},
    snapshot: () => new Float32Array(),
    restore: () => {},
  } as unknown as NetworkState;
  return {
    name: 'reference',
    spec: { inputClasses: size, outputClasses: size } as StepEngine['spec'],
    steps: 0,
    fed,
    createState: () => state,
    step: (_, tokens) => {
      fed.push(tokens[0]!);
      return new Float32Array(size);
    },
    dispose: () => {},
  };
}

const map: BeatMap = {
  beats: Array.from({ length: 33 }, (_, beat) => beat * 0.6),
  bars: new Array(8).fill(4),
};
const heard: Note[] = Array.from({ length: 32 }, (_, eighth) => ({
  pitch: 48 + (eighth % 8),
  velocity: 60,
  start: eighth * 0.3,
  end: eighth * 0.3 + 0.3,
}));
const params = { temperature: 1, topP: 1, lowest: 40, highest: 80, longest: 2 };
/** Finds the more for people's the fewer notes. */
const sparse = new BeatCritic({
  bias: 0,
  features: Object.fromEntries(
    FEATURE_NAMES.map((name) => [
      name,
      { middle: 0, width: 1, slope: name === 'density' ? -20 : 0, bend: 0 },
    ]),
  ) as BeatCriticSpec['features'],
});

const goOn = (engine: StepEngine, from: number, seconds: number, seed = 1) =>
  continueInBeats(
    { engine, createDraw: drawFactory(size, seed, {}), chordOdds: null },
    { notes: heard, pedal: [] },
    map,
    {
      from,
      seconds,
      params,
    },
  );

describe('a continuation in beats', () => {
  it('begins where it was asked to, on positions of the bars that were heard, and ends in time', () => {
    for (const from of [9.6, 9.9, 10.7]) {
      const reply = goOn(indifferent(), from, 6, Math.round(from * 10));
      expect(reply.length).toBeGreaterThan(5);
      for (const { start, end, pitch } of reply) {
        expect(start).toBeGreaterThanOrEqual(from);
        expect(start).toBeLessThanOrEqual(from + 6);
        expect(end).toBeLessThanOrEqual(from + 7.5);
        expect(end - start).toBeLessThanOrEqual(2 + 1e-9);
        expect(pitch).toBeGreaterThanOrEqual(40);
        expect(pitch).toBeLessThanOrEqual(80);
        const tick = tickAt(map, start);
        expect(Math.abs(tick - Math.round(tick))).toBeLessThan(1e-6);
      }
    }
  });

  it('is told what was heard, with the bar that is open, and goes on in it', () => {
    const engine = indifferent();
    goOn(engine, 9.9, 3);
    const [start, ...tokens] = engine.fed;
    expect(start).toBe(beatCodec.startToken);
    const { map: told, performance } = beatCodec.decode(tokens);
    expect(performance.notes.slice(0, 32).map(({ pitch }) => pitch)).toEqual(heard.map(({ pitch }) => pitch));
    // Four bars were heard; the fifth is open, and those of the reply are like it.
    const numbers = tokens
      .map((token) => beatCodec.vocabulary.read(token))
      .filter(({ range }) => range === 'BAR');
    expect(numbers.map(({ values }) => values.number)).toEqual(numbers.map((_, bar) => bar % 8));
    expect(new Set(told.bars)).toEqual(new Set([4]));
    expect(told.bars.length).toBeGreaterThanOrEqual(5);
  });

  it('is the same for the same seed, and another for another', () => {
    expect(goOn(indifferent(), 9.6, 4)).toEqual(goOn(indifferent(), 9.6, 4));
    expect(goOn(indifferent(), 9.6, 4)).not.toEqual(goOn(indifferent(), 9.6, 4, 2));
  });

  it('goes on at the pace of the last beats', () => {
    const slower: BeatMap = {
      ...map,
      beats: map.beats.map((time) => (time > 4.8 ? 4.8 + (time - 4.8) * 1.25 : time)),
    };
    const notes = heard.map((note) => ({
      ...note,
      start: note.start > 4.8 ? 4.8 + (note.start - 4.8) * 1.25 : note.start,
    }));
    const options = { from: 10.8, seconds: 5, params };
    const reply = continueInBeats(
      { engine: indifferent(), createDraw: drawFactory(size, 3, {}), chordOdds: null },
      { notes, pedal: [] },
      slower,
      options,
    );
    for (const { start } of reply) {
      const tick = ((start - 10.8) / 0.75) * 48;
      expect(Math.abs(tick - Math.round(tick))).toBeLessThan(1e-6);
    }
  });
});

describe('a critic', () => {
  const chosen = (candidates: number, seed: number) =>
    continueInBeats(
      { engine: indifferent(), createDraw: drawFactory(size, seed, {}), chordOdds: null, critic: sparse },
      { notes: heard, pedal: [] },
      map,
      { from: 9.6, seconds: 12, params, candidates },
    );

  it('keeps of several what it finds the likeliest, four bars after four', () => {
    const sum = (candidates: number) =>
      [1, 2, 3, 4].reduce((notes, seed) => notes + chosen(candidates, seed).length, 0);
    expect(sum(8)).toBeLessThan(0.9 * sum(1));
    expect(chosen(8, 1)).toEqual(chosen(8, 1));
  });
});

describe('a close', () => {
  // In C: heard are the white keys from C to c, and the network says any chord.
  const white = heard.map((note, at) => ({ ...note, pitch: 48 + [0, 2, 4, 5, 7, 9, 11, 12][at % 8]! }));
  const closed = (seconds: number, seed: number) =>
    continueInBeats(
      { engine: indifferent(), createDraw: drawFactory(size, seed, {}), chordOdds: null },
      { notes: white, pedal: [] },
      map,
      { from: 9.9, seconds, params: { ...params, longest: 5 }, close: true },
    );

  it('comes at the last bar line that leaves it time, and is held', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const reply = closed(9, seed);
      // Bars of 2.4 s from 9.6 s on: 18.9 s is the end, and 16.8 s the last line before.
      const last = reply.at(-1)!;
      expect(last.start).toBeCloseTo(16.8, 1);
      const final = reply.filter(({ start }) => start > 16.72);
      for (const { end, start } of final) {
        expect(start).toBeCloseTo(16.8, 1);
        expect(end).toBeGreaterThanOrEqual(18 - 1e-9);
      }
    }
  });

  it('is left out where there is no bar line in time', () => {
    expect(closed(1, 1).every(({ start }) => start < 10.9)).toBe(true);
  });
});

it('rests on the chord of the key that is said more', () => {
  const bar = beatVocabulary.token('BAR', { beats: 2, number: 0 });
  const on = (root: number, quality: number) => [
    bar,
    beatVocabulary.token('CHORD', { root, quality, beat: 0 }),
  ];
  const notes = [0, 2, 4, 5, 7, 9, 11].flatMap((step) => [
    beatVocabulary.token('POSITION', { slot: step, micro: 6 }),
    beatVocabulary.token('NOTE', { pitch: 60 + 7 + step - 21, bin: 8 }),
    beatVocabulary.token('LENGTH', { octave: 5, fine: 0 }),
  ]);
  const tonic = (...bars: number[][]) =>
    beatVocabulary.read(tonicOf(bars.flatMap((each) => [...each, ...notes]))[0]!).values;
  expect(tonic(on(7, 0), on(2, 0), on(7, 0), on(4, 1))).toMatchObject({ root: 7, quality: 0 });
  expect(tonic(on(4, 1), on(0, 0), on(4, 1), on(7, 0))).toMatchObject({ root: 4, quality: 1 });
});

it('offers as many candidates as plugin.json says', async () => {
  const { offline } = await readDescriptor('piano');
  expect(offline!.options.candidates!.param).toMatchObject({ min: 1, max: MOST_CANDIDATES });
});
