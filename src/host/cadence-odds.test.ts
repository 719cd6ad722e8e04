import { describe, expect, it } from 'vitest';
import { folkCodec } from '../codec/folk/index.js';
import { cadenceWeight, parseCadences } from './cadence-odds.js';

describe('odds of how parts end', () => {
  const untyped = { first: [0, 1], later: [0, 0.5, -0.5, 2], last: [0, 0, 3, -2] };
  const odds = { untyped, others: { first: [0, 3], later: [0, 0, 0, 0], last: [0, 0, 0, 0] } };

  it('are read from a model folder, and may be missing', () => {
    expect(parseCadences(odds)).toEqual(odds);
    expect(parseCadences(undefined)).toBeUndefined();
  });

  it.each([
    [3, /expected an object/],
    [{ reel: 3 }, /cadences\.reel: expected an object/],
    [{ reel: { first: [0, 1] } }, /cadences\.reel\.later: expected a list/],
    [{ reel: { first: [0, 1], later: [0, 0, 0, 0] } }, /cadences\.reel\.last: expected a list/],
    [{ reel: { first: [0, 1, 2], later: [0, 0, 0, 0] } }, /cadences\.reel\.first: expected 2 numbers/],
    [{ reel: { first: [0, 11], later: [0, 0, 0, 0] } }, /from -10 to 10/],
    [{ reel: { first: [0, 'x'], later: [0, 0, 0, 0] } }, /expected a finite number/],
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
    expect(weight('g 8 | c 8 :| |: e 8 | c 8 :| g')).toBeCloseTo(Math.exp(2));
    expect(weight('g 8 | c 8 :| |: e 8 | c 8 :| </s>')).toBeCloseTo(Math.exp(-2));
    expect(weight('g 8 | c 8 :| |: e 8 | g 8 :| </s>')).toBe(1);
    expect(weight('g 8 | e 8 :| |: e 8 | e 8 :| |:')).toBeCloseTo(Math.exp(-0.5));
    expect(weight('g 8 | e 8 || e 8 | e 8 | </s>')).toBeCloseTo(Math.exp(3));
  });

  it('are those of the type, else those of the others', () => {
    const reel = folkCodec.read('R:reel M:4/4 K:Cmaj |: g 8 | c 8 :|');
    expect(cadenceWeight(odds, reel)).toBeCloseTo(Math.exp(3));
    expect(cadenceWeight({ reel: untyped, ...odds }, reel)).toBeCloseTo(Math.E);
    expect(cadenceWeight({ untyped }, reel)).toBe(1);
  });
});
