import { expect, it } from 'vitest';
import { areUsual, moveMarks } from './octave-marks.js';

const net = (marks: string) => marks.replaceAll(',', '').length - marks.replaceAll("'", '').length;

/** Every sequence of up to six marks. */
const ALL = Array.from({ length: 7 }, (_, length) =>
  Array.from({ length: 2 ** length }, (_, bits) =>
    Array.from({ length }, (_, at) => ((bits >> at) & 1 ? "'" : ',')).join(''),
  ),
).flat();

it.each([',', "'"])('moves unusual marks by octaves and back to what they were (usual: %s)', (usual) => {
  const unusual = ALL.filter((marks) => !areUsual(marks, usual));
  for (let by = -4; by <= 4; by++) {
    const moved = unusual.map((marks) => moveMarks(marks, by, usual));
    expect(new Set(moved).size).toBe(unusual.length);
    for (const [index, marks] of unusual.entries()) {
      expect(net(moved[index]!)).toBe(net(marks) + by);
      expect(areUsual(moved[index]!, usual)).toBe(false);
      expect(moveMarks(moved[index]!, -by, usual)).toBe(marks);
    }
  }
});

it.each([
  ["'", 1, "''"],
  ["'", -1, "',"],
  ["',", 1, "'"],
  ["',", -1, "',,"],
])('%s of a capital by %i is %s', (marks, by, expected) => {
  expect(moveMarks(marks, by, ',')).toBe(expected);
});
