import type { KernelLayout } from '../model/kernel/layout.js';
import { createMemory, instantiate, PAGE } from '../model/kernel/module.js';

/** Bytes of weights that a step must read, whatever it does with them: all matrices and their scales. */
export function weightBytes({ layers, output, precision }: KernelLayout): number {
  const matrices = [
    output,
    ...layers.flatMap(({ gates, candidate }) => (candidate ? [gates, candidate] : [gates])),
  ];
  return matrices.reduce((sum, { panels, depth }) => {
    const rows = panels * 16;
    return sum + (precision === 'int8' ? rows * (depth + 4) : rows * depth * 4);
  }, 0);
}

/** A function that reads as many bytes once, and does nothing else: the time below which no step can come. */
export function readingLimit(bytes: number): () => void {
  const whole = Math.ceil(bytes / 128) * 128;
  const memory = createMemory(PAGE + whole);
  new Uint8Array(memory.buffer, PAGE).fill(1);
  const kernel = instantiate(memory);
  return () => {
    kernel.readOnce(PAGE, whole);
  };
}

/**
 * A function that does the dot products of so many weights and sessions and nothing else, in registers: 128-bit vectors
 * take eight int16 at a time, so below this no step of several sessions can come.
 */
export function dotLimit(weights: number, sessions: number): () => void {
  const kernel = instantiate(createMemory(PAGE));
  const count = Math.ceil((weights * sessions) / 8 / 12) * 12;
  return () => {
    kernel.dotOnly(count);
  };
}
