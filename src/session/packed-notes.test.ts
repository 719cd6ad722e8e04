import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type PackedNote, PackedNotes } from './packed-notes.js';

const notes = fc.array(
  fc.record({
    id: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    voice: fc.constantFrom('player' as const, 'model' as const),
    pitch: fc.integer({ min: 0, max: 127 }),
    velocity: fc.integer({ min: 1, max: 127 }),
    start: fc.double({ min: 0, max: 100, noNaN: true }),
    end: fc.double({ min: 0, max: 200, noNaN: true }),
  }),
  { maxLength: 600 },
);
const listed = (packed: PackedNotes) => Array.from({ length: packed.length }, (_, index) => packed.at(index));
const packedOf = (list: readonly PackedNote[], limit?: number) => {
  const packed = new PackedNotes(limit);
  for (const note of list) packed.add(note);
  return packed;
};

it('is a list sorted by start, notes of one start in the order in which they came', () => {
  fc.assert(
    fc.property(notes, fc.double({ min: -1, max: 101, noNaN: true }), (list, time) => {
      const sorted = list.toSorted((a, b) => a.start - b.start);
      const packed = packedOf(list);
      expect(listed(packed)).toEqual(sorted);
      expect(packed.before(time)).toBe(sorted.filter(({ start }) => start < time).length);
    }),
    { numRuns: 30 },
  );
});

it('cuts at a time: later notes are gone, sounding ones end there', () => {
  fc.assert(
    fc.property(notes, fc.double({ min: 0, max: 100, noNaN: true }), (list, time) => {
      const packed = packedOf(list);
      packed.cut(time);
      const left = list.filter(({ start }) => start < time).toSorted((a, b) => a.start - b.start);
      expect(listed(packed)).toEqual(left.map((note) => ({ ...note, end: Math.min(note.end, time) })));
    }),
    { numRuns: 30 },
  );
});

it('drops the first eighth where it is full', () => {
  const list = Array.from({ length: 17 }, (_, index) => ({
    ...{ id: index, voice: 'model' as const, pitch: 60, velocity: 64 },
    ...{ start: index, end: index + 1 },
  }));
  expect(listed(packedOf(list, 16))).toEqual(list.slice(2));
});

it('keeps the member of a band that plays a note, and cuts the notes of one alone', () => {
  const note = (id: number, start: number, member?: string): PackedNote => ({
    ...{ id, voice: 'model', pitch: 60, velocity: 80, start, end: start + 4 },
    ...(member !== undefined && { member }),
  });
  const packed = packedOf([
    note(0, 0),
    note(1, 0.5, 'drums'),
    note(2, 2, 'piano'),
    note(3, 3),
    note(4, 3, 'drums'),
  ]);
  packed.cut(2, ({ member }) => member === 'drums');
  expect(listed(packed).map(({ id, member, end }) => [id, member, end])).toEqual([
    [0, undefined, 4],
    [1, 'drums', 2],
    [2, 'piano', 6],
    [3, undefined, 7],
  ]);
});
