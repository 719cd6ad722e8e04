import { expect, it } from 'vitest';
import { eventsOf } from './events.js';

it('orders events by time; at one time pedal, ends, onsets', () => {
  const note = (pitch: number, start: number, end: number) => ({ pitch, velocity: 64, start, end });
  const events = eventsOf({ notes: [note(60, 0, 1), note(60, 1, 2)], pedal: [{ time: 1, down: true }] });
  expect(events.map(({ type, time }) => `${type} ${time}`)).toEqual([
    ...['noteOn 0', 'pedal 1', 'noteOff 1', 'noteOn 1', 'noteOff 2'],
  ]);
  expect(events[0]).toEqual({ type: 'noteOn', time: 0, pitch: 60, velocity: 64 });
});
