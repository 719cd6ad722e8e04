import { expect, it } from 'vitest';
import { measureHeldOut } from '../../training/fit/fit.js';
import { type Beginning, initialNetwork, scaled } from './initial-network.js';
import { recurrentEigenvalues } from './recurrent-eigenvalues.js';

const BEGIN: Beginning = { init: 'uniform', gateBias: 1, seed: 1 };

it.each(['rnn', 'gru', 'lstm'] as const)('%s begins with what the frequencies of its tokens cost', (cell) => {
  const tokens = Uint16Array.from([0, 1, 1, 1, 2]);
  const piece = { path: 'a', notes: 0, seconds: 0, tokens };
  const plan = { name: '', cell, layers: 1 };
  const network = initialNetwork(plan, { size: 200, train: [piece] }, { units: 8, ...BEGIN });
  const all = 4 + 200 * 0.1;
  const cost = -(3 * Math.log(3.1 / all) + Math.log(1.1 / all)) / 4;
  // The state of a new network is small, and moves that a little.
  expect(Math.abs(measureHeldOut(network, [piece]).natsPerToken - cost)).toBeLessThan(0.25);
});

it('begins with the matrices and biases that are asked for', () => {
  const piece = { path: 'a', notes: 0, seconds: 0, tokens: Uint16Array.from([0, 1, 2]) };
  const units = 64;
  const begin = (cell: 'rnn' | 'gru' | 'lstm', beginning: Partial<Beginning>) =>
    initialNetwork(
      { name: '', cell, layers: 1 },
      { size: 3, train: [piece] },
      { units, ...BEGIN, ...beginning },
    );
  const radius = (init: Beginning['init'], gain = 1) =>
    recurrentEigenvalues(scaled(begin('rnn', { init }), gain))[0]![0]!.radius;
  expect(radius('orthogonal')).toBeCloseTo(1, 4);
  // For many units 1 / sqrt(3) and 1; for so few a little more.
  expect(radius('uniform') * Math.sqrt(3)).toBeCloseTo(radius('glorot'), 4);
  expect(Math.abs(radius('glorot') - 1)).toBeLessThan(0.2);
  expect(radius('uniform', 4)).toBeCloseTo(4 * radius('uniform'), 4);
  const biases = (cell: 'gru' | 'lstm') =>
    Array.from(
      { length: 3 },
      (_, gate) => begin(cell, { gateBias: 3 }).weights.layers[0]!.bias[gate * units],
    );
  expect(biases('gru')).toEqual([3, 0, 0]);
  expect(biases('lstm')).toEqual([0, 3, 0]);
});
