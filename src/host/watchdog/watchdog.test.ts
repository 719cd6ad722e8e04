import { expect, it } from 'vitest';
import { Watchdog } from './watchdog.js';

/** A simulated thread. `computes`: its share of processor time; `runnable`: whether it wants to run. */
function watched(computes = 0, runnable: boolean | null = false) {
  const thread = { now: 100, beats: 7, computed: 5, computes, runnable };
  const watchdog = new Watchdog(
    () => thread.beats,
    () => thread.now,
    () => thread,
  );
  /** Looks `count` times, `every` seconds apart; returns how often a hang was reported. */
  const look = (count: number, every = 0.1, patience = { silent: 2, computing: 0.4 }) => {
    let hangs = 0;
    for (let index = 0; index < count; index++) {
      thread.now += every;
      thread.computed += every * thread.computes;
      if (watchdog.look(patience)) hangs++;
    }
    return hangs;
  };
  return { thread, look };
}

it('a thread that waits for something hangs after two seconds without a sign', () => {
  const { look } = watched();
  expect(look(20)).toBe(0);
  expect(look(1)).toBe(1);
});

it('a thread that computes hangs after 0.4 s, or after as long as it takes to get that', () => {
  for (const [share, looks] of [
    [1, 5],
    [0.5, 9],
    [0.1, 41],
  ] as const) {
    const { look } = watched(share, true);
    expect(look(looks - 1)).toBe(0);
    expect(look(1)).toBe(1);
  }
});

it('a thread that gets no processor is waited for, however long that lasts', () => {
  const { thread, look } = watched(0, true);
  expect(look(6000)).toBe(0);
  thread.computes = 1;
  expect(look(3)).toBe(0);
  thread.beats++;
  expect(look(4)).toBe(0);
});

it('a thread that gives a sign now and then does not hang', () => {
  const { thread, look } = watched();
  for (let minute = 0; minute < 10; minute++) {
    expect(look(19)).toBe(0);
    thread.beats++;
  }
});

it('a process that was stopped for ten minutes has no thread that hangs', () => {
  const { thread, look } = watched();
  expect(look(2)).toBe(0);
  expect(look(1, 600)).toBe(0);
  thread.beats++;
  expect(look(8)).toBe(0);
});

it('work that may take longer is given longer', () => {
  const { look } = watched();
  expect(look(100, 0.1, { silent: 10.05, computing: 5 })).toBe(0);
  expect(look(1, 0.1, { silent: 10.05, computing: 5 })).toBe(1);
});

it('where a thread alone cannot be looked at, it cannot have computed for longer than has passed', () => {
  const { look } = watched(8, null);
  expect(look(4)).toBe(0);
  expect(look(1)).toBe(1);
});
