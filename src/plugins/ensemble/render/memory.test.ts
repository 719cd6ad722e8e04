import { describe, expect, it } from 'vitest';
import { gesture } from '../gestures/gesture.js';
import { breaksOff, NOTHING_PLAYED, type PartMemory, remembering } from './memory.js';

const placeAt = (at: number) => ({ section: 'A', at, bar: 4, free: false });

function played(gestures: readonly (keyof typeof gesture)[]): PartMemory {
  return gestures.reduce(
    (memory, id, at) => remembering(memory, placeAt(at), { gesture: gesture[id], figure: null, window: 0 }),
    NOTHING_PLAYED.chords,
  );
}

describe('a figure of a section', () => {
  it('is broken off by silence where the part sounded in it before', () => {
    const memory = played(['chord', 'silence', 'broken', 'held']);
    expect([4, 5, 6, 7].map((at) => breaksOff(memory, placeAt(at)))).toEqual([true, false, true, true]);
  });

  it('that is new is broken off by a second silent beat of a bar', () => {
    const stab = played(['chord', 'silence']);
    expect(breaksOff(played(['chord']), placeAt(1))).toBe(false);
    expect(breaksOff(stab, placeAt(2))).toBe(true);
  });
});
