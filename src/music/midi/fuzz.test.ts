import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ContinuoError } from '../../errors.js';
import { voices } from '../testing/voices.js';
import type { MidiPiece } from './piece.js';
import { readMidi } from './read.js';
import { writeMidi } from './write.js';

/** Reads, or is refused as files are refused; anything else that is thrown fails the test. */
function attempt(bytes: Uint8Array): MidiPiece | null {
  try {
    return readMidi(bytes);
  } catch (error) {
    if (error instanceof ContinuoError) return null;
    throw error;
  }
}

function expectSound(piece: MidiPiece | null): void {
  for (const { notes, pedal } of piece?.tracks ?? []) {
    for (const { pitch, velocity, start, end } of notes) {
      const legal =
        pitch >= 0 && pitch <= 127 && velocity >= 1 && velocity <= 127 && start >= 0 && end > start;
      if (!legal || !Number.isFinite(end)) expect({ pitch, velocity, start, end }).toBe('a legal note');
    }
    expect(notes.every((note, index) => index === 0 || note.start >= notes[index - 1]!.start)).toBe(true);
    expect(pedal.every((move, index) => move.down !== (pedal[index - 1]?.down ?? false))).toBe(true);
  }
}

const whole = voices().map((voice) => writeMidi([{ ...voice, channel: 0 }]));

describe('readMidi, whatever the bytes,', () => {
  it('reads or refuses files with bytes changed', () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(whole, changes, (bytes, list) => {
        const changed = bytes.slice();
        for (const [position, value] of list) changed[position % bytes.length] = value;
        expectSound(attempt(changed));
      }),
      { numRuns: 2000 },
    );
  });

  it('reads or refuses files with bytes taken out or put in', () => {
    const patch = fc.uint8Array({ maxLength: 8 });
    fc.assert(
      fc.property(whole, fc.nat(), fc.nat({ max: 8 }), patch, (bytes, where, cut, put) => {
        const position = where % bytes.length;
        expectSound(
          attempt(Uint8Array.from([...bytes.slice(0, position), ...put, ...bytes.slice(position + cut)])),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps all that was whole of a file cut off', () => {
    fc.assert(
      fc.property(whole, fc.nat(), (bytes, where) => {
        const all = attempt(bytes)!.tracks[0]!.notes;
        const some = attempt(bytes.slice(0, where % bytes.length))?.tracks[0]?.notes ?? [];
        const heads = (notes: typeof all) =>
          notes.map(({ pitch, velocity, start }) => [pitch, velocity, start]);
        expect(heads(some)).toEqual(heads(all).slice(0, some.length));
      }),
      { numRuns: 500 },
    );
  });

  it('reads or refuses any bytes after a header', () => {
    const header = [
      0x4d, 0x54, 0x68, 0x64, 0, 0, 0, 6, 0, 1, 0, 1, 1, 0xe0, 0x4d, 0x54, 0x72, 0x6b, 0, 0, 1, 0,
    ];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) =>
        expectSound(attempt(Uint8Array.from([...header, ...bytes]))),
      ),
      { numRuns: 2000 },
    );
  });
});
