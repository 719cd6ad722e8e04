import { expect, it } from 'vitest';
import { Pauses } from './pauses.js';

function clocks() {
  const now = { time: 10, wall: 1e9 };
  const pauses = new Pauses(
    () => now.time,
    () => now.wall,
  );
  /** Advances both clocks by their own amounts, and looks. */
  const after = (time: number, wall = time) => {
    now.time += time;
    now.wall += wall;
    return pauses.look();
  };
  return after;
}

it('a gap of more than two seconds is a pause, once', () => {
  const after = clocks();
  expect(after(0.25)).toEqual({ time: 10.25, slept: 0 });
  expect(after(2)).toEqual({ time: 12.25, slept: 0 });
  expect(after(600)).toEqual({ time: 612.25, slept: 600 });
  expect(after(0.25).slept).toBe(0);
});

it('a machine that slept while its monotonic clock stood still had a pause', () => {
  const after = clocks();
  expect(after(0.25, 600).slept).toBeCloseTo(600);
  expect(after(0.25).slept).toBe(0);
});

it('a wall clock that is set back is none', () => {
  const after = clocks();
  expect(after(0.25, -3600).slept).toBe(0);
  expect(after(0.25).slept).toBe(0);
});
