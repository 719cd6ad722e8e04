import { expect, it } from 'vitest';
import type { TakeTrack } from './music.js';
import { eventsOf } from './turns.js';

const note = (start: number, end: number) => ({ pitch: 60, velocity: 80, start, end });
const track = (voice: TakeTrack['voice'], ...events: TakeTrack['events']): TakeTrack => ({
  ...{ name: voice, channel: 0, voice, events, pedal: [] },
});

it('tells turns apart by rests, and what was played together, with the commands in between', () => {
  const tracks = [
    track('player', note(1, 1.5), note(2, 2.5), note(10, 11), note(20, 24)),
    track('model', note(4, 5), note(5, 6), note(21, 23)),
  ];
  const told = eventsOf(tracks, [
    { type: 'command', time: 0.5, command: { type: 'start' } },
    { type: 'command', time: 8, command: { type: 'param', id: 'temperature', value: 1.2 } },
    { type: 'command', time: 9, command: { type: 'pulse', beat: 0.5, bar: true, tapped: true } },
    { type: 'restart', time: 15, from: 14, length: 9, branch: 1, mode: 'answer', values: {} },
  ]);
  expect(told).toEqual([
    { type: 'event', time: 0.5, words: 'start' },
    { type: 'turn', time: 1, until: 2.5, by: 'player', notes: 2 },
    { type: 'turn', time: 4, until: 6, by: 'model', notes: 2 },
    { type: 'event', time: 8, words: 'temperature 1.2' },
    { type: 'turn', time: 10, until: 11, by: 'player', notes: 1 },
    { type: 'event', time: 15, words: 'the engine failed, and another took over' },
    { type: 'turn', time: 20, until: 24, by: 'together', notes: 2 },
  ]);
});
