import type { StepEngine } from '../engine.js';
import { TapFrame } from './frame.js';
import { shapeOf } from './layout.js';

/**
 * Feeds a whole piece, start token first, and yields a frame for each token after the first: what the network expected there, and
 * what came. The frames' `time` is 0. Layers and logits are views, which the next frame overwrites.
 *
 * @example
 * for (const frame of watchTokens(engine, [codec.startToken, ...tokens])) console.log(frame.nats, frame.choices(3));
 */
export function* watchTokens(engine: StepEngine, tokens: ArrayLike<number>): Generator<TapFrame, void> {
  const state = engine.createState();
  const { parts } = shapeOf(engine.spec);
  try {
    for (let position = 1; position < tokens.length; position++) {
      const logits = engine.step([state], [tokens[position - 1]!]).subarray(0, engine.spec.outputClasses);
      const frame = { position, time: 0, token: tokens[position]!, drawn: false, biased: null, mask: null };
      yield new TapFrame({ ...frame, layers: state.layers, logits, parts });
    }
  } finally {
    state.free();
  }
}
