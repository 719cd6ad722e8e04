/**
 * Whole sequences decoded without a clock: `continuo/generation`. A {@link Constraint} forbids tokens, a {@link LogitBias} makes some
 * likelier, {@link decode} runs many hypotheses through one network at once, {@link infill} writes what is missing in the middle, and
 * {@link ParticleDecoding} looks ahead. It runs in a browser too.
 */
export type {
  Constraint,
  ForkableTally,
  LogitBias,
  MaskShares,
  SegmentedConstraint,
  Tally,
} from './constraint.js';
export { type Decoding, decode, type Hypothesis, step } from './decode.js';
export { infill } from './infill.js';
export { maskShares } from './mask-shares.js';
export { ParticleDecoding, type ParticleOptions } from './particles.js';
export { Sampling, type SamplingOptions } from './sampling.js';
export { StatePool } from './state-pool.js';
