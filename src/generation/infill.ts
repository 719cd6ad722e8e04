import type { StepEngine } from '../model/engine.js';
import { type Decoding, decode } from './decode.js';
import type { StatePool } from './state-pool.js';

/**
 * Decodes `count` candidates for a gap after `prefix`, in order. The network is fed all but the last token of `prefix` once; each
 * candidate continues from a snapshot of that state (`after`).
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
