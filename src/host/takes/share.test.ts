import { expect, it } from 'vitest';
import { takeShare } from './share.js';

it('takes all that waits, in order, in shares', () => {
  const waiting = Array.from({ length: 100 }, (_, i) => i);
  const turns: number[][] = [];
  let more = true;
  while (more) {
    const turn: number[] = [];
    more = takeShare(32, waiting.shift.bind(waiting), (one) => turn.push(one));
    turns.push(turn);
    expect(more).toBe(turn.length === 32);
  }
  expect(turns.map(({ length }) => length)).toEqual([32, 32, 32, 4]);
  expect(turns.flat()).toEqual(Array.from({ length: 100 }, (_, i) => i));
  expect(takeShare(32, waiting.shift.bind(waiting), () => expect.unreachable())).toBe(false);
});
