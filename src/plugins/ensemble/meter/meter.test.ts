import { describe, expect, it } from 'vitest';
import { tickAt } from '../../../music/beats/beat-map.js';
import type { BeatNote } from '../gestures/classify.js';
import { barsIn, withBarsAt } from './meter.js';

/** Two bars of four beats, over and over: onset and pitch of each note. A long note on the second bar line, and an upbeat to the next first. */
const PHRASE = [
  [0, 64],
  [1, 64],
  [1.5, 65],
  [2, 67],
  [3, 65],
  [3.5, 64],
  [4, 62],
  [7, 60],
  [7.5, 62],
] as const;
const TUNE: BeatNote[] = Array.from({ length: 8 }, (_, turn) =>
  PHRASE.map(([at, pitch], index) => ({
    ...{ pitch, velocity: 80, start: 8 * turn + at },
    end: 8 * turn + (PHRASE[index + 1]?.[0] ?? 8),
  })),
).flat();

const later = (beats: number) =>
  TUNE.map((note) => ({ ...note, start: note.start + beats, end: note.end + beats }));

describe('bars of a melody', () => {
  it('are found wherever they begin', () => {
    for (const by of [0, 0.25, 0.5, 1, 1.75, 2, 3, 3.5]) {
      const { begins, nats } = barsIn(later(by));
      expect(begins).toBeCloseTo(by, 3);
      if (by !== 0) expect(nats).toBeGreaterThan(6);
    }
    expect(barsIn(TUNE).nats).toBe(0);
  });

  it('are found where all notes lie beside the beats of the file', () => {
    expect(barsIn(later(0.57)).begins).toBeCloseTo(0.57, 3);
  });

  it('are laid over the same pulse', () => {
    const map = { beats: Array.from({ length: 33 }, (_, beat) => beat), bars: new Array(8).fill(4) };
    const moved = withBarsAt(map, 1.5);
    expect(moved.beats[0]).toBeCloseTo(-2.5);
    expect(moved.bars.reduce((sum, bar) => sum + bar, 0)).toBe(moved.beats.length - 1);
    expect(moved.beats.at(-1)!).toBeGreaterThan(29);
    expect(tickAt(moved, 1.5)).toBeCloseTo(4 * 48);
  });

  it('of nothing begin with the file', () => {
    expect(barsIn([])).toEqual({ begins: 0, nats: 0 });
  });
});
