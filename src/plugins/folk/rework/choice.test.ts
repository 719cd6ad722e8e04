import { describe, expect, it } from 'vitest';
import { choose } from './choice.js';
import type { Filling } from './filling.js';

const filling = (token: number, inside: number, right = 0): Filling => ({
  ...{ tokens: [token], heard: [token], inside, right, rightTokens: 1 },
  statistics: { tokens: 1, music: 1, cut: 0, forced: 0, nats: inside },
});

describe('the filling of a gap', () => {
  const some = [filling(1, 4), filling(2, 2, 1), filling(3, 5)];

  it('is the likeliest with what follows where nothing can be judged, and not what was there', () => {
    expect(choose(some, [9], () => null)).toBe(some[1]);
    expect(choose(some, [2], () => null)).toBe(some[0]);
    expect(choose([some[1]!], [2], () => null)).toBe(some[1]);
  });

  it('is the one with which the tune is best as a whole, a nat counting for a little', () => {
    const judge = (worth: readonly number[]) => (filling: Filling) => worth[filling.tokens[0]! - 1]!;
    expect(choose(some, [9], judge([1, 0, 2]))).toBe(some[2]);
    expect(choose(some, [9], judge([0, 0, 0.05]))).toBe(some[1]);
    expect(choose(some, [9], judge([-20, -20, -40]))).toBe(some[1]);
  });

  it('judges what says the same once, and no more than the likelier ones', () => {
    const judged: number[] = [];
    const many = Array.from({ length: 64 }, (_, index) => filling(index % 32, index % 32));
    choose(many, [0], ({ tokens }) => {
      judged.push(tokens[0]!);
      return 0;
    });
    expect(judged).toEqual(Array.from({ length: 16 }, (_, index) => index + 1));
  });
});
