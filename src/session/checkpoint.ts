import type { StreamSnapshot } from '../codec/codec.js';
import type { PortableSnapshot } from '../model/engine.js';
import type { Seconds } from '../music/units.js';
import type { ParamValues } from '../plugin/definition.js';
import type { TurnState } from './turn-state.js';

/**
 * The state of a session at one moment, as plain data that can be posted to another thread: a new session resumes from it where the one
 * before failed or was replaced. Checkpoints are made by session time alone, so a replay of the take makes the same ones.
 */
export interface Checkpoint {
  readonly time: Seconds;
  /** Number of tokens in the stream, with the start token. */
  readonly length: number;
  /** Branch of the random numbers in use. */
  readonly branch: number;
  readonly stream: StreamSnapshot;
  /** null: the engine has no portable snapshots, and is fed the tokens again. */
  readonly state: PortableSnapshot | null;
  readonly logits: Float32Array; // (class)
  /** The plugin's own state; absent where it keeps none. */
  readonly learnt?: LearntState;
  /** What else the session had: with it, another session can be the same one. */
  readonly turn?: TurnState;
}

/** The serialised state of a plugin. */
export interface LearntState {
  /** The plugin's version of the format. */
  readonly version: number;
  readonly json: string;
}

/** What a session resumes from. */
export interface Resumption {
  readonly checkpoint: Checkpoint;
  /** Random numbers are drawn from branches after this one, which were not used before. */
  readonly branch: number;
  /** The session is the one of the checkpoint, and goes on as if nothing had happened: with its `turn` and its branch. */
  readonly same?: true;
  /** The stream up to the checkpoint, start token first. Needed where its `state` is null. */
  readonly tokens: Int32Array | readonly number[];
}

/** The start of a session, where it differs from the defaults. */
export interface SessionStart {
  /** Values of parameters that differ from their defaults. */
  readonly values?: ParamValues;
  readonly resume?: Resumption;
  /** The plugin's state to begin with, where the session does not resume. */
  readonly learnt?: LearntState | undefined;
}

/** While a phrase or a turn is under way, a checkpoint is made at each whole multiple of this time. */
export const CHECKPOINT_EVERY: Seconds = 2;
