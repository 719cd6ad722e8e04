import fc from 'fast-check';
import type { Note, PedalChange, Performance } from '../../music/note.js';

/** What {@link performances} may draw from. */
interface Choice {
  readonly lowest?: number;
  readonly highest?: number;
  /** Seconds between one move and the next, at most. */
  readonly longestGap?: number;
}

/**
 * What one player can do at one keyboard: a key goes down only when it is up. Times have arbitrary fractions; a small
 * choice of keys makes struck-again notes and full steps common. The pedal is up at the end.
 */
export function performances(choice: Choice = {}): fc.Arbitrary<Performance> {
  const { lowest = 0, highest = 127, longestGap = 1.5 } = choice;
  const gap = fc.oneof(
    { weight: 2, arbitrary: fc.double({ min: 0, max: 0.02, noNaN: true }) },
    { weight: 1, arbitrary: fc.double({ min: 0, max: longestGap, noNaN: true }) },
    { weight: 1, arbitrary: fc.constant(0) },
  );
  const move = fc.record({
    gap,
    what: fc.constantFrom('key', 'key', 'key', 'key', 'pedal'),
    key: fc.nat(1000),
    velocity: fc.integer({ min: 1, max: 127 }),
  });
  const key = fc.integer({ min: lowest, max: highest });
  const keys = fc.oneof(
    fc.uniqueArray(key, { minLength: 1, maxLength: 6 }),
    // Octaves of one note: where a codec folds them, they fall on the same pitch.
    key.map((key) => {
      const octaves = Array.from({ length: 11 }, (_, octave) => 12 * octave + (key % 12));
      return octaves.filter((octave) => octave >= lowest && octave <= highest);
    }),
  );
  return fc.tuple(keys, fc.array(move, { maxLength: 60 })).map(([keys, moves]) => {
    const notes: Note[] = [];
    const changes: PedalChange[] = [];
    const down = new Map<number, Omit<Note, 'end'>>();
    let time = 0;
    const lift = (pitch: number): void => {
      const note = down.get(pitch)!;
      // No key goes down and up at one moment.
      if (time <= note.start) time = note.start + 0.001;
      notes.push({ ...note, end: time });
      down.delete(pitch);
    };
    for (const move of moves) {
      time += move.gap;
      const pitch = keys[move.key % keys.length]!;
      if (move.what === 'pedal') changes.push({ time, down: !(changes.at(-1)?.down ?? false) });
      else if (down.has(pitch)) lift(pitch);
      else down.set(pitch, { pitch, velocity: move.velocity, start: time });
    }
    for (const pitch of [...down.keys()]) lift(pitch);
    if (changes.at(-1)?.down) changes.push({ time, down: false });
    notes.sort((a, b) => a.start - b.start || a.pitch - b.pitch);
    return { notes, pedal: changes };
  });
}
