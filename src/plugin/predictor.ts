import type { Codec } from '../codec/codec.js';

/**
 * Predicts the next token in place of a network: the host samples its logits as it samples a network's, and goes back to earlier
 * snapshots. It may depend only on the tokens that it was fed, so that takes replay token for token: no clock, no random numbers, and
 * arithmetic that is the same on every machine.
 */
export interface Predictor {
  /** Appends a token to the stream. */
  feed(token: number): void;
  /** Writes the logit of every token into `logits` (token): the token's probability is e^logit, up to a common factor. */
  predict(logits: Float32Array): void;
  /** The present moment. The host keeps up to some thousand snapshots, so they should be small or share their past. Never change one. */
  snapshot(): unknown;
  /** Returns to a snapshot of this predictor: from there on it predicts the same, to the bit. */
  restore(snapshot: unknown): void;
}

/** The extension `predictor`: plays without a network. */
export interface PredictorExtension {
  /** Makes a predictor that was fed nothing, for the plugin's codec. */
  open(codec: Codec): Predictor;
}
