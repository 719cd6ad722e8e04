import type { Seconds } from '../../music/units.js';
import type { LearntState } from '../../session/checkpoint.js';
import type { Mode } from '../../session/commands.js';
import type { Setup } from '../models/open-host-performer.js';

/**
 * The version of takes that is written. Before version 4 no session went on from a checkpoint. In versions 1 and 2 the model did not come to a close by itself; version 1 has no clock marks, and
 * in solo the model did not go on by itself.
 */
export const TAKE_VERSION = 4;

/** The first line of a take: what a replay needs besides the records. */
export interface TakeHeader {
  readonly type: 'take';
  readonly version: 1 | 2 | 3 | typeof TAKE_VERSION;
  readonly date: string;
  readonly setup: Setup;
  readonly pluginVersion: string;
  readonly modelHash: string;
  /** What the plugin had learnt in the session before. */
  readonly learnt?: LearntState;
  readonly mode: Mode;
  /** Session time at which the records begin. */
  readonly time: Seconds;
}
