import type { CellKind, NetworkSpec } from './spec.js';

/** The engines that can run a model folder. */
export const ENGINE_NAMES = ['kernel', 'reference', 'tfjs', 'tfjs-node'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

/** Number format of the kernel's weights; the other engines compute in float32. */
export type Precision = 'int8' | 'float32';

/**
 * A network that is ready to step: its weights, laid out for one engine. Sessions share them; each session owns a
 * {@link NetworkState}.
 *
 * @example
 * const state = engine.createState();
 * const logits = engine.step([state], [codec.startToken]); // (class)
 */
export interface StepEngine {
  /** `predictor`: a plugin computes the logits itself, without a network. */
  readonly name: EngineName | 'predictor';
  readonly spec: NetworkSpec;
  /** Number of steps so far over all states: tokens fed plus tokens sampled. */
  readonly steps: number;
  /** A zero state. */
  createState(): NetworkState;
  /**
   * Feeds `tokens[i]` into `states[i]`, in one pass over the weights, and updates the states in place. Returns a view of the
   * logits, (session, class) row-major, valid until the next call. Allocates nothing but what a memory stores.
   * Throws MODEL_FREED, STATE_SHAPE, TOKEN_RANGE.
   */
  step(states: readonly NetworkState[], tokens: ArrayLike<number>): Float32Array;
  /**
   * Keeps the gates of each step from now on, {@link LayerState.gates}, or no longer: each call with true is ended by one with false.
   * Absent where the engine cannot.
   */
  readonly keepGates?: ((on: boolean) => void) | undefined;
  /** Frees the weights and all states. Later calls throw MODEL_FREED. */
  dispose(): void;
}

/** The values of one recurrent layer in a state: views, read only. */
export interface LayerState {
  readonly cell: CellKind;
  /** (unit) */
  readonly h: Float32Array;
  /** (unit), of an LSTM. */
  readonly c?: Float32Array;
  /**
   * The gates of this state's last step, after their activations: (gate, unit) in the order of Keras, LSTM i, f, c, o, GRU z, r, h.
   * Only where the engine keeps them (`gates` of {@link EngineOptions}, {@link StepEngine.keepGates}), not of a plain recurrent layer, and
   * not after the state was restored or reset. Computed when it is read.
   */
  readonly gates?: Float32Array | undefined;
  /** The sums that {@link gates} are made of. */
  readonly gateSums?: Float32Array | undefined;
}

/** A snapshot as data that can be posted to another thread. */
export interface PortableSnapshot {
  readonly values: Float32Array;
  /** What floats cannot hold. */
  readonly more?: unknown;
}

/**
 * The recurrent state of one session: for each layer h (unit), and for an LSTM then c (unit); the kernel pads each with zeros
 * to a multiple of 16. A snapshot can be restored by engines of the same name and network; with a cache, by the same engine only.
 */
export interface NetworkState {
  /** Number of float32 values. */
  readonly size: number;
  /** h of the last layer (unit), from which the logits were computed: a view, read only. */
  readonly hidden: Float32Array;
  /** The layers that the tokens pass through, input side first; none where a plugin predicts by itself. The same views at each call. */
  readonly layers: readonly LayerState[];
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
