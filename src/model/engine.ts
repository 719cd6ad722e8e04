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
  reset(): void;
  free(): void;
}
