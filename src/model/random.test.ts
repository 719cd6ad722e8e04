import { expect, it } from 'vitest';
import { uniform } from './random.js';

it('is SplitMix64 over a counter', () => {
  // Equal places, equal numbers; other seeds, branches, indices: other numbers.
  expect(uniform(1, 2, 3)).toBe(uniform(1, 2, 3));
  const some = new Set<number>();
  for (let seed = -2; seed < 8; seed++)
    for (let branch = 0; branch < 10; branch++)
      for (let index = 0; index < 10; index++) some.add(uniform(seed, branch, index));
  expect(some.size).toBe(1000);
});

it('is uniform in [0, 1)', () => {
  const bins = new Array<number>(16).fill(0);
  const draws = 32_000;
  for (let i = 0; i < draws; i++) bins[Math.floor(uniform(5, 9, i) * 16)]!++;
  const chi = bins.reduce((sum, count) => sum + (count - draws / 16) ** 2 / (draws / 16), 0);
  expect(bins).toHaveLength(16);
  expect(chi).toBeLessThan(38); // chi-squared, 15 degrees of freedom, p = 0.001
});
