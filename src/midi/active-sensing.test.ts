import { expect, it } from 'vitest';
import { ActiveSensing } from './active-sensing.js';

/** When a keyboard counts as gone that says something at these times (true: active sensing), looked at every quarter of a second. */
function gone(until: number, said: readonly (readonly [time: number, sensing: boolean])[]): number[] {
  const sensing = new ActiveSensing();
  const times: number[] = [];
  for (let time = 0; time <= until; time += 0.25) {
    for (const [at, is] of said) if (at > time - 0.25 && at <= time) sensing.onByte(is, at);
    if (sensing.look(time)) times.push(time);
  }
  return times;
}

const senses = (from: number, to: number) =>
  Array.from({ length: Math.round((to - from) / 0.25) }, (_, i) => [from + 0.25 * i, true] as const);

it('a keyboard that senses and falls silent is gone, once; it may come again', () => {
  expect(gone(10, senses(0, 3))).toEqual([4]);
  expect(gone(20, [...senses(0, 3), ...senses(10, 12)])).toEqual([4, 13]);
});

it('a keyboard that plays on, or that does not sense, is there', () => {
  expect(gone(10, [...senses(0, 3), ...senses(3, 11).map(([time]) => [time, false] as const)])).toEqual([]);
  expect(gone(60, [[0, false]])).toEqual([]);
  expect(gone(60, senses(0, 0.5))).toEqual([]);
});

it('a thread that was held up reads first', () => {
  const sensing = new ActiveSensing();
  for (let time = 0; time < 1; time += 0.25) sensing.onByte(true, time);
  expect(sensing.look(5)).toBe(false);
  sensing.onByte(true, 5);
  expect([sensing.look(5.25), sensing.look(6.1), sensing.look(6.35)]).toEqual([false, false, true]);
});
