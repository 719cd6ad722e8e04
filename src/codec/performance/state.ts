import type { Pitch, Seconds } from '../../music/units.js';
import type { Onset, Voice } from '../codec.js';
import type { MaskPlace } from './mask.js';
import { NO_SUMS, type StyleSums } from './playing-style.js';
import type { SteppedNote } from './writer.js';

/** A note that sounds, or whose off is not written yet. `end` is Infinity until it is known. */
export interface StreamNote extends SteppedNote {
  readonly voice: Voice;
  /** The player's key; `pitch` may be folded from it by octaves. */
  readonly key: Pitch;
  /** The key is down; a note whose key is up sounds on by the pedal. */
  readonly down: boolean;
  /** Whether the tokens of its onset are written. */
  readonly written: boolean;
}

/** The state of a stream. Immutable, so that a snapshot is a reference. */
export interface StreamState {
  /** Session time of step 0; moves when a silence is shortened. */
  readonly anchor: Seconds;
  /** The step up to which tokens are written. */
  readonly step: number;
  /** The step of the player's last event, at or after `step`. */
  readonly playerStep: number;
  /** Number of steps written since the last event. */
  readonly silentSteps: number;
  /** Bin of the last velocity; -1: none yet. */
  readonly bin: number;
  /** The last token, as far as it makes tokens illegal. */
  readonly last: MaskPlace['last'];
  /** The player's pedal is down. */
  readonly pedal: boolean;
  readonly notes: readonly StreamNote[];
  /** The model's latest onsets. */
  readonly modelOnsets: readonly Onset[];
  readonly playerStyle: StyleSums;
  /** The same sums for the model. */
  readonly modelStyle: StyleSums;
  /** The step of the last onset, whoever struck it. */
  readonly lastOnset: number;
  /** The model's notes that ended less than a second ago, and perhaps some that ended before. */
  readonly ended: readonly EndedNote[];
}

/** A note of the model that has ended. Times are steps. */
interface EndedNote {
  readonly pitch: Pitch;
  readonly start: number;
  readonly end: number;
}

/** The state of an empty stream whose head is at `time`. */
export function initialState(time: Seconds): StreamState {
  return {
    anchor: time,
    step: 0,
    playerStep: 0,
    silentSteps: 0,
    bin: -1,
    last: 'nothing',
    pedal: false,
    notes: [],
    modelOnsets: [],
    playerStyle: NO_SUMS,
    modelStyle: NO_SUMS,
    lastOnset: 0,
    ended: [],
  };
}

/** Whether a note is an open note of the model, which it may end. */
export function isOpenModelNote(note: StreamNote): boolean {
  return note.voice === 'model' && note.end === Infinity;
}
