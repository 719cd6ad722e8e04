import type { Sample } from '../model/sampler.js';

/** A constraint on decoding: which tokens may come next in a sequence. */
export interface Constraint {
  /** The sequence has ended. */
  readonly done: boolean;
  /** The next token where only one is possible: it is fed without being drawn. */
  readonly forcedToken: number | undefined;
  /** Writes 0 into `mask` (token) where the token may not come next. */
  forbid(mask: Uint8Array): void;
  /** Advances by an allowed token and appends what belongs to the result to `output`. Returns the token to feed to the network. */
  advance(token: number, output: number[]): number;
}

/** A constraint over segments that can be judged only at their end, so that it pays to draw each several times (lookahead). */
export interface SegmentedConstraint<Self> extends Constraint {
  /** An independent copy. */
  fork(): Self;
  /** Number of segments that have ended. */
  readonly segments: number;
  /** The share of the particles, up to 1, that the segment beginning here is drawn with. 0: no segment begins here. */
  readonly lookAhead: number;
  /** The importance weight of the last segment. */
  segmentWeight(): number;
  /** Adds a bias to `logits` (token) towards tokens that keep to the plan. */
  bias(logits: Float32Array): void;
}

/** A log-odds correction for a network whose samples have drifted from the distribution of its training data. */
export interface LogitBias<C> {
  /** Adds the correction to `logits` (token), those of the token after `output`. */
  add(logits: Float32Array, output: readonly number[], constraint: C): void;
  /** The importance weight of `output`'s last segment. */
  segmentWeight(output: readonly number[]): number;
}

/** How much of a distribution a mask forbids. */
export interface MaskShares {
  /** Probability of the forbidden tokens. */
  readonly cut: number;
  /** Probability of the allowed tokens. */
  readonly left: number;
  /** Number of allowed tokens. */
  readonly choices: number;
}

/** Statistics of decoding, token by token. Called after the constraint has advanced. */
export interface Tally {
  /** A token was drawn among those that the mask allows. */
  drawn(sample: Pick<Sample, 'token' | 'nats'>, shares: MaskShares): void;
  /** A token was forced; `logits` (class) are the network's, with the bias. */
  forced?(token: number, logits: Float32Array): void;
}

/** A tally that is copied when a hypothesis forks. */
export interface ForkableTally<Self> extends Tally {
  fork(): Self;
}
