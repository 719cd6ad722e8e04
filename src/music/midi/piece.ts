import type { Note, PedalChange } from '../note.js';
import type { Seconds } from '../units.js';
import type { MidiWarning } from './warnings.js';

/** The musical content of a Standard MIDI File, in seconds. All lists are sorted by time. */
export interface MidiPiece {
  /** One for each (track of the file, channel) with notes or pedal, in the file's order. */
  readonly tracks: readonly MidiTrack[];
  /** The first is at 0: 120 bpm where the file has none. Empty for SMPTE files, which count frames instead of beats. */
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
  /** End of the last note or pedal change. Other events do not count. */
  readonly duration: Seconds;
  /** Everything that was wrong in the file, and how it was read. */
  readonly warnings: readonly MidiWarning[];
}

export interface MidiTrack {
  readonly name: string;
  /** 0 to 15. */
  readonly channel: number;
  /** Whether its notes are drums: General MIDI's channel 10, outside of MPE zones. */
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
