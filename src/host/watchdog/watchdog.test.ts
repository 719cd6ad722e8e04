import { expect, it } from 'vitest';
import { Watchdog } from './watchdog.js';

function watched() {
  const thread = { now: 100, beats: 7, computed: 5 };
  const watchdog = new Watchdog(
    () => thread.beats,
    () => thread.now,
    () => thread.computed,
  );
  /** Looks `count` times, `every` seconds apart; how often it was said that the thread hangs. */
  const look = (count: number, every = 0.25, patience = 2) => {
    let hangs = 0;
    for (let index = 0; index < count; index++) {
      thread.now += every;
      if (watchdog.look(patience)) hangs++;
    }
    return hangs;
  };
  return { thread, look };
}

it('a thread without a sign for more than two seconds hangs', () => {
  const { look } = watched();
  expect(look(8)).toBe(0);
  expect(look(1)).toBe(1);
});

it('a thread that gives a sign now and then does not', () => {
  const { thread, look } = watched();
  for (let minute = 0; minute < 10; minute++) {
    expect(look(7)).toBe(0);
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
  expect(look(40, 0.25, 10)).toBe(0);
  expect(look(1, 0.25, 10)).toBe(1);
});

it('code that is not our own is seen to hang within a second, where the process computes; where it gets no time, it is waited for', () => {
  for (const [share, looks] of [
    [1, 3],
    [0.3, 3],
    [0, 9],
  ] as const) {
    const thread = { now: 100, computed: 5 };
    const watchdog = new Watchdog(
      () => 7,
      () => thread.now,
      () => thread.computed,
    );
    let count = 0;
    for (let hangs = false; !hangs; count++) {
      thread.now += 0.25;
      thread.computed += 0.25 * share;
      hangs = watchdog.look(2, 0.6);
    }
    expect(count).toBe(looks);
  }
});
