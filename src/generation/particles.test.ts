import { describe, expect, it } from 'vitest';
import { chooseByWeight } from './particles.js';

describe('weighed particles', () => {
  const hypotheses = [
    { weight: 0.1, particles: 2 },
    { weight: 0, particles: 1 },
    { weight: 0.6, particles: 1 },
    { weight: 0, particles: 4 },
  ];

  it('are chosen by weight, each for its hypothesis', () => {
    const of = (u: number) => hypotheses.indexOf(chooseByWeight(hypotheses, u));
    expect([0, 0.24, 0.26, 0.999].map(of)).toEqual([0, 0, 2, 2]);
    expect(chooseByWeight([hypotheses[1]!, hypotheses[3]!], 0.7)).toBe(hypotheses[1]);
  });
});
