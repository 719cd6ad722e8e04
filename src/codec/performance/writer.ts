import type { Pitch } from '../../music/units.js';
import { LONGEST_SHIFT, type PerformanceAlphabet } from './alphabet.js';

/** A note in steps. */
export interface SteppedNote {
  readonly pitch: Pitch;
  readonly bin: number;
  /** First step. */
  readonly start: number;
  /** The step of its off, after `start`. */
  readonly end: number;
}

/** Where tokens are appended, and the alphabet that they are of. */
export interface TokenSink {
  readonly alphabet: PerformanceAlphabet;
  readonly out: number[];
}

/** The position of a token stream: its step, and the bin of the last velocity (-1: none yet). */
export interface Cursor {
  readonly step: number;
  readonly bin: number;
}

/** Orders notes by onset, then pitch: the order in which they are written. */
export function byRank(a: SteppedNote, b: SteppedNote): number {
  return a.start - b.start || a.pitch - b.pitch;
}

/** Appends the tokens of a time shift: as many longest shifts as fit, then the rest. */
export function writeShift(alphabet: PerformanceAlphabet, steps: number, out: number[]): void {
  let left = steps;
  for (; left > LONGEST_SHIFT; left -= LONGEST_SHIFT) out.push(alphabet.shift(LONGEST_SHIFT));
  if (left > 0) out.push(alphabet.shift(left));
}

/** Appends the onset or the off of a note, after the time shift to it. Returns the position after it. */
export function writeEdge(
  { alphabet, out }: TokenSink,
  cursor: Cursor,
  edge: 'on' | 'off',
  note: SteppedNote,
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
