import { folkCodec } from '../codec/folk/index.js';
import type { NetworkState, StepEngine } from '../model/engine.js';
import { uniform } from '../model/random.js';
import { createSampler } from '../model/sampler.js';

/** A tune that the network made alone. */
export interface UnmaskedTune {
  readonly tokens: readonly number[];
  /** Whether it said that it had ended; else it was stopped. */
  readonly ended: boolean;
}

/** The longest tune of the corpora has 1,185 tokens, nine in ten have fewer than 252. */
const MOST_TOKENS = 1500;
/** As many side by side as where the grammar masks, so that the speeds can be compared. */
const LANES = 8;

interface Lane {
  readonly index: number;
  readonly state: NetworkState;
  readonly tokens: number[];
  next: number;
}

/** Tunes by the network alone, for comparison, one a header, in the headers' order: told the header, and nothing is forbidden. */
export function* unmaskedTunes(
  engine: StepEngine,
  headers: readonly (readonly number[])[],
  { temperature, seed }: { readonly temperature: number; readonly seed: number },
): Generator<UnmaskedTune> {
  const classes = folkCodec.vocabulary.size;
  const sampler = createSampler(classes);
  const settings = { temperature, topK: 0, topP: 1 };
  const lanes: Lane[] = [];
  const ready = new Map<number, UnmaskedTune>();
  let [begun, given] = [0, 0];
  try {
    while (given < headers.length) {
      for (; lanes.length < LANES && begun < headers.length; begun++)
        lanes.push({ index: begun, state: engine.createState(), tokens: [], next: folkCodec.startToken });
      const logits = engine.step(
        lanes.map(({ state }) => state),
        lanes.map(({ next }) => next),
      );
      for (const [row, lane] of lanes.entries()) {
        const at = lane.tokens.length;
        const u = uniform(seed, lane.index, at);
        lane.next =
          headers[lane.index]![at] ??
          sampler.draw(logits.subarray(row * classes, (row + 1) * classes), settings, null, u);
        lane.tokens.push(lane.next);
      }
      for (let row = lanes.length - 1; row >= 0; row--) {
        const { index, state, tokens } = lanes[row]!;
        const ended = tokens.at(-1) === folkCodec.endToken;
        if (!ended && tokens.length < MOST_TOKENS) continue;
        ready.set(index, { tokens, ended });
        state.free();
        lanes.splice(row, 1);
      }
      for (let tune = ready.get(given); tune; tune = ready.get(given)) {
        ready.delete(given++);
        yield tune;
      }
    }
  } finally {
    for (const { state } of lanes) state.free();
  }
}
