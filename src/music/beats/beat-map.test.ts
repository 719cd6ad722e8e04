import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BeatMap, mapBetween, TICKS_PER_BEAT, tickAt, timeAt } from './beat-map.js';

const map: BeatMap = { beats: [1, 1.5, 2.5, 3, 4], bars: [4] };
const even = (bars: number, from = 0): BeatMap => ({
  beats: Array.from({ length: 4 * bars + 1 }, (_, beat) => from + beat * 0.5),
  bars: new Array(bars).fill(4),
});

describe('ticks and times', () => {
  it('interpolates between beats, and goes on at the tempo of the nearest beat', () => {
    expect([1, 1.25, 2, 4].map((time) => tickAt(map, time))).toEqual([0, 24, 72, 192]);
    expect([tickAt(map, 0.5), tickAt(map, 5)]).toEqual([-48, 240]);
    expect([timeAt(map, -48), timeAt(map, 240)]).toEqual([0.5, 5]);
  });

  it('are inverse to each other', () => {
    fc.assert(
      fc.property(fc.double({ min: -10, max: 20, noNaN: true }), (time) => {
        expect(timeAt(map, tickAt(map, time))).toBeCloseTo(time, 9);
      }),
    );
  });
});

describe('mapBetween', () => {
  it('adds bars before and after, at the tempo of the nearest beat', () => {
    const wider = mapBetween(even(1), -1.5, 3);
    expect(wider.bars).toEqual([4, 4, 4]);
    expect([wider.beats[0], wider.beats.at(-1)]).toEqual([-2, 4]);
  });

  it('leaves out bars before and after', () => {
    const inner = mapBetween(even(4), 2.5, 5.5);
    expect([inner.bars, inner.beats[0], inner.beats.at(-1)]).toEqual([[4, 4], 2, 6]);
  });

  it('takes a note that is a little early into the bar that it belongs to', () => {
    const sixteenth = 0.125;
    expect(mapBetween(even(4), 2 - sixteenth / 2, 2.1).beats[0]).toBe(2);
    expect(mapBetween(even(4), 2 - sixteenth, 2.1).beats[0]).toBe(0);
  });

  it('has both times in its first and last bar, where the first is not behind the map', () => {
    // Hundredths of a second are never halfway between two ticks here.
    const hundredths = (min: number, max: number) => fc.integer({ min, max }).map((count) => count / 100);
    fc.assert(
      fc.property(hundredths(-2000, 690), hundredths(0, 2000), (from, length) => {
        const found = mapBetween(even(3, 1), from, from + length);
        const early = 6 / TICKS_PER_BEAT;
        const beatOf = (time: number) => Math.round(tickAt(found, time)) / TICKS_PER_BEAT + early;
        expect(found.beats).toHaveLength(found.bars.reduce((sum, beats) => sum + beats, 1));
        expect(beatOf(from)).toBeGreaterThanOrEqual(0);
        expect(beatOf(from)).toBeLessThan(found.bars[0]!);
        expect(beatOf(from + length)).toBeLessThan(found.beats.length - 1);
        expect(beatOf(from + length)).toBeGreaterThanOrEqual(found.beats.length - 1 - found.bars.at(-1)!);
      }),
    );
  });
});
