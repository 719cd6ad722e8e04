import { expect, it } from 'vitest';
import { numbered } from './numbered.js';

const HEADER = 'X:1\nM:2/4\nL:1/8\nK:G\n';

it('counts bars as they are written: pickups not, each ending', () => {
  const lines = ['|:B2|G4|A4|', 'B4|[1 c4:|[2 d4:|', '|:g2|a4|b4|', 'w: la la', 'c4|d2:|'];
  expect(numbered(HEADER + lines.join('\n'))).toBe(
    `X:1\n%%barnumbers 0\nM:2/4\nL:1/8\nK:G\n%%setbarnb 1\n${lines[0]}\n%%setbarnb 3\n${lines[1]}\n%%setbarnb 6\n${lines[2]}\n${lines[3]}\n%%setbarnb 8\n${lines[4]}`,
  );
});

it('gives a line in the middle of a bar the number of the next, and a continued line none', () => {
  const text = numbered(`${HEADER}G4|A2\nA2|B4|\\\nc4|d4|\nd4|`);
  expect(text.split('\n').slice(5)).toEqual([
    ...['%%setbarnb 1', 'G4|A2', '%%setbarnb 3', 'A2|B4|\\', 'c4|d4|', '%%setbarnb 6', 'd4|'],
  ]);
});

it.each([
  ['says so itself', `${HEADER}%%measurenb 5\nG4|\nA4|`],
  ['cannot be read', `${HEADER}G4|(9:2:0A4|\nA4|`],
])('leaves a tune alone that %s', (_, abc) => {
  expect(numbered(abc)).toBe(abc);
});
