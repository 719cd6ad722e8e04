import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Note, PedalChange } from './note.js';
import { applyPedal } from './pedal.js';

const note = (pitch: number, start: number, end: number): Note => ({ pitch, velocity: 64, start, end });
const down = (time: number): PedalChange => ({ time, down: true });
const up = (time: number): PedalChange => ({ time, down: false });

describe('applyPedal', () => {
  it('holds a note until the pedal comes up', () => {
    expect(applyPedal({ notes: [note(60, 0, 1)], pedal: [down(0.5), up(3)] })).toEqual([note(60, 0, 3)]);
  });

  it('ends a held note where its pitch is struck again', () => {
    const notes = [note(60, 0, 1), note(60, 2, 2.5), note(62, 2, 2.5)];
    expect(applyPedal({ notes, pedal: [down(0), up(5)] })).toEqual([
      note(60, 0, 2),
      note(60, 2, 5),
      note(62, 2, 5),
    ]);
  });

  it('leaves notes that end before the pedal falls or as it comes up', () => {
    const notes = [note(60, 0, 1), note(62, 1, 3)];
    expect(applyPedal({ notes, pedal: [down(2), up(3)] })).toEqual(notes);
  });

  it('holds a key that is released just as the pedal falls', () => {
    expect(applyPedal({ notes: [note(60, 0, 2)], pedal: [down(2), up(4)] })).toEqual([note(60, 0, 4)]);
  });

  it('holds to the end of the piece where the pedal never comes up', () => {
    const notes = [note(60, 0, 1), note(64, 6, 7)];
    expect(applyPedal({ notes, pedal: [down(0.5)] })).toEqual([note(60, 0, 7), note(64, 6, 7)]);
  });

  it('counts repeated changes once', () => {
    expect(applyPedal({ notes: [note(60, 0, 1)], pedal: [down(0), down(0.5), up(2), up(3)] })).toEqual([
      note(60, 0, 2),
    ]);
  });

  it('ends both of two equal onsets at the next onset', () => {
    const notes = [note(60, 0, 1), note(60, 0, 0.5), note(60, 2, 3)];
    const ends = applyPedal({ notes, pedal: [down(0), up(3)] }).map((sounding) => sounding.end);
    expect(ends).toEqual([2, 2, 3]);
  });

  it('moves nothing but ends, never back, and is idempotent', () => {
    const time = fc.integer({ min: 0, max: 100 }).map((step) => step / 10);
    const notes = fc.array(
      fc
        .tuple(fc.integer({ min: 60, max: 63 }), time, fc.integer({ min: 1, max: 20 }))
        .map(([pitch, start, steps]) => note(pitch, start, start + steps / 10)),
    );
    // One change at a time: a note that ends where the pedal comes up and falls again is another one the second time.
    const pedal = fc
      .uniqueArray(fc.record({ time, down: fc.boolean() }), { selector: (change) => change.time })
      .map((changes) => changes.toSorted((a, b) => a.time - b.time));
    fc.assert(
      fc.property(notes, pedal, (played, changes) => {
        const sounding = applyPedal({ notes: played, pedal: changes });
        const order = (list: readonly Note[]) =>
          list.toSorted((a, b) => a.start - b.start || a.pitch - b.pitch);
        const before = order(played);
        expect(sounding.map(({ pitch, start }) => [pitch, start])).toEqual(
          before.map(({ pitch, start }) => [pitch, start]),
        );
        sounding.forEach((heard, index) => {
          expect(heard.end).toBeGreaterThanOrEqual(before[index]!.end);
        });
        expect(applyPedal({ notes: sounding, pedal: changes })).toEqual(sounding);
      }),
    );
  });
});
