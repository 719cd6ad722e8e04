import { describe, expect, it } from 'vitest';
import { uniform } from '../../model/random.js';
import type { Note } from '../../music/note.js';
import { A_MINUTE, longReport, measurePiece } from './long.js';
import { isOutside, measureWindows, repeatedShare } from './windows.js';

/** Evenly spaced notes, `perSecond` per second. */
function even(perSecond: number, seconds: number, pitchOf: (index: number) => number, velocity = 80): Note[] {
  return Array.from({ length: perSecond * seconds }, (_, index) => ({
    pitch: pitchOf(index),
    velocity,
    start: index / perSecond,
    end: (index + 1) / perSecond,
  }));
}

/** Pitches that hardly ever repeat a figure of four. */
const wandering = (index: number) => 40 + Math.floor(47 * uniform(1, 0, index));

describe('measureWindows', () => {
  it('measures whole windows', () => {
    const [first, second, ...rest] = measureWindows(even(4, 75, wandering), 75);
    expect(rest).toEqual([]);
    expect(first).toMatchObject({ density: 4, velocity: 80 });
    expect(first!.polyphony).toBeCloseTo(1, 9);
    expect(first!.gap).toBeCloseTo(0.25, 9);
    expect(second!.noteLength).toBeCloseTo(0.25, 9);
  });

  it('holds a long note of one window against the next too, and a silence for a gap', () => {
    const [first, second] = measureWindows([{ pitch: 60, velocity: 80, start: 28, end: 33 }], 60);
    expect(first).toMatchObject({ gap: 28, repeated: 0 });
    expect(second).toMatchObject({ density: 0, gap: 30 });
    expect(second!.polyphony).toBeCloseTo(0.1, 9);
    expect(second!.velocity).toBeNaN();
  });
});

it('knows figures that came before', () => {
  expect(repeatedShare([60, 62, 64, 65])).toBe(0);
  expect(repeatedShare([60, 62, 64])).toBe(0);
  expect(repeatedShare([60, 60, 60, 60, 60])).toBe(0.5);
  expect(repeatedShare([60, 62, 64, 65, 60, 62, 64, 65])).toBeCloseTo(0.2, 9);
});

it('tells what is out of bounds', () => {
  const outside = (notes: Note[]) => isOutside(measureWindows(notes, 60));
  expect(outside(even(4, 60, wandering))).toBe(false);
  expect(outside(even(15, 60, wandering))).toBe(true);
  expect(outside(even(4, 60, (index) => 60 + (index % 5)))).toBe(true);
  expect(outside(even(4, 52, wandering))).toBe(true);
});

describe('longReport', () => {
  const people = [even(4, 70, wandering), even(5, 130, wandering), even(6, 100, wandering)];
  const run = (notes: Note[]) => measureWindows(notes, 120, even(5, 20, wandering));
  const dense = [...even(5, 60, wandering), ...even(20, 60, wandering).map(later)];
  const report = longReport(
    {
      people: people.map((notes) => measurePiece(notes)),
      followed: [measurePiece(even(3, 65, wandering)), []],
      models: [[run(even(5, 120, wandering)), run(dense)]],
    },
    A_MINUTE,
  );

  it('holds runs against pieces by the same windows', () => {
    const [model] = report.models;
    expect(report.people).toMatchObject({ runs: 3, windows: 2 + 4 + 3, outside: 0 });
    expect(model).toMatchObject({ runs: 2, windows: 8, outside: 0.5 });
    expect(model!.beyond).toMatchObject({ density: 0.5, velocity: 0 });
    expect(model!.spread.density).toMatchObject({ p25: 5, median: 5 });
    expect(model!.stretches.density).toEqual([5, 12.5]);
    // A run that stops at once has no windows and does not count.
    expect(report.followed).toMatchObject({ runs: 1, windows: 2, stretches: { density: [3] } });
  });

  function later(note: Note): Note {
    return { ...note, start: note.start + 60, end: note.end + 60 };
  }
});
