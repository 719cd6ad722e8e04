import type { StepEngine } from '../model/engine.js';
import { type Decoding, decode } from './decode.js';
import type { StatePool } from './state-pool.js';

/**
 * Candidates for a gap, in order: the network is fed `prefix` once, all but its last token, and each candidate goes on from a
 * snapshot of its state.
 */
export function infill<Result>(
  engine: StepEngine,
  prefix: readonly number[],
  count: number,
  begin: (index: number, after: Float32Array, states: StatePool) => Decoding<Result>,
): Result[] {
  const state = engine.createState();
  try {
    for (const token of prefix.slice(0, -1)) engine.step([state], [token]);
    const after = state.snapshot();
    return [...decode(engine, count, (index, states) => begin(index, after, states))];
  } finally {
    state.free();
  }
}
