import { expect, it } from 'vitest';
import { estimateKey, inKeyShare, keyOfShares, pitchClassShares } from './key.js';
import type { Note } from './note.js';

const note = (pitch: number, seconds: number): Note => ({ pitch, velocity: 64, start: 0, end: seconds });
const scale = (tonic: number, steps: readonly number[]) =>
  steps.map((step) => note(tonic + step, step === 0 ? 2 : step === 7 ? 1.5 : 1));
const MAJOR = [0, 2, 4, 5, 7, 9, 11];
const MINOR = [0, 2, 3, 5, 7, 8, 10];

it('finds the key of a scale on each tonic, whatever the octave', () => {
  for (let tonic = 0; tonic < 12; tonic++) {
    expect(estimateKey(scale(48 + tonic, MAJOR))).toEqual({ tonic, mode: 'major' });
    expect(estimateKey(scale(60 + tonic, MINOR))).toEqual({ tonic, mode: 'minor' });
  }
});

it('takes C major where nothing says otherwise', () => {
  expect(estimateKey([])).toEqual({ tonic: 0, mode: 'major' });
  expect(keyOfShares(new Float64Array(12).fill(1))).toEqual({ tonic: 0, mode: 'major' });
});

it('weighs pitch classes by how long they sound', () => {
  const shares = pitchClassShares([note(60, 3), note(72, 1), note(67, 4)]);
  expect([shares[0], shares[7], shares[2]]).toEqual([0.5, 0.5, 0]);
  expect([...pitchClassShares([])]).toEqual(new Array(12).fill(0));
});

it('counts the onsets that are degrees of a key', () => {
  const notes = [note(0, 1), note(64, 1), note(61, 1), note(119, 1)]; // C, E, C sharp, B
  expect(inKeyShare(notes, { tonic: 0, mode: 'major' })).toBe(0.75);
  expect(inKeyShare(notes, { tonic: 11, mode: 'minor' })).toBe(0.75); // B minor has C sharp, and no C
  expect(inKeyShare([], { tonic: 0, mode: 'major' })).toBeNaN();
});
