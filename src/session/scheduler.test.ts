import { expect, it } from 'vitest';
import { type Planned, Scheduler } from './scheduler.js';

const on = (id: number, time: number): Planned => ({
  event: { type: 'noteOn', time, pitch: 60, velocity: 64 },
  id,
});
const off = (id: number, time: number): Planned => ({ event: { type: 'noteOff', time, pitch: 60 }, id });

it('takes events when they are due, in order', () => {
  const scheduler = new Scheduler();
  expect([scheduler.next, scheduler.take(100)]).toEqual([null, null]);
  scheduler.plan(on(1, 1));
  scheduler.plan(off(1, 2));
  expect([scheduler.next, scheduler.take(0.9)]).toEqual([1, null]);
  expect([scheduler.take(1)?.id, scheduler.next]).toEqual([1, 2]);
});

it('discards what is planned for later, and keeps what is due at that time', () => {
  const scheduler = new Scheduler();
  for (const planned of [on(1, 1), on(2, 2), on(3, 3)]) scheduler.plan(planned);
  scheduler.discardAfter(2);
  expect([scheduler.take(9)?.id, scheduler.take(9)?.id, scheduler.take(9)]).toEqual([1, 2, null]);
});

it('counts a note as late from 20 ms on, and drops it with its end after half a second', () => {
  const scheduler = new Scheduler();
  expect(scheduler.punctual(on(1, 1), 1.019)).toBe(true);
  expect(scheduler.punctual(on(2, 1), 1.021)).toBe(true);
  expect(scheduler.punctual(on(3, 1), 1.501)).toBe(false);
  expect([scheduler.sent, scheduler.late, scheduler.dropped]).toEqual([2, 2, 1]);
  // The end of a dropped note is dropped; that of another note is sent however late it is.
  expect([scheduler.punctual(off(3, 2), 2), scheduler.punctual(off(2, 2), 9)]).toEqual([false, true]);
});

it('drops a note that may not begin, with its end', () => {
  let may = true;
  const scheduler = new Scheduler(() => may);
  expect(scheduler.punctual(on(1, 1), 1)).toBe(true);
  may = false;
  expect(scheduler.punctual(on(2, 1), 1)).toBe(false);
  // What sounds ends all the same.
  expect([scheduler.punctual(off(1, 1.5), 1.5), scheduler.punctual(off(2, 1.5), 1.5)]).toEqual([true, false]);
  may = true;
  expect(scheduler.punctual(on(3, 2), 2)).toBe(true);
  expect([scheduler.sent, scheduler.dropped]).toEqual([2, 1]);
});

it('tells the lateness of the last 512 note-ons, ends left out', () => {
  const scheduler = new Scheduler();
  expect(scheduler.lateness()).toEqual({ p50: 0, p99: 0 });
  for (let id = 0; id < 100; id++) scheduler.punctual(on(id, 0), 0.4);
  for (let id = 0; id < 512; id++) scheduler.punctual(on(id, 0), id < 256 ? 0.001 : 0.002);
  scheduler.punctual(off(0, 0), 10);
  expect(scheduler.lateness()).toEqual({ p50: 0.001, p99: 0.002 });
});

it('a note that could not be known before it was due is late since it could be known, and counted by itself', () => {
  const scheduler = new Scheduler();
  const noteAt = (time: number, knownAt: number): Planned => ({ ...on(1, time), knownAt });
  // A reply's first note lies up to a step before the hand-over; another one at it; the next after it.
  for (const time of [0.99, 1, 1.01]) scheduler.punctual(noteAt(time, 1), 1.015);
  const rounded = (times: readonly number[]) => times.map((time) => Number(time.toFixed(6)));
  const { notes, atOnce } = scheduler.takeLatenesses();
  expect([rounded(atOnce), rounded(notes)]).toEqual([[0.015, 0.015], [0.005]]);
  expect(scheduler.late).toBe(0);
  scheduler.punctual(noteAt(0.99, 1), 1.021);
  expect(scheduler.late).toBe(1);
  expect(scheduler.takeLatenesses()).toMatchObject({ notes: [], atOnce: [expect.closeTo(0.021)] });
  expect(scheduler.takeLatenesses()).toEqual({ notes: [], atOnce: [] });
});
