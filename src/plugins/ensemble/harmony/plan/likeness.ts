import type { BeatNote } from '../../gestures/classify.js';

/** Sixteenths of a beat. */
export const SLOTS = 4;
/** What a note counts that is as high, but a sixteenth away. */
const NEARLY = 0.6;

/** Of each bar: the pitch that begins on each sixteenth, the highest where several do; -1: none. (bar, sixteenth) */
export type BarOnsets = readonly Int16Array[];

/** Lays a melody out in bars of `beats` beats. */
export function onsetsOf(melody: readonly BeatNote[], beats: number, bars: number): BarOnsets {
  const width = beats * SLOTS;
  const grid = Array.from({ length: bars }, () => new Int16Array(width).fill(-1));
  for (const { pitch, start } of melody) {
    const slot = Math.round(start * SLOTS);
    const row = grid[Math.floor(slot / width)];
    if (row && slot >= 0) row[slot % width] = Math.max(row[slot % width]!, pitch);
  }
  return grid;
}

export function isEmpty(bar: Int16Array): boolean {
  return bar.every((pitch) => pitch < 0);
}

/** How alike two bars are: the share of their notes that both have, in any octave, 0 to 1; null where one of them is empty. */
export function likeness(a: Int16Array, b: Int16Array): number | null {
  let [notes, shared] = [0, 0];
  for (let slot = 0; slot < a.length; slot++) {
    const pitch = a[slot]!;
    if (b[slot]! >= 0) notes++;
    if (pitch < 0) continue;
    notes++;
    const same = (at: number) => (b[at] ?? -1) >= 0 && (b[at]! - pitch) % 12 === 0;
    shared += same(slot) ? 1 : same(slot - 1) || same(slot + 1) ? NEARLY : 0;
  }
  if (isEmpty(a) || isEmpty(b)) return null;
  return Math.min(1, (2 * shared) / notes);
}
