import { expect, it } from 'vitest';
import { chordWords, parseChord } from './chord.js';

it.each([
  ['C', 'C'],
  ['C:maj', 'C'],
  ['Bb:min7/5', 'A#m7'],
  ['F#:sus4(b7)', 'F#sus4'],
  ['Cb:maj6', 'B'],
  ['B#:hdim7', 'Cdim'],
  ['Eb:7/b7', 'D#7'],
  ['G/3', 'G'],
])('%s is %s', (text, name) => {
  expect(chordWords(parseChord(text)!)).toBe(name);
});

it('knows no chord, and what is none', () => {
  expect(parseChord('N')).toBeNull();
  for (const text of ['', 'H:maj', 'C:majestic', 'C:maj/x', 'c:maj'])
    expect(parseChord(text)).toBeUndefined();
});
