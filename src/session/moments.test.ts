import { expect, it } from 'vitest';
import { Moments, type Slot } from './moments.js';

function kept() {
  const moments = new Moments();
  const made: Slot[] = [];
  /** Adds a moment at each position from `from` to `to`, two in each second. */
  const add = (from: number, to: number) => {
    for (let position = from; position <= to; position++)
      moments.add((unused) => {
        const slot =
          unused ?? ({ state: new Float32Array(1), logits: new Float32Array(1), stream: {} } as Slot);
        if (!unused) made.push(slot);
        return Object.assign(slot, { position, head: position / 2 });
      });
  };
  return { moments, made, add };
}

it('finds the last moment at or before a time, or else the first', () => {
  const { moments, add } = kept();
  expect(moments.at(1)).toBeUndefined();
  add(2, 8);
  expect([moments.at(2.4)?.position, moments.at(0)?.position, moments.at(99)?.position]).toEqual([4, 2, 8]);
});

it('keeps one moment at or before the time that is released', () => {
  const { moments, add } = kept();
  add(0, 9);
  moments.release(3.2);
  expect([moments.at(0)?.position, moments.at(3.2)?.position, moments.last?.position]).toEqual([6, 6, 9]);
  moments.release(3.2);
  expect(moments.at(0)?.position).toBe(6);
});

it('uses its buffers again, so that they are as many as are planned ahead', () => {
  const { moments, made, add } = kept();
  for (let position = 0; position < 5000; position++) {
    add(position, position);
    moments.release((position - 20) / 2);
  }
  expect(made.length).toBeLessThan(24);
  moments.removeFrom(4990);
  expect(moments.last?.position).toBe(4989);
  add(4990, 4999);
  expect(made.length).toBeLessThan(24);
});

it('keeps the last 1,024, where nobody releases any', () => {
  const { moments, add } = kept();
  add(0, 2000);
  expect(moments.at(0)?.position).toBe(2001 - 1024);
  moments.clear();
  expect(moments.last).toBeUndefined();
});
