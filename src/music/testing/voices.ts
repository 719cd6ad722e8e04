import fc from 'fast-check';
import type { Note, PedalChange } from '../note.js';

/** One voice that a MIDI file can hold exactly: sorted, no two notes of a pitch at once, nothing shorter than 10 ms. */
export interface Voice {
  readonly name: string;
  readonly program: number;
  readonly events: Note[];
  readonly pedal: PedalChange[];
}

/** Voices with at least one note, up to about a minute long. */
export function voices(): fc.Arbitrary<Voice> {
  const note = fc.record({
    pitch: fc.integer({ min: 0, max: 127 }),
    velocity: fc.integer({ min: 1, max: 127 }),
    gap: fc.double({ min: 0.01, max: 1, noNaN: true }),
    length: fc.double({ min: 0.01, max: 3, noNaN: true }),
  });
  return fc
    .record({
      name: fc.string({ unit: 'grapheme', maxLength: 20 }),
      program: fc.integer({ min: 0, max: 127 }),
      notes: fc.array(note, { minLength: 1, maxLength: 40 }),
      pedal: fc.array(fc.double({ min: 0.01, max: 2, noNaN: true }), { maxLength: 20 }),
    })
    .map(({ name, program, notes, pedal }) => ({
      name,
      program,
      events: placed(notes),
      pedal: moves(pedal),
    }));
}

function placed(notes: readonly { pitch: number; velocity: number; gap: number; length: number }[]): Note[] {
  const free = new Map<number, number>();
  let now = 0;
  return notes.map(({ pitch, velocity, gap, length }) => {
    now = Math.max(now + gap, free.get(pitch) ?? 0);
    free.set(pitch, now + length);
    return { pitch, velocity, start: now, end: now + length };
  });
}

function moves(gaps: readonly number[]): PedalChange[] {
  let time = 0;
  return gaps.map((gap, index) => {
    time += gap;
    return { time, down: index % 2 === 0 };
  });
}
