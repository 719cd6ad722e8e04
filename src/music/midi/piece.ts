import type { Note, PedalChange } from '../note.js';
import type { Seconds } from '../units.js';
import type { MidiWarning } from './warnings.js';

/** What a Standard MIDI File holds for a musician, in seconds. All lists are sorted by time. */
export interface MidiPiece {
  /** One for each (track of the file, channel) with notes or pedal, in the file's order. */
  readonly tracks: readonly MidiTrack[];
  /** The first stands at 0: 120 bpm where the file says nothing. Empty for SMPTE files, which count frames, not beats. */
  readonly tempos: readonly { readonly time: Seconds; readonly bpm: number }[];
  readonly timeSignatures: readonly {
    readonly time: Seconds;
    readonly numerator: number;
    readonly denominator: number;
  }[];
  /** `sharps` is -7 (seven flats) to 7. */
  readonly keySignatures: readonly {
    readonly time: Seconds;
    readonly sharps: number;
    readonly mode: 'major' | 'minor';
  }[];
  /** When the last note or movement of the pedal is over: what else stands in a file is no music. */
  readonly duration: Seconds;
  /** Everything that was odd in the file, and what was made of it. */
  readonly warnings: readonly MidiWarning[];
}

export interface MidiTrack {
  readonly name: string;
  /** 0 to 15. */
  readonly channel: number;
  /** Whether its notes are drums: it is General MIDI's channel 10, and no part of an MPE zone. */
  readonly drums: boolean;
  /** The channel whose pedal holds its notes: its own, in an MPE zone the master's. */
  readonly pedalChannel: number;
  /** General MIDI program, 0 to 127, in force at the first note; 0, the grand piano, where none is said. */
  readonly program: number;
  /** Sorted by (start, pitch). */
  readonly notes: readonly Note[];
  /** CC64, changes only: the pedal counts as up at the start. */
  readonly pedal: readonly PedalChange[];
}

/** General MIDI's drum channel. */
export const DRUM_CHANNEL = 9;
