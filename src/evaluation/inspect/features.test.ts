import { expect, it } from 'vitest';
import { codecById } from '../../codec/index.js';
import { anyVocabulary, range, vocabulary } from '../../codec/vocabulary.js';
import { fieldFeatures, saysTheSame, streamFeatures, textFeatures } from './features.js';

const values = (all: ReturnType<typeof textFeatures>, name: RegExp) =>
  all.find((feature) => name.test(feature.name))!.values;

it('a stream tells pitch, loudness, density and what is held, from the state before each token on', () => {
  const codec = codecById('performance-packed-16');
  const { tokens } = codec.encode({
    notes: [
      { pitch: 60, velocity: 40, start: 0, end: 0.5 },
      { pitch: 72, velocity: 100, start: 0.25, end: 4 },
      { pitch: 64, velocity: 100, start: 3.5, end: 4 },
    ],
    pedal: [],
  });
  const all = streamFeatures(codec.stream(0), tokens);
  for (const { values } of all) expect(values).toHaveLength(tokens.length + 1);
  const pitches = values(all, /^pitch/);
  expect(pitches[0]).toBe(null);
  expect(pitches[1]).toBe(60);
  expect(new Set(pitches)).toEqual(new Set([null, 60, 72, 64]));
  expect(Math.max(...values(all, /^notes held/).map(Number))).toBe(2);
  expect(values(all, /^density/).at(-1)).toBe(1);
  expect(values(all, /^position in the bar/).every((value) => value === null)).toBe(true);
});

it('fields hold until a token says otherwise', () => {
  const both = vocabulary('test', [
    range('NOTE', { pitch: 4, length: 2 }, () => ''),
    range('BAR', { phrase: 3 }, () => ''),
  ]);
  const tokens = [
    both.token('BAR', { phrase: 1 }),
    both.token('NOTE', { pitch: 3, length: 1 }),
    both.token('BAR', { phrase: 2 }),
  ];
  const all = fieldFeatures(anyVocabulary(both), tokens);
  expect(values(all, /^BAR: phrase/)).toEqual([null, 1, 1, 2]);
  expect(values(all, /^NOTE: pitch/)).toEqual([null, null, 3, 3]);
});

it('one feature in other units is no second one', () => {
  const pitch = { name: 'pitch', values: [null, 60, 62, 71, 65] };
  expect(saysTheSame({ name: 'key', values: [0, 39, 41, 50, 44] }, pitch)).toBe(true);
  expect(saysTheSame({ name: 'other', values: [0, 41, 39, 50, 44] }, pitch)).toBe(false);
  expect(saysTheSame({ name: 'unknown', values: [null, null, null, null, null] }, pitch)).toBe(false);
});

it('a text tells where in line, word, quotes and brackets it is', () => {
  const all = textFeatures([...'Ab "c(d"\n']);
  expect(values(all, /line/)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 0]);
  expect(values(all, /place in the word/)).toEqual([0, 1, 2, 0, 0, 1, 0, 1, 0, 0]);
  expect(values(all, /quotes/)).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 0, 0]);
  expect(values(all, /brackets/)).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 1]);
  expect(values(all, /capital/)).toEqual([0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
});
