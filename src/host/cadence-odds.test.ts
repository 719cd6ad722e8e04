import { describe, expect, it } from 'vitest';
import { folkCodec } from '../codec/folk/index.js';
import { cadenceWeight, parseCadences } from './cadence-odds.js';

describe('odds of how parts end', () => {
  const odds = { first: [0, 1], later: [0, 0.5, -0.5, 2] };

  it('are read from a model folder, and may be missing', () => {
    expect(parseCadences(odds)).toEqual(odds);
    expect(parseCadences(undefined)).toBeUndefined();
  });

  it.each([
    [3, /expected an object/],
    [{ first: [0, 1] }, /cadences\.later: expected a list/],
    [{ first: [0, 1, 2], later: [0, 0, 0, 0] }, /cadences\.first: expected 2 numbers/],
    [{ first: [0, 11], later: [0, 0, 0, 0] }, /from -10 to 10/],
    [{ first: [0, 'x'], later: [0, 0, 0, 0] }, /expected a finite number/],
  ])('%j is refused with its place', (value, message) => {
    expect(() => parseCadences(value)).toThrow(
      expect.objectContaining({ code: 'MODEL_BROKEN', message: expect.stringMatching(message) }),
    );
  });

  it('weigh the last end that there is', () => {
    const weight = (words: string) => cadenceWeight(odds, folkCodec.read(`M:4/4 K:Cmaj |: ${words}`));
    expect(weight('c 8')).toBe(1);
    expect(weight('c 8 | g 8 :|')).toBe(1);
    expect(weight('g 8 | c 8 :|')).toBeCloseTo(Math.E);
    expect(weight('g 8 | c 8 :| |: e 8 | c 8 :| </s>')).toBeCloseTo(Math.exp(2));
    expect(weight('g 8 | c 8 :| |: e 8 | g 8 :| </s>')).toBe(1);
    expect(weight('g 8 | e 8 :| |: e 8 | e 8 :| </s>')).toBeCloseTo(Math.exp(-0.5));
  });
});
