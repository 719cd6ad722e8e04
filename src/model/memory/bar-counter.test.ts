import { expect, it } from 'vitest';
import { BarCounter, flags } from './bar-counter.js';
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
  const spec = { counted: [BAR], resets: [END], numbers: 3 };
  const fed = countedClasses(bars, spec, CLASSES);
  expect([...fed]).toEqual([1, 2, 3, 12, 4, 5, 14, 6, 13, 1, 2, END, 3, 12, 1, 2, 13, 4, 5, 14]);
});

it('lets a plan pass by', () => {
  const counter = new BarCounter(flags(CLASSES, [BAR]), flags(CLASSES, [END]), 7);
  const plain = new BarCounter(flags(CLASSES, [BAR]), flags(CLASSES, [END]));
  expect(counter.push(8)).toBe(false);
  // The bar line is beyond the first token of plans here, and so is none.
  for (const token of [1, BAR, 8, 2, 3]) counter.push(token);
  for (const token of [1, 2, 3]) plain.push(token);
  expect([counter.lines, counter.bars]).toEqual([plain.lines, plain.bars]);
});
