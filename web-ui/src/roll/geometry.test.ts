import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyAt, keyShapes, lowestFor, octavesFor, velocityAt } from '../keyboard/keyboard-geometry.js';
import type { RollNote } from './note-store.js';
import {
  NOW_AT,
  noteBoxes,
  pitchRange,
  type RollView,
  rowHeight,
  span,
  steppedNow,
  timeOf,
  xOf,
  yOf,
} from './roll-geometry.js';

const view: RollView = { width: 960, height: 444, now: 20, lowest: 48, highest: 83 };
const note = (start: number, end: number | undefined, pitch = 60): RollNote => ({
  id: 1,
  voice: 'model',
  pitch,
  velocity: 80,
  start,
  end,
});

describe('the roll', () => {
  it('has now at three quarters, and goes from time to place and back', () => {
    expect(xOf(20, view)).toBe(960 * NOW_AT);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 100, noNaN: true }), (time) => {
        expect(timeOf(xOf(time, view), view)).toBeCloseTo(time, 6);
      }),
    );
  });

  it('shows at least five seconds, and more on a wider screen', () => {
    expect(span({ width: 100 })).toBe(5);
    expect(span({ width: 1440 })).toBeGreaterThan(span({ width: 720 }));
  });

  it('turns the page in steps for those who asked for less motion, the line always on it', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1000, noNaN: true }), (now) => {
        const stepped = { ...view, now: steppedNow(now, view) };
        expect(xOf(now, stepped)).toBeGreaterThanOrEqual(view.width * 0.5 - 1e-6);
        expect(xOf(now, stepped)).toBeLessThanOrEqual(view.width * NOW_AT + 1e-6);
      }),
    );
    expect(steppedNow(20.01, view)).toBe(steppedNow(20.02, view));
  });

  it('stacks pitches without gaps, the highest on top', () => {
    expect(yOf(83, view)).toBe(0);
    expect(yOf(48, view) + rowHeight(view)).toBeCloseTo(view.height - 24);
  });

  it('holds every note in whole octaves, three at least', () => {
    expect(pitchRange([])).toEqual({ lowest: 48, highest: 83 });
    expect(pitchRange([note(0, 1, 30), note(0, 1, 96)])).toEqual({ lowest: 24, highest: 107 });
  });

  it('fills what has happened and outlines what is planned', () => {
    expect(noteBoxes(note(10, 12), view, 20).planned).toBeUndefined();
    expect(noteBoxes(note(22, 23), view, 20).done).toBeUndefined();
    const { done, planned } = noteBoxes(note(19, 21), view, 20);
    expect(done!.x + done!.width + 1).toBeCloseTo(planned!.x);
    expect(done!.width).toBeCloseTo(planned!.width);
  });

  it('lets a note without an end go on to now, and shows a planned one as a mark', () => {
    const { done, planned } = noteBoxes(note(18, undefined), view, 20);
    expect(done!.x + done!.width + 1).toBeCloseTo(xOf(20, view));
    expect(planned).toBeUndefined();
    expect(noteBoxes(note(21, undefined), view, 20).planned!.width).toBeGreaterThan(0);
  });
});

describe('the keyboard', () => {
  it('has keys that a finger can hit, on any screen', () => {
    for (const width of [390, 768, 1280, 1920, 3000]) {
      const white = keyShapes(48, octavesFor(width)).filter(({ black }) => !black);
      expect(white[0]!.width * width).toBeGreaterThanOrEqual(44);
    }
  });

  it('shows every pitch of its octaves once, inside the piano', () => {
    for (const octaves of [1, 2, 4, 7]) {
      for (let base = 24; base <= 96; base += 12) {
        const lowest = lowestFor(base, octaves);
        const pitches = keyShapes(lowest, octaves)
          .map(({ pitch }) => pitch)
          .sort((a, b) => a - b);
        expect(pitches).toEqual(Array.from({ length: 12 * octaves + 1 }, (_, i) => lowest + i));
        expect(lowest).toBeGreaterThanOrEqual(0);
        expect(pitches.at(-1)).toBeLessThanOrEqual(108);
      }
    }
  });

  it('has a key under every point, black keys above', () => {
    const shapes = keyShapes(60, 2);
    const inside = fc.double({ min: 0, max: 0.9999, noNaN: true });
    fc.assert(fc.property(inside, inside, (x, y) => keyAt(shapes, x, y) !== undefined));
    const cSharp = shapes.find(({ pitch }) => pitch === 61)!;
    const middle = cSharp.x + cSharp.width / 2;
    expect(keyAt(shapes, middle, 0.2)?.pitch).toBe(61);
    expect(keyAt(shapes, middle - 0.001, 0.9)?.pitch).toBe(60);
    expect(keyAt(shapes, 1.2, 0.5)).toBeUndefined();
  });

  it('sounds louder nearer to the edge, always as a MIDI velocity', () => {
    for (const key of keyShapes(60, 1)) {
      expect(velocityAt(key, 0.55)).toBeGreaterThan(velocityAt(key, 0.1));
      for (const y of [-1, 0, 1, 2]) expect(velocityAt(key, y)).toSatisfy((v: number) => v >= 1 && v <= 127);
    }
  });
});
