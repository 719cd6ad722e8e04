import { expect, it } from 'vitest';
import { Backoff } from './backoff.js';

it('waits longer after each failure, half a minute at most, and begins anew after a calm minute', () => {
  const backoff = new Backoff();
  const waits = [];
  let now = 5;
  for (let failure = 0; failure < 9; failure++) {
    const wait = backoff.wait(now);
    waits.push(wait);
    now += wait + 1;
  }
  expect(waits).toEqual([0, 1, 2, 4, 8, 16, 30, 30, 30]);
  expect(backoff.wait(now + 61)).toBe(0);
});
