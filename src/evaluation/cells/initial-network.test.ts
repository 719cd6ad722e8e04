import { expect, it } from 'vitest';
import { measureHeldOut } from '../../training/fit/fit.js';
import { initialNetwork } from './initial-network.js';

it.each(['rnn', 'gru', 'lstm'] as const)('%s begins with what the frequencies of its tokens cost', (cell) => {
  const tokens = Uint16Array.from([0, 1, 1, 1, 2]);
  const piece = { path: 'a', notes: 0, seconds: 0, tokens };
  const plan = { name: '', cell, layers: 1 };
  const network = initialNetwork(plan, { size: 200, train: [piece] }, { units: 8, seed: 1 });
  const all = 4 + 200 * 0.1;
  const cost = -(3 * Math.log(3.1 / all) + Math.log(1.1 / all)) / 4;
  // The state of a new network is small, and moves that a little.
  expect(Math.abs(measureHeldOut(network, [piece]).natsPerToken - cost)).toBeLessThan(0.25);
});
