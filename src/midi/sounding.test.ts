import { expect, it } from 'vitest';
import { SoundingNotes } from './sounding.js';

it('notes are ended on their channels, each once, until they have been', () => {
  const notes = new SoundingNotes();
  for (const message of [
    [0x90, 60, 80],
    [0x90, 60, 90],
    [0x9f, 60, 1],
    [0x93, 0, 5],
    [0x93, 0, 0],
    [0xb0, 60, 80],
    [0xa0, 61, 80],
  ] as const)
    notes.sent(message);
  expect(notes.ends()).toEqual([
    [0x80, 60, 64],
    [0x8f, 60, 64],
  ]);
  for (const message of notes.ends()) notes.sent(message);
  expect(notes.ends()).toEqual([]);
});
