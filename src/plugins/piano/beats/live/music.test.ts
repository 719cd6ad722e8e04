import { expect, it } from 'vitest';
import {
  ended,
  heldBy,
  lastEdge,
  lift,
  type Music,
  movePedal,
  notesUntil,
  SILENCE,
  shifted,
  strike,
} from './music.js';

const at = (pitch: number, time: number) => ({ pitch, time, velocity: 64 });
const ends = ({ notes }: Music) => notes.map(({ pitch, start, end }) => [pitch, start, end]);

it('ends a note with its key, and with the pedal where that is down', () => {
  const held = movePedal(strike(SILENCE, 'player', at(60, 1)), true, 1);
  const up = lift(held, 'player', 60, 2);
  expect([heldBy(up, 'player'), ends(up)]).toEqual([[60], [[60, 1, Number.POSITIVE_INFINITY]]]);
  expect(ends(movePedal(up, false, 3))).toEqual([[60, 1, 3]]);
  expect(ends(lift(strike(SILENCE, 'player', at(60, 1)), 'player', 60, 2))).toEqual([[60, 1, 2]]);
});

it('does not hold the notes of the model by the pedal', () => {
  const music = movePedal(strike(SILENCE, 'model', at(60, 1)), true, 1);
  expect(ends(lift(music, 'model', 60, 2))).toEqual([[60, 1, 2]]);
});

it('ends the note of a pitch that begins again, whoever holds it', () => {
  const music = strike(strike(SILENCE, 'model', at(60, 1)), 'player', at(60, 2));
  expect(ends(music)).toEqual([
    [60, 1, 2],
    [60, 2, Number.POSITIVE_INFINITY],
  ]);
  expect([heldBy(music, 'model'), heldBy(music, 'player')]).toEqual([[], [60]]);
});

it('gives a note that ends at once a moment of length', () => {
  expect(ends(ended(strike(SILENCE, 'player', at(60, 1)), 1, () => true))).toEqual([[60, 1, 1.01]]);
});

it('cuts notes at a time, knows its last edge, and shifts', () => {
  const music = strike(lift(strike(SILENCE, 'player', at(60, 1)), 'player', 60, 3), 'player', at(62, 2));
  expect(notesUntil(music, 2.5).map(({ pitch, end }) => [pitch, end])).toEqual([
    [60, 2.5],
    [62, 2.5],
  ]);
  expect(notesUntil(music, 2)).toHaveLength(1);
  expect([lastEdge(music), lastEdge(shifted(music, 10)), lastEdge(SILENCE)]).toEqual([3, 13, -Infinity]);
});

it('keeps the last notes of many', () => {
  let music = SILENCE;
  for (let index = 0; index < 2000; index++) music = strike(music, 'player', at(40 + (index % 40), index));
  expect(music.notes.length).toBeLessThanOrEqual(1536);
  expect(music.notes.at(-1)!.start).toBe(1999);
});
