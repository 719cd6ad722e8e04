import { expect, it } from 'vitest';
import { createMemory, instantiate, PAGE } from './module.js';

const memory = createMemory(PAGE * 3);
const kernel = instantiate(memory);
const x = new Float32Array(memory.buffer, PAGE, 8);
const y = new Float32Array(memory.buffer, 2 * PAGE, 8);

/** The kernel's tanh and sigmoid of one number, by way of the cells that are nothing else. */
const functions = {
  tanh: (value: number) => {
    x.fill(value);
    kernel.rnn(x.byteOffset, y.byteOffset, 32);
    return y[7]!;
  },
  sigmoid: (value: number) => {
    x.fill(value);
    const ones = new Float32Array(memory.buffer, 2 * PAGE + 64, 4).fill(1);
    kernel.gruReset(x.byteOffset, ones.byteOffset, y.byteOffset, 16);
    return y[3]!;
  },
};
const exact = { tanh: Math.tanh, sigmoid: (value: number) => 1 / (1 + Math.exp(-value)) };

it.each(['tanh', 'sigmoid'] as const)('%s is within 3e-7 of the true value', (name) => {
  for (let i = 0; i <= 200_000; i++) {
    // From -80 to 80, denser towards 0.
    const value = Math.fround(80 * ((i - 100_000) / 100_000) ** 3);
    const wanted = exact[name](value);
    const got = functions[name](value);
    if (!(Math.abs(got - wanted) <= 3e-7 * Math.abs(wanted)))
      expect.fail(`${name}(${value}): ${got}, not ${wanted}`);
  }
});

it('stays finite, odd, and within its bounds at the ends', () => {
  for (const large of [88, 1e3, 1e30, Infinity]) {
    expect(functions.tanh(large)).toBe(1);
    expect(functions.tanh(-large)).toBe(-1);
    expect(functions.sigmoid(large)).toBe(1);
    expect(functions.sigmoid(-large)).toBeLessThan(1e-37);
  }
  expect(functions.tanh(0)).toBe(0);
  expect(functions.tanh(-0)).toBe(-0);
  expect(functions.tanh(1e-20)).toBe(Math.fround(1e-20));
  expect(functions.sigmoid(0)).toBe(0.5);
});
