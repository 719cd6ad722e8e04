import type { NetworkSpec } from './spec.js';

/** The engines that can run a model folder. */
export const ENGINE_NAMES = ['kernel', 'reference', 'tfjs', 'tfjs-node'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

/** The weights' number format in the kernel; the other engines compute in float32. */
export type Precision = 'int8' | 'float32';

/**
 * One network, ready to step. Weights are shared by every state; a state is what one session owns.
 * Config, weights and state are three things: this is the weights.
 */
export interface StepEngine {
  /** `predictor`: no network is behind it, but a plugin. */
  readonly name: EngineName | 'predictor';
  readonly spec: NetworkSpec;
  /** Steps taken so far over all states: tokens fed plus tokens sampled. */
  readonly steps: number;
  /** A zero state. */
  createState(): NetworkState;
  /**
   * Feeds `tokens[i]` into `states[i]`, all in one pass over the weights; the states move on in place.
   * Returns a view of the logits, (session, class) row-major, valid until the next call. Allocates nothing but what a memory keeps.
   */
  step(states: readonly NetworkState[], tokens: ArrayLike<number>): Float32Array;
  /** Frees the weights and all states. Later calls throw MODEL_FREED. */
  dispose(): void;
}

/** A snapshot as data that can be posted to another thread. */
export interface PortableSnapshot {
  readonly values: Float32Array;
  /** What floats cannot hold. */
  readonly more?: unknown;
}

/**
 * The recurrent state of one session: for each layer h (unit), and for an LSTM then c (unit); the kernel fills each up
 * with zeros to whole sixteens. A snapshot belongs to engines of the same name and network, and of one with a cache to the very engine.
 */
export interface NetworkState {
  /** Number of float32 values. */
  readonly size: number;
  /** h of the last layer (unit), which the logits were made of: a view, to be read only. */
  readonly hidden: Float32Array;
  /** Copies the state into `out` (or a new array), exact to the bit. */
  snapshot(out?: Float32Array): Float32Array;
  restore(snapshot: Float32Array): void;
  /**
   * A snapshot of this state as plain data, which a state of another engine of the same network, in another thread too, takes by
   * {@link importSnapshot}. Without it, the tokens that were fed are all that there is to go on from, see {@link feedAgain}.
   */
  exportSnapshot?(snapshot: Float32Array): PortableSnapshot;
  /** A snapshot that {@link restore} takes. Throws STATE_SHAPE where it belongs to another network. */
  importSnapshot?(portable: PortableSnapshot): Float32Array;
  /** Goes from zero through `tokens` without saying what may come after each; the next one is to be stepped as always. */
  feedAgain?(tokens: ArrayLike<number>): void;
  reset(): void;
  free(): void;
}
