import { expect, it } from 'vitest';
import { Taps } from './taps.js';

const tapped = (times: readonly number[], meter = 4) => {
  const taps = new Taps();
  return times.map((time) => taps.tap(time, meter));
};

it('four taps are a tempo, and the first one begins a bar', () => {
  const all = tapped([1, 1.51, 1.99, 2.5, 3, 3.5]);
  expect(all.slice(0, 3)).toEqual([null, null, null]);
  expect(all[3]!.beat).toBeCloseTo(0.5, 5);
  expect(all.map((one) => one?.bar)).toEqual([undefined, undefined, undefined, false, true, false]);
  expect(tapped([0, 0.6, 1.2, 1.8], 3).at(-1)!.bar).toBe(true);
});

it('a tap after a rest, or far off the beat, begins anew', () => {
  expect(tapped([0, 0.5, 1, 1.5, 9, 9.4, 9.8]).slice(4)).toEqual([null, null, null]);
  const other = tapped([0, 0.5, 1, 1.5, 1.8, 2.1, 2.4, 2.7]);
  expect(other.slice(4, 7)).toEqual([null, null, null]);
  expect(other.at(-1)!.beat).toBeCloseTo(0.3, 5);
});

it('a finger that trembles taps once, and nobody taps faster than music goes', () => {
  expect(tapped([0, 0.03, 0.5, 1, 1.5]).at(-1)!.beat).toBeCloseTo(0.5, 5);
  expect(tapped([0, 0.2, 0.4, 0.6, 0.8])).toEqual([null, null, null, null, null]);
});
