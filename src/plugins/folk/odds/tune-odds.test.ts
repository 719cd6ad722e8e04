import { describe, expect, it } from 'vitest';
import { folkCodec } from '../codec/index.js';
import { NO_CADENCE_ODDS } from './cadence-odds.js';
import { NO_NOTE_ODDS } from './note-odds.js';
import { oddsOf, parseTuneOdds } from './tune-odds.js';

const cadences = { first: [0, 1], later: [0, 0.5, -0.5, 2], last: [0, 0, 3, -2] };
const notes = { signs: { "c'": 0.25, '/2': -0.5 }, leaps: NO_NOTE_ODDS.leaps };
const others = { cadences: NO_CADENCE_ODDS, notes: NO_NOTE_ODDS };

describe('odds of a model folder', () => {
  it('are read, and may be missing', () => {
    const odds = { untyped: { cadences, notes }, others };
    expect(parseTuneOdds(odds)).toEqual(odds);
    expect(parseTuneOdds(undefined)).toBeUndefined();
  });

  it.each([
    [3, /odds: expected an object/],
    [{ reel: 3 }, /odds\.reel: expected an object/],
    [{ reel: { notes } }, /odds\.reel\.cadences: expected an object/],
    [{ reel: { notes, cadences: { first: [0, 1] } } }, /cadences\.later: expected a list/],
    [{ reel: { notes, cadences: { ...cadences, first: [0, 1, 2] } } }, /cadences\.first: expected 2 numbers/],
    [{ reel: { notes, cadences: { ...cadences, first: [0, 11] } } }, /from -10 to 10/],
    [{ reel: { notes, cadences: { ...cadences, first: [0, 'x'] } } }, /expected a finite number/],
    [{ reel: { cadences } }, /reel\.notes: expected an object/],
    [{ reel: { cadences, notes: { leaps: [] } } }, /notes\.signs: expected an object/],
    [{ reel: { cadences, notes: { ...notes, leaps: [0] } } }, /notes\.leaps: expected 17 numbers, got 1/],
    [{ reel: { cadences, notes: { ...notes, signs: { c: -11 } } } }, /signs\.c: expected a number from -10/],
    [{ reel: { cadences, notes: { ...notes, signs: { H: 1 } } } }, /signs: "H" is no note/],
    [{ reel: { cadences, notes: { ...notes, signs: { '|': 1 } } } }, /signs: "\|" is no note/],
  ])('%j is refused with its place', (value, message) => {
    expect(() => parseTuneOdds(value)).toThrow(
      expect.objectContaining({ code: 'MODEL_BROKEN', message: expect.stringMatching(message) }),
    );
  });

  it('are those of the type, else those of the others', () => {
    const reel = folkCodec.read('R:reel M:4/4 K:Cmaj');
    const untyped = { cadences, notes };
    expect(oddsOf({ untyped, others }, reel)).toBe(others);
    expect(oddsOf({ reel: untyped, others }, reel)).toBe(untyped);
    expect(oddsOf({ untyped }, reel)).toBeUndefined();
    expect(oddsOf({ untyped }, reel.slice(1))).toBe(untyped);
    expect(oddsOf(undefined, reel)).toBeUndefined();
  });
});
