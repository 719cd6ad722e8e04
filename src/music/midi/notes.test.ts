import fc from 'fast-check';
import { expect, it } from 'vitest';
import { file, type RawEvent, track } from '../testing/midi-bytes.js';
import { readMidi } from './read.js';

/** Balanced note events: what begins ends, on whatever channel, also where a pitch is struck again while it sounds. */
const balanced = fc
  .array(
    fc.record({
      channel: fc.integer({ min: 0, max: 2 }),
      pitch: fc.integer({ min: 60, max: 63 }),
      start: fc.nat({ max: 500 }),
      length: fc.integer({ min: 1, max: 200 }),
    }),
    { maxLength: 60 },
  )
  .map((notes) =>
    notes.flatMap(({ channel, pitch, start, length }) => [
      { tick: start, bytes: [0x90 | channel, pitch, 64] },
      { tick: start + length, bytes: [0x80 | channel, pitch, 0] },
    ]),
  );

it('notes are the same through @tonejs/midi and, where an end too many sends them there, through our own pairing', () => {
  fc.assert(
    fc.property(balanced, (events) => {
      const sorted = events.toSorted((a, b) => a.tick - b.tick || a.bytes[0]! - b.bytes[0]!);
      let now = 0;
      const raw = sorted.map(({ tick, bytes }): RawEvent => {
        const delta = tick - now;
        now = tick;
        return [delta, ...bytes];
      });
      const endWithoutNote: RawEvent = [0, 0x8f, 10, 0];
      const through = (list: RawEvent[]) => readMidi(file([track(...list)])).tracks;
      expect(through([endWithoutNote, ...raw])).toEqual(through(raw));
      expect(through(raw).flatMap(({ notes }) => notes)).toHaveLength(events.length / 2);
    }),
    { numRuns: 300 },
  );
});
