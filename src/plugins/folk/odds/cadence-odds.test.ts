import { describe, expect, it } from 'vitest';
import { folkCodec } from '../codec/index.js';
import { cadenceWeight } from './cadence-odds.js';

describe('odds of how parts end', () => {
  it('weigh the last end that there is', () => {
    const odds = { first: [0, 1], later: [0, 0.5, -0.5, 2], last: [0, 0, 3, -2] };
    const weight = (words: string) => cadenceWeight(odds, folkCodec.read(`M:4/4 K:Cmaj |: ${words}`));
    expect(weight('c 8')).toBe(1);
    expect(weight('c 8 | g 8 :|')).toBe(1);
    expect(weight('g 8 | c 8 :|')).toBeCloseTo(Math.E);
    expect(weight('g 8 | c 8 :| |: e 8 | c 8 :| g')).toBeCloseTo(Math.exp(2));
    expect(weight('g 8 | c 8 :| |: e 8 | c 8 :| </s>')).toBeCloseTo(Math.exp(-2));
    expect(weight('g 8 | c 8 :| |: e 8 | g 8 :| </s>')).toBe(1);
    expect(weight('g 8 | e 8 :| |: e 8 | e 8 :| |:')).toBeCloseTo(Math.exp(-0.5));
    expect(weight('g 8 | e 8 || e 8 | e 8 | </s>')).toBeCloseTo(Math.exp(3));
  });
});
