import { expect, it } from 'vitest';
import type { NetworkState, StepEngine } from '../../model/engine.js';
import { COPY_CLASSES, copyAccuracy, copyPieces, SYMBOLS } from './copy-task.js';

it('asks for the symbol again after a wait of each length up to the longest', () => {
  const pieces = copyPieces(400, 6, { seed: 1, branch: 1 });
  const waits = pieces.map(({ tokens }) => tokens.length - 4);
  expect(new Set(waits)).toEqual(new Set([1, 2, 3, 4, 5, 6]));
  for (const { tokens } of pieces) {
    expect(tokens[0]).toBe(0);
    expect(tokens.at(-1)).toBe(tokens[1]);
    expect(tokens.at(-2)).toBe(COPY_CLASSES - 1);
    for (const token of tokens.slice(2, -2)) expect(token).toBeGreaterThan(SYMBOLS);
  }
  expect(new Set(pieces.map(({ tokens }) => tokens[1])).size).toBe(SYMBOLS);
});

/** Says the token that it was fed `back` steps ago. */
function echo(back: number): StepEngine {
  let fed: number[] = [];
  const state = { reset: () => (fed = []), free: () => {} } as unknown as NetworkState;
  const engine = {
    spec: { outputClasses: COPY_CLASSES },
    createState: () => state,
    step(_: unknown, [token]: ArrayLike<number> & Iterable<number>) {
      fed.push(token!);
      const logits = new Float32Array(COPY_CLASSES);
      logits[fed.at(-1 - back) ?? 0] = 1;
      return logits;
    },
  };
  return engine as unknown as StepEngine;
}

it('finds all right what remembers, and next to nothing what does not', () => {
  const options = { count: 200, seed: 1, branch: 3 };
  // After a wait of 4 the symbol was fed 5 steps before the cue.
  expect(copyAccuracy(echo(5), 4, options)).toBe(1);
  expect(copyAccuracy(echo(4), 4, options)).toBe(0);
});
