import { describe, expect, it } from 'vitest';
import type { Onset, RecentPlay } from '../../plugin/index.js';
import { holding, isClose, thinning } from './close.js';

/** Chords as onsets: each a time and its pitches. */
const played = (...chords: readonly (readonly [number, ...number[]])[]): Onset[] =>
  chords.flatMap(([time, ...pitches]) => pitches.map((pitch) => ({ time, pitch, velocity: 64 })));
const at = (own: readonly Onset[], now: number): RecentPlay => ({
  modelOnsets: own,
  playerStyle: null,
  silence: now - own.at(-1)!.time,
  now,
});

/** I vi IV V in C twice, a chord every half second, and a last chord at 4 s. */
const LOOP = [0, 4].flatMap((half): [number, ...number[]][] => [
  [half / 2, 48, 64, 67, 72],
  [half / 2 + 0.5, 45, 64, 69, 72],
  [half / 2 + 1, 53, 65, 69, 72],
  [half / 2 + 1.5, 55, 62, 65, 71],
]);
const closing = (...last: number[]) => played(...LOOP, [4, ...last]);
const TONIC = [48, 64, 67, 72];

describe('isClose', () => {
  it('is where a phrase has come to rest on the tonic, and not sooner', () => {
    expect(isClose(at(closing(...TONIC), 4.2), TONIC, 0)).toBe(false);
    expect(isClose(at(closing(...TONIC), 4.6), TONIC, 0)).toBe(false);
    expect(isClose(at(closing(...TONIC), 5), TONIC, 0)).toBe(true);
    expect(isClose(at(closing(...TONIC), 5), [], 0)).toBe(true);
  });

  it('is no chord but the tonic, nor one whose bass is another, nor where a voice has yet to move', () => {
    expect(isClose(at(closing(55, 62, 67, 71), 6), [], 0)).toBe(false);
    expect(isClose(at(closing(52, 60, 67, 72), 6), [], 0)).toBe(false);
    expect(isClose(at(closing(...TONIC), 6), [...TONIC, 65], 0)).toBe(false);
    expect(isClose(at(closing(60), 6), [], 0)).toBe(false);
  });

  it('takes less the longer it is looked for', () => {
    expect(isClose(at(closing(...TONIC), 4.6), TONIC, 9)).toBe(true);
    expect(isClose(at(closing(...TONIC), 4.6), [...TONIC, 65], 9)).toBe(false);
    expect(isClose(at(closing(...TONIC), 4.6), [...TONIC, 65], 15)).toBe(true);
    expect(isClose(at(closing(60), 6), [], 15)).toBe(true);
    expect(isClose(at(closing(55, 62, 67, 71), 6), [], 15)).toBe(false);
  });

  it('is anywhere in silence', () => {
    expect(isClose({ modelOnsets: [], playerStyle: null, silence: 1, now: 9 }, [], 0)).toBe(true);
  });
});

it('holds the last chord', () => {
  expect([holding(0.4), holding(1.6)]).toEqual([5, 0]);
});

it('plays less the longer it looks for a close, and not otherwise', () => {
  expect([thinning(undefined), thinning(0), thinning(3), thinning(99)]).toEqual([0, 0, 0.5, 2]);
});
