import { expect, it } from 'vitest';
import { randomSource } from '../../../../model/keras-init.js';
import { DueTimes } from './due-times.js';

it('names who is due, the earliest first, and nobody before the time', () => {
  const due = new DueTimes();
  expect([due.next, due.first(1e9)]).toEqual([Number.POSITIVE_INFINITY, undefined]);
  due.set(7, 3);
  due.set(8, 2);
  expect([due.first(1.9), due.first(2), due.next]).toEqual([undefined, 8, 2]);
  due.set(8, 4);
  expect(due.first(5)).toBe(7);
  due.set(7, null);
  due.set(9, null);
  expect([due.first(5), due.next]).toEqual([8, 4]);
});

it('is as a sorted list, whatever is set and removed', () => {
  const random = randomSource(5);
  const due = new DueTimes();
  const plain = new Map<number, number>();
  for (let turn = 0; turn < 5000; turn++) {
    const who = Math.floor(random() * 40);
    if (random() < 0.3) {
      due.set(who, null);
      plain.delete(who);
    } else {
      const time = Math.floor(random() * 1000);
      due.set(who, time);
      plain.set(who, time);
    }
    const next = Math.min(...plain.values());
    expect(due.next).toBe(next);
    const first = due.first(next);
    expect(first === undefined ? plain.size : plain.get(first)).toBe(first === undefined ? 0 : next);
  }
});
