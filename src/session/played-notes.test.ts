import { expect, it } from 'vitest';
import { PlayedNotes } from './played-notes.js';

const on = (id: number, voice: 'player' | 'model', time: number) =>
  ({ type: 'noteOn', id, voice, time, pitch: 60 + id, velocity: 64 }) as const;
const off = (id: number, time: number) => ({ type: 'noteOff', id, time }) as const;
const times = (played: PlayedNotes, voice: 'player' | 'model', now: number) =>
  played.notes(voice, now).map(({ start, end }) => [start, end]);

it('leaves out notes that were discarded before they sounded', () => {
  const played = new PlayedNotes();
  for (const event of [on(0, 'model', 1), off(0, 2), on(1, 'model', 3), off(1, 4)]) played.add(event);
  played.add({ type: 'discard', time: 1.5 });
  // The note that sounds goes on until its new end.
  expect(times(played, 'model', 10)).toEqual([[1, 10]]);
  played.add(off(0, 1.6));
  expect(times(played, 'model', 10)).toEqual([[1, 1.6]]);
});

it('keeps the notes of the player where the plan of the model is discarded', () => {
  const played = new PlayedNotes();
  for (const event of [on(0, 'player', 1), off(0, 2), on(1, 'model', 1), off(1, 2)]) played.add(event);
  played.add({ type: 'discard', time: 0.5 });
  expect([times(played, 'player', 9), times(played, 'model', 9)]).toEqual([[[1, 2]], []]);
});

it('ends notes that still sound at the time of asking, and gives none that would have no length', () => {
  const played = new PlayedNotes();
  for (const event of [on(0, 'player', 1), on(1, 'player', 3)]) played.add(event);
  expect(times(played, 'player', 2)).toEqual([[1, 2]]);
});

it('gives the same notes, sorted by start, once they are packed', () => {
  const played = new PlayedNotes();
  const wanted: number[][] = [];
  for (let id = 0; id < 200; id++) {
    played.add(on(id % 60, 'model', id));
    played.add(off(id % 60, id + 0.5));
    wanted.push([id, id + 0.5]);
  }
  played.add({ type: 'pedal', voice: 'player', time: 1, down: true });
  played.add({ type: 'pedal', voice: 'model', time: 2, down: true });
  expect(times(played, 'model', 1000)).toEqual(wanted);
  expect(played.pedal).toEqual([{ time: 1, down: true }]);
});

it('tells the members of a band apart: a plan that one discards leaves the notes of the others', () => {
  const played = new PlayedNotes();
  const drums = { ...on(2, 'model', 1), member: 'drums' };
  for (const event of [on(1, 'model', 1), off(1, 9), drums, off(2, 9)]) played.add(event);
  played.add({ type: 'discard', time: 0.5, member: 'drums' });
  expect([times(played, 'model', 10), played.notes('model', 10, 'drums')]).toEqual([[[1, 9]], []]);
  for (const event of [drums, off(2, 9)]) played.add(event);
  played.add({ type: 'allOff', time: 4, member: 'drums' });
  expect(played.notes('model', 10, 'drums')).toMatchObject([{ start: 1, end: 4 }]);
  expect(times(played, 'model', 10)).toEqual([[1, 9]]);
});
