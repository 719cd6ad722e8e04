import type { Seconds } from '../../music/units.js';
import type { LearntState } from '../../session/checkpoint.js';
import type { Mode } from '../../session/commands.js';
import type { Setup } from '../models/open-host-performer.js';

/**
 * The version of takes that catch up with the session that they go on from: they begin with the very session of the state. Those that go on
 * from a state as another session are version 6. Those of a band that begins from zero are version 5, those of one member version 4, as
 * before there were bands. Before version 4 no session went on from a checkpoint. In versions 1 and 2 the model did not come to a close by
 * itself; version 1 has no clock marks, and in solo the model did not go on by itself.
 */
export const TAKE_VERSION = 7;
export const VERSION_OF_RESUMED = 6;
export const VERSION_OF_BAND = 5;
export const VERSION_OF_ONE = 4;

/** The first line of a take: what a replay needs besides the records. */
export interface TakeHeader {
  readonly type: 'take';
  readonly version:
    | (1 | 2 | 3 | typeof VERSION_OF_ONE | typeof VERSION_OF_BAND)
    | (typeof VERSION_OF_RESUMED | typeof TAKE_VERSION);
  readonly date: string;
  readonly setup: Setup;
  readonly pluginVersion: string;
  readonly modelHash: string;
  /** What the plugin had learnt in the session before. */
  readonly learnt?: LearntState;
  readonly mode: Mode;
  /** The instruments of a plugin that has several, or one that says its channel. */
  readonly voices?: readonly TakeVoice[];
  /** The further members of a band, in the order of the setup. */
  readonly members?: readonly TakeMember[];
  /** The session went on from the saved state beside the log, {@link START_STATE}. */
  readonly resumed?: {
    /** Name of the take that the state comes from; null: of none. */
    readonly take: string | null;
    /** Session time of the state. */
    readonly from: Seconds;
  };
  /** Session time at which the records begin. */
  readonly time: Seconds;
}

/** A further member of a band, as a replay needs it beside its setup. */
export interface TakeMember {
  readonly id: string;
  readonly pluginVersion: string;
  readonly modelHash: string;
  readonly mode: Mode;
  /** MIDI channel of its first voice, 1 to 16. */
  readonly channel: number;
  /** Its instruments with their channels: who plays percussion alone is heard by percussion alone. */
  readonly voices: readonly TakeVoice[];
}

/** An instrument, and how it sounded. */
export interface TakeVoice {
  readonly id: string;
  readonly name: string;
  /** MIDI channel, 1 to 16. */
  readonly channel: number;
  /** General MIDI program, 1 to 128. */
  readonly program?: number;
}

/** Name of the file with the state that a take goes on from. */
export const START_STATE = 'start.state';
/** Name of the folder with the moments that the records go back to. */
export const MOMENTS = 'moments';
/** The file of such a moment, in a take's folder. */
export const momentFile = (id: string): string => `${MOMENTS}/${id}.state`;
/** Name of the file that says how the session of a take stood last, so that another can go on from there. */
export const LAST_STATE = 'last.state';
