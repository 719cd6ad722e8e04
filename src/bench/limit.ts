import type { KernelLayout } from '../model/kernel/layout.js';
import { createMemory, instantiate, PAGE } from '../model/kernel/module.js';

/** Bytes of weights that a step must read: all matrices and their scales. */
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

/** Returns a function that only reads that many bytes once: a lower bound of a step's time by memory bandwidth. */
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
 * Returns a function that only computes the dot products of that many weights and sessions, in registers: a lower bound of the time
 * of a batched step. A 128-bit vector holds eight int16.
 */
export function dotLimit(weights: number, sessions: number): () => void {
  const kernel = instantiate(createMemory(PAGE));
  const count = Math.ceil((weights * sessions) / 8 / 12) * 12;
  return () => {
    kernel.dotOnly(count);
  };
}
