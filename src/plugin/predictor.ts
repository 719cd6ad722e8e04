import type { Codec } from '../codec/codec.js';

/**
 * What comes next, by the plugin itself instead of a network: the host draws from its logits as from a network's, and goes back to
 * moments before. It depends on what it was fed alone, so that a take plays again token for token: no clock, no random numbers, and
 * arithmetic that is the same on every machine.
 */
export interface Predictor {
  /** The stream goes on with `token`. */
  feed(token: number): void;
  /** Writes how likely each token is to come next into `logits` (token), all of them: e^logit, up to a common factor. */
  predict(logits: Float32Array): void;
  /** This moment. The host keeps up to some thousands: a snapshot should be small, or share its past with others. It is never changed. */
  snapshot(): unknown;
  /** Goes back, or on, to a moment that this predictor gave: what it predicts from there on is the same, to the bit. */
  restore(snapshot: unknown): void;
}

/** Plays without a network. */
export interface PredictorExtension {
  /** A predictor that was fed nothing, for a codec of the plugin's own. */
  open(codec: Codec): Predictor;
}
