import { describe, expect, it } from 'vitest';
import type { Note } from '../../music/note.js';
import { type BarContext, measureBars } from './bar-measures.js';
import { measureFollowing } from './following.js';

const PACE = 0.6;
const BAR = 4 * PACE;
const note = (pitch: number, start: number, end: number): Note => ({ pitch, velocity: 70, start, end });

/** A loop of four chords: bass on the first beat, broken chord in eighths. */
function loop(bars: number, from = 0, roots: readonly number[] = [48, 43, 45, 41]): Note[] {
  return Array.from({ length: bars }, (_, bar) => {
    const start = from + bar * BAR;
    const root = roots[bar % roots.length]!;
    const third = root === 45 ? 3 : 4;
    return [
      note(root - 12, start, start + BAR),
      ...[0, third, 7, 12, 7, third, 0, third].map((above, eighth) =>
        note(root + above, start + (eighth * PACE) / 2, start + ((eighth + 1) * PACE) / 2),
      ),
    ];
  }).flat();
}

const context: BarContext = {
  heard: loop(8),
  map: { beats: Array.from({ length: 81 }, (_, beat) => beat * PACE), bars: new Array(20).fill(4) },
  from: 8 * BAR - 0.01,
  until: 16 * BAR - 0.01,
};

describe('measureBars', () => {
  it('finds nothing wanting in a loop that goes on', () => {
    const measured = measureBars(context, loop(8, 8 * BAR));
    expect(measured).toMatchObject({
      onsetsOnGrid: 1,
      bassOnBeats: expect.closeTo(2 / 3, 6),
      linesWithBass: 1,
      changesHeard: 1,
      figureKept: expect.closeTo(1, 1),
      clashes: 0,
    });
    expect(measured.chords.slice(0, 4).map((chord) => chord?.root)).toEqual([0, 7, 9, 5]);
  });

  it('hears bars that begin elsewhere', () => {
    const late = measureBars(context, loop(7, 8 * BAR + 0.4 * PACE));
    expect(late.onsetsOnGrid).toBe(0);
    expect(late.linesWithBass).toBe(0);
    expect(late.barsFound).toBe(0);
    expect(measureBars(context, loop(8, 8 * BAR)).barsFound).toBe(1);
  });

  it('hears a loop that is left, another figure, and clashes', () => {
    const other = measureBars(context, loop(8, 8 * BAR, [46, 50]));
    expect(other.changesHeard).toBe(0);
    const held = Array.from({ length: 8 }, (_, bar) => {
      const start = (8 + bar) * BAR;
      return [note(48, start, start + BAR), note(61, start, start + BAR)];
    }).flat();
    const still = measureBars(context, held);
    expect(still.figureKept).toBeLessThan(0.65);
    expect(still.clashes).toBe(1);
  });

  it('says nothing of what is not there', () => {
    const silent = measureBars(context, []);
    expect(silent.onsetsOnGrid).toBeNaN();
    expect(silent.bassOnBeats).toBeNaN();
    expect(silent.barsFound).toBe(0);
  });
});

describe('measureFollowing', () => {
  it('says of beats, bars and chords whether they were heard', () => {
    expect(measureFollowing(context, 5)).toEqual({ beat: 1, bar: 1, chord: 1 });
    expect(measureFollowing(context, 2)).toMatchObject({ chord: 0 });
    const elsewhere = { ...context.map, beats: context.map.beats.map((time) => time + 0.3 * PACE) };
    expect(measureFollowing({ ...context, map: elsewhere }, null)).toEqual({
      beat: 0,
      bar: 0,
      chord: Number.NaN,
    });
    const free = { ...context, heard: context.heard.slice(0, 4) };
    expect(measureFollowing(free, null)).toMatchObject({ beat: 0, bar: 0 });
  });
});
