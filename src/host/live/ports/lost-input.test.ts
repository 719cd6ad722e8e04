import { expect, it } from 'vitest';
import { LostInput } from './lost-input.js';

it('tells of what is lost at once, then seldom, and of the rest when it is over', () => {
  const input = new LostInput();
  input.begin(40);
  const told: [number, number][] = [];
  for (let i = 0; i <= 100; i++) {
    const lost = 40 + 3 * Math.min(Math.max(0, i - 1), 90);
    const { release, tell } = input.look(lost, i / 4);
    expect(release).toBe(i >= 2 && i <= 92);
    if (tell > 0) told.push([i / 4, tell]);
  }
  expect(told).toEqual([
    [0.5, 3],
    [10.5, 120],
    [20.5, 120],
    [23, 27],
  ]);
});
