import { expect, it } from 'vitest';
import { kerasNetwork } from '../../model/keras-init.js';
import type { CellKind } from '../../model/spec.js';
import { eigenvaluesOf, recurrentEigenvalues } from './recurrent-eigenvalues.js';

it('a rotation has the eigenvalues cos + i sin and cos - i sin, a triangle those of its diagonal', () => {
  const [cos, sin] = [Math.cos(0.3), Math.sin(0.3)];
  const turned = eigenvaluesOf([
    [cos, -sin],
    [sin, cos],
  ]).toSorted((a, b) => a.im - b.im);
  expect(turned[0]!.re).toBeCloseTo(cos, 12);
  expect(turned[0]!.im).toBeCloseTo(-sin, 12);
  expect(turned[1]!.im).toBeCloseTo(sin, 12);
  const triangle = eigenvaluesOf([
    [0.5, 7, 2],
    [0, -1.5, 3],
    [0, 0, 2],
  ]).map(({ re, im }) => [Number(re.toFixed(9)), Number(im.toFixed(9))]);
  expect(triangle.toSorted((a, b) => a[0]! - b[0]!)).toEqual([
    [-1.5, 0],
    [0.5, 0],
    [2, 0],
  ]);
});

it.each<[CellKind, string[]]>([
  ['rnn', ['state']],
  ['gru', ['update gate', 'reset gate', 'candidate']],
  ['lstm', ['input gate', 'forget gate', 'candidate', 'output gate']],
])('%s: takes each block of the matrix, in the order of the weights', (cell, blocks) => {
  const units = 3;
  const spec = { inputClasses: 4, embedding: 0, layers: [{ cell, units }], outputClasses: 4 };
  const network = kerasNetwork(spec, 1);
  const { recurrent } = network.weights.layers[0]!;
  // Block b is (b + 1) times the identity.
  recurrent.fill(0);
  blocks.forEach((_, block) => {
    for (let unit = 0; unit < units; unit++)
      recurrent[unit * blocks.length * units + block * units + unit] = block + 1;
  });
  const [layer] = recurrentEigenvalues(network);
  expect(layer!.map(({ block }) => block)).toEqual(blocks);
  layer!.forEach(({ eigenvalues, radius }, block) => {
    expect(radius).toBeCloseTo(block + 1, 12);
    expect(eigenvalues).toHaveLength(units);
    for (const { re } of eigenvalues) expect(re).toBeCloseTo(block + 1, 12);
  });
});
