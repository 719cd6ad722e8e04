import type { StreamSnapshot } from '../codec/codec.js';
import type { PortableSnapshot } from '../model/engine.js';
import type { Seconds } from '../music/units.js';
import type { ParamValues } from '../plugin/definition.js';

/**
 * How a session stood at a moment, as plain data that another thread can hold: a session goes on from it where the one before failed,
 * or gave way. When checkpoints are made depends on session time alone, so playing a take again makes the same ones.
 */
export interface Checkpoint {
  readonly time: Seconds;
  /** Tokens of the stream, the start token included. */
  readonly length: number;
  /** The generator of random numbers that was in use. */
  readonly branch: number;
  readonly stream: StreamSnapshot;
  /** null: the engine has no portable snapshots, and is fed the tokens again. */
  readonly state: PortableSnapshot | null;
  readonly logits: Float32Array; // (class)
  /** What the plugin has learnt, in its own words as JSON; absent where it keeps nothing. */
  readonly learnt?: LearntState;
}

/** The own state of a plugin, as it is kept. */
export interface LearntState {
  /** The plugin's version of its form. */
  readonly version: number;
  readonly json: string;
}

/** What a session goes on from. */
export interface Resumption {
  readonly checkpoint: Checkpoint;
  /** Random numbers are drawn from generators after this one, which nobody has used. */
  readonly branch: number;
  /** The stream up to the checkpoint, start token first. Needed where its `state` is null. */
  readonly tokens: ArrayLike<number>;
}

/** What a session begins with beside the defaults. */
export interface SessionStart {
  /** Values of parameters, where they are others than their defaults. */
  readonly values?: ParamValues;
  readonly resume?: Resumption;
  /** What the plugin had learnt before, where the session begins from zero. */
  readonly learnt?: LearntState | undefined;
}

/** While something goes on, a checkpoint is made at each whole multiple of this. */
export const CHECKPOINT_EVERY: Seconds = 2;
