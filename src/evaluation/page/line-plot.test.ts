import { expect, it } from 'vitest';
import { linePlot } from './line-plot.js';
import { planePlot } from './plane-plot.js';

const axis = { label: 'x' };
const points = (text: string) =>
  [...text.matchAll(/<polyline [^>]*points="([^"]*)"/g)].map(([, all]) =>
    all!.split(' ').map((pair) => pair.split(',').map(Number)),
  );

it('draws values at their places, linear and logarithmic', () => {
  const line = {
    name: 'a',
    style: 0 as const,
    points: [
      [0, 1],
      [1, 0.1],
      [2, 0.01],
    ] as const,
  };
  const [linear] = points(linePlot({ title: 't', lines: [line], x: axis, y: { label: 'y' } }).text);
  const [log] = points(linePlot({ title: 't', lines: [line], x: axis, y: { label: 'y', log: true } }).text);
  const drops = (of: number[][]) => [of[1]![1]! - of[0]![1]!, of[2]![1]! - of[1]![1]!];
  expect(drops(linear!)[0]! / drops(linear!)[1]!).toBeCloseTo(10, 1);
  expect(drops(log!)[0]! / drops(log!)[1]!).toBeCloseTo(1, 2);
  expect(linear![1]![0]! - linear![0]![0]!).toBeCloseTo(linear![2]![0]! - linear![1]![0]!, 1);
});

it.each([
  ['nothing', []],
  ['one point', [[0, 0]]],
  [
    'zeros on a logarithmic axis',
    [
      [0, 0],
      [1, 0],
    ],
  ],
  [
    'a flat line',
    [
      [0, 3],
      [1, 3],
    ],
  ],
] as const)('draws %s', (_, given) => {
  for (const log of [false, true]) {
    const lines = [{ name: 'a <b>', style: 1 as const, points: given }];
    const { text } = linePlot({
      title: 't',
      lines,
      x: axis,
      y: { label: 'y', log },
      mark: { y: 1, name: 'm' },
    });
    expect(text).not.toMatch(/NaN|Infinity|undefined|<b>/);
    expect((text.match(/class="grid"/g) ?? []).length).toBeLessThan(12);
  }
});

it('draws complex numbers in the plane, the imaginary part upwards', () => {
  const values = [
    { re: 1, im: 0 },
    { re: 0, im: 2 },
  ];
  const { text } = planePlot({ title: 't', groups: [{ name: 'a', values, style: 0 }], reaches: 2 });
  const [circle, one, up] = [...text.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"/g)].map(
    (found) => found.slice(1).map(Number),
  );
  expect(one![0]! - circle![0]!).toBeCloseTo(circle![2]!, 0);
  expect(circle![1]! - up![1]!).toBeCloseTo(2 * circle![2]!, 0);
});
