import { expect, it } from 'vitest';
import { beatVocabulary as vocabulary } from '../codec/vocabulary.js';
import { tokensAfter } from './fed.js';

const bar = (number: number) => vocabulary.token('BAR', { beats: 2, number });
const chord = (root: number, beat: number) => vocabulary.token('CHORD', { root, quality: 0, beat });
const tempo = vocabulary.token('TEMPO', { bin: 20 });
const at = (slot: number) => vocabulary.token('POSITION', { slot, micro: 6 });
const note = (pitch: number) => vocabulary.token('NOTE', { pitch, bin: 8 });
const length = (fine: number) => vocabulary.token('LENGTH', { octave: 4, fine });

const music = [bar(0), tempo, chord(0, 0), at(0), note(40), length(0), at(8), note(44), length(3)];

it('goes on after what was fed', () => {
  expect(tokensAfter([], music)).toEqual(music);
  expect(tokensAfter(music, music)).toEqual([]);
  expect(tokensAfter(music.slice(0, 3), music)).toEqual(music.slice(3));
  expect(tokensAfter(music.slice(0, 6), [...music, bar(1)])).toEqual([...music.slice(6), bar(1)]);
});

it('does not begin anew for chords, tempo and lengths that are known better now', () => {
  const better = [
    bar(0),
    chord(5, 0),
    at(0),
    note(40),
    length(9),
    chord(9, 2),
    at(8),
    note(44),
    length(4),
    bar(1),
  ];
  expect(tokensAfter(music, better)).toEqual([bar(1)]);
  // The chord that the network was told of a beat is not said again.
  expect(tokensAfter([...music.slice(0, 6), chord(7, 2)], better)).toEqual(better.slice(6));
});

it('begins anew where it was other music', () => {
  expect(tokensAfter(music, [bar(0), chord(0, 0), at(0), note(41), length(0)])).toBeNull();
  expect(tokensAfter(music, music.slice(0, 6))).toBeNull();
  expect(tokensAfter([bar(1)], music)).toBeNull();
});
