import { expect, it } from 'vitest';
import { BarCounter, barsLeft, flags } from './bar-counter.js';
import { countedClasses } from './counting.js';

const [BAR, END] = [9, 10];
const CLASSES = 12;

// The same cases as in training/torch/test_counting.py.
const bars = [1, 2, 3, BAR, 4, 5, BAR, 6, BAR, 1, 2, END, 3, BAR, 1, 2, BAR, 4, 5, BAR];

it('counts the bars of a part, but not its upbeat', () => {
  const counter = new BarCounter(flags(CLASSES, [BAR]), flags(CLASSES, [END]));
  const counts = bars.map((token) => {
    const upbeat = counter.push(token);
    return token === BAR || token === END ? [counter.lines, counter.bars, upbeat] : [];
  });
  expect(counts.filter(({ length }) => length > 0)).toEqual([
    [1, 1, false],
    [2, 2, false],
    [3, 3, false],
    [0, 0, false],
    [1, 1, false],
    [2, 1, true],
    [3, 2, false],
  ]);
});

it('goes on where it was written down', () => {
  const make = () => new BarCounter(flags(CLASSES, [BAR]), flags(CLASSES, [END]));
  const [counter, other] = [make(), make()];
  for (const token of bars.slice(0, 14)) counter.push(token);
  const kept = new Float32Array(BarCounter.size);
  counter.write(kept, 0);
  other.read(kept, 0);
  for (const token of bars.slice(14)) expect(other.push(token)).toBe(counter.push(token));
  expect(other.bars).toBe(counter.bars);
});

it('feeds each bar line by its number', () => {
  const spec = { counted: [BAR], resets: [END], endings: [11], numbers: 3, told: 0 };
  const fed = countedClasses(bars, spec, CLASSES);
  expect([...fed]).toEqual([1, 2, 3, 12, 4, 5, 14, 6, 13, 1, 2, END, 3, 12, 1, 2, 13, 4, 5, 14]);
});

// As in training/torch/test_counting.py.
const ended = [...bars, END, 1, 11, 2, BAR, 11];

it('says how many bars of its part come after a bar line, and whether it is the last', () => {
  const tokens = { counted: [BAR], resets: [END], endings: [11] };
  const found = barsLeft(ended, tokens);
  expect(found.map(({ bars }) => bars)).toEqual([3, 2, 1, 2, 1, 0, 0]);
  expect(found.map(({ last }) => last)).toEqual([false, false, false, false, false, false, true]);
  // A second ending belongs to its part.
  expect(barsLeft([1, BAR, 2, END, 11, 3, BAR, 11], tokens).map(({ last }) => last)).toEqual([true, true]);
});

it('feeds each bar line by what is left, where it is told', () => {
  const spec = { counted: [BAR], resets: [END], endings: [11], numbers: 2, told: 6 };
  const lines = [...countedClasses(ended, spec, CLASSES, true)].filter((_, at) => ended[at] === BAR);
  expect(lines).toEqual([16, 16, 15, 16, 15, 14, 17]);
  const untold = { ...spec, told: 0 };
  expect(countedClasses(ended, untold, CLASSES, true)).toEqual(countedClasses(ended, untold, CLASSES));
});
