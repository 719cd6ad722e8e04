import type { NetworkState, StepEngine } from '../model/engine.js';
import { StatePool } from './state-pool.js';

/** How many sequences are decoded in one batch: a step reads the weights once for all of them. */
const BATCH = 8;

/** A possible continuation of a sequence. */
export interface Hypothesis {
  /** The network's state before `next`. */
  readonly state: NetworkState;
  /** The token to feed. */
  readonly next: number;
  /** Takes the logits (class) after `next`, which it may change, and chooses the token after it. */
  observe(logits: Float32Array): void;
}

/** A sequence that is being decoded. */
export interface Decoding<Result> {
  /** The hypotheses to step. */
  active(): readonly Hypothesis[];
  /** Called when every active hypothesis has observed its logits. */
  settle(): void;
  readonly done: boolean;
  readonly result: Result;
  /** Returns its states to the pool. */
  release(): void;
}

/** Feeds every active hypothesis its next token, in one pass over the weights. */
export function step(engine: StepEngine, decodings: readonly Decoding<unknown>[]): void {
  const classes = engine.spec.outputClasses;
  const hypotheses = decodings.flatMap((decoding) => decoding.active());
  // Copied, since a hypothesis that forks claims memory of the engine, which may move the logits.
  const logits = engine
    .step(
      hypotheses.map(({ state }) => state),
      hypotheses.map(({ next }) => next),
    )
    .slice();
  for (const [row, hypothesis] of hypotheses.entries())
    hypothesis.observe(logits.subarray(row * classes, (row + 1) * classes));
  for (const decoding of decodings) decoding.settle();
}

/**
 * Decodes `count` sequences in batches and yields their results in order. A result does not depend on the other sequences of its
 * batch. `begin` starts the decoding of sequence `index` with states of the pool.
 */
export function* decode<Result>(
  engine: StepEngine,
  count: number,
  begin: (index: number, states: StatePool) => Decoding<Result>,
): Generator<Result> {
  const states = new StatePool(engine);
  const ready = new Map<number, Result>();
  let running: { readonly index: number; readonly decoding: Decoding<Result> }[] = [];
  let [begun, given] = [0, 0];
  try {
    while (given < count) {
      for (; running.length < BATCH && begun < count; begun++)
        running.push({ index: begun, decoding: begin(begun, states) });
      step(
        engine,
        running.map(({ decoding }) => decoding),
      );
      for (const { index, decoding } of running) {
        if (!decoding.done) continue;
        ready.set(index, decoding.result);
        decoding.release();
      }
      running = running.filter(({ decoding }) => !decoding.done);
      for (; ready.has(given); given++) {
        const result = ready.get(given) as Result;
        ready.delete(given);
        yield result;
      }
    }
  } finally {
    states.free();
  }
}
