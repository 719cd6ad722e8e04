import type { Sample } from '../model/sampler.js';

/** Which tokens may come next in a sequence that is decoded. */
export interface Constraint {
  /** The sequence has ended. */
  readonly done: boolean;
  /** The token that comes next where that is certain: it is not drawn. */
  readonly forcedToken: number | undefined;
  /** Writes 0 into `mask` (token) where the token may not come next. */
  forbid(mask: Uint8Array): void;
  /** Moves on by a token that is allowed, and writes what belongs to the result behind `output`. Returns the token to be fed. */
  advance(token: number, output: number[]): number;
}

/** A constraint over segments whose worth only their end shows, so that they are better drawn several times over (lookahead). */
export interface SegmentedConstraint<Self> extends Constraint {
  /** A copy that goes on by itself. */
  fork(): Self;
  /** Segments that have ended. */
  readonly segments: number;
  /** How much the segment that begins here gains by lookahead, up to 1: its share of the particles. 0: no segment begins here. */
  readonly lookAhead: number;
  /** The importance weight of the last segment beside others in its place. */
  segmentWeight(): number;
  /** Adds to `logits` (token) what makes tokens likelier that keep to what was planned. */
  bias(logits: Float32Array): void;
}

/** What is added to the logits of a network whose distribution has drifted from that of its training data. */
export interface LogitBias<C> {
  /** Adds it to `logits` (token) of what follows `output`. */
  add(logits: Float32Array, output: readonly number[], constraint: C): void;
  /** The importance weight of `output`'s last segment. */
  segmentWeight(output: readonly number[]): number;
}

/** What a mask leaves of a distribution. */
export interface MaskShares {
  /** Probability of what is forbidden. */
  readonly cut: number;
  /** Probability of what is allowed. */
  readonly left: number;
  /** Tokens that are allowed. */
  readonly choices: number;
}

/** Counts what decoding costs, token by token; it is told once the constraint has moved on. */
export interface Tally {
  /** A token was drawn of what the mask left. */
  drawn(sample: Pick<Sample, 'token' | 'nats'>, shares: MaskShares): void;
  /** A token was known beforehand, where the network gave these logits (class), bias included. Left out: they cost nothing. */
  forced?(token: number, logits: Float32Array): void;
}

/** A tally that a hypothesis takes along when it forks. */
export interface ForkableTally<Self> extends Tally {
  fork(): Self;
}
