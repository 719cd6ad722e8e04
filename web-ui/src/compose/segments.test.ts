import { describe, expect, it } from 'vitest';
import { listOf, segmentList, segmentsOf, toggled } from './segments.js';

const BARS = { one: 'bar', many: 'bars' };
/** A pickup, four bars, a pickup, four bars. */
const bars = [0, 1, 2, 3, 4, 0, 5, 6, 7, 8].map((number, index) => ({ number, part: index < 5 ? 'A' : 'B' }));

describe('segments that are chosen', () => {
  it.each([
    ['3-4', '3-4'],
    ['BAR 3 - 5', '3-5'],
    ['bars 7 – 8', '7-8'],
    ['Bar 3, part b', '3,B'],
    ['1 and 5;8', '1,5,8'],
    ['  ', ''],
    ['A', 'A'],
  ])('are what "%s" says: %s', (typed, list) => {
    expect(segmentList(typed, BARS)).toBe(list);
  });

  it.each([
    ['3-4', [3, 4]],
    ['2,4', [2, 4]],
    ['B', [5, 6, 7, 8]],
    ['A,6', [1, 2, 3, 4, 6]],
    ['0-2', [1, 2]],
    ['4-99999999', [4, 5, 6, 7, 8]],
    ['9', []],
    ['C', []],
    ['4-3', []],
    ['0', []],
    ['3-', []],
  ])('%s are %j', (list, numbers) => {
    expect([...segmentsOf(list, bars)]).toEqual(numbers);
  });

  it('are none where none are named, in a piece without parts, too', () => {
    const strokes = [1, 2].map((number) => ({ number, part: '' }));
    expect([...segmentsOf('', strokes)]).toEqual([]);
    expect([...segmentsOf('2,', strokes)]).toEqual([2]);
  });

  it('are written as a list, whose bars they are', () => {
    for (const numbers of [[], [3], [3, 4], [8, 1, 2, 3, 6], [1, 3, 5, 7]]) {
      const chosen = new Set(numbers);
      expect(new Set(segmentsOf(listOf(chosen), bars))).toEqual(chosen);
    }
    expect(listOf(new Set([8, 1, 2, 3, 6]))).toBe('1-3,6,8');
  });

  it('come and go one by one, and come many at once', () => {
    const three = toggled(new Set(), 3);
    expect([...three]).toEqual([3]);
    expect([...toggled(three, 3)]).toEqual([]);
    expect([...toggled(three, 6, 3)]).toEqual([3, 4, 5, 6]);
    expect([...toggled(three, 1, 3)].sort()).toEqual([1, 2, 3]);
    expect([...three]).toEqual([3]);
  });
});
