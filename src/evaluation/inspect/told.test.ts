import { expect, it } from 'vitest';
import { toldTokens } from './told.js';

const asText = (told: readonly boolean[]) => told.map(Number).join('');

it('of joined tokens the told ones, of others none', () => {
  expect(asText(toldTokens({ joint: { foretold: 10, told: 3 } }, [13, 4, 11, 9, 12]))).toBe('10101');
  expect(asText(toldTokens({}, [0, 1, 2]))).toBe('000');
});

it('of a plan what is said before each bar, and bars that come again to the letter', () => {
  // Plan tokens from 100 on; 110 to 119 say a bar again; 5 ends a bar.
  const planning = { first: 100, again: 110, marks: 120, ends: [5] };
  //            start, plan, plan, | told, told, music, end | told (again), told, music, music, end
  const tokens = [0, 101, 102, 103, 104, 1, 5, 112, 104, 1, 2, 5];
  expect(asText(toldTokens({ planning }, tokens))).toBe('000110011110');
});
