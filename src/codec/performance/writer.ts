import type { Pitch } from '../../music/units.js';
import { LONGEST_SHIFT, type PerformanceAlphabet } from './alphabet.js';

/** A note on the grid of steps. */
export interface SteppedNote {
  readonly pitch: Pitch;
  readonly bin: number;
  /** First step. */
  readonly start: number;
  /** The step of its off, after `start`. */
  readonly end: number;
}

/** Where a token stream stands: its step, and the velocity bin said last (-1: none yet). */
export interface Cursor {
  readonly step: number;
  readonly bin: number;
}

/** Notes are written in the order of their onsets, those of one step from the lowest up. */
export function byRank(a: SteppedNote, b: SteppedNote): number {
  return a.start - b.start || a.pitch - b.pitch;
}

/** Appends the tokens of `steps` steps of time: as many longest shifts as fit, then the rest. */
export function writeShift(alphabet: PerformanceAlphabet, steps: number, out: number[]): void {
  let left = steps;
  for (; left > LONGEST_SHIFT; left -= LONGEST_SHIFT) out.push(alphabet.shift(LONGEST_SHIFT));
  if (left > 0) out.push(alphabet.shift(left));
}

/** Appends the onset or the off of a note, with the time that passed before it. Returns where the stream then stands. */
export function writeEdge(
  alphabet: PerformanceAlphabet,
  cursor: Cursor,
  edge: 'on' | 'off',
  note: SteppedNote,
  out: number[],
): Cursor {
  const step = edge === 'on' ? note.start : note.end;
  writeShift(alphabet, step - cursor.step, out);
  if (edge === 'off') {
    out.push(alphabet.off(note.pitch));
    return { step, bin: cursor.bin };
  }
  out.push(...alphabet.on(note.pitch, note.bin, cursor.bin));
  return { step, bin: note.bin };
}
