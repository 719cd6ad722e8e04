import type { Voice } from '../codec/codec.js';
import type { Pitch, Seconds, Velocity } from '../music/units.js';
import type { ParamValue } from '../plugin/params.js';
import type { Mode } from './commands.js';

/** Whose turn it is. */
export type SessionPhase =
  /** Not started, or stopped. */
  | 'stopped'
  /** Started, nobody plays: the player's turn. */
  | 'waiting'
  /** The player plays. */
  | 'listening'
  /** The model plays. */
  | 'playing'
  /** Both play (duet). */
  | 'together';

/**
 * What a session emits, in order. Times are session seconds (a monotonic clock, 0 at the session's creation). In a band, `member` is the
 * id of the member of whom it tells; without it, it tells of the first one, of the player, or of all.
 */
export type SessionEvent =
  | {
      readonly type: 'phase';
      readonly time: Seconds;
      readonly phase: SessionPhase;
      /** When the model takes over if the player stays silent; absent where it does not. */
      readonly takeOverAt?: Seconds;
      /** The session is on hold: the model begins no turn while something else is played to the player. */
      readonly held?: true;
      readonly member?: string;
    }
  /**
   * A note of the player begins, or a note of the model is planned (its time may lie ahead). `id` is unique in the session. `part`: id of
   * the instrument, for a plugin that has several.
   */
  | {
      readonly type: 'noteOn';
      readonly id: number;
      readonly voice: Voice;
      readonly time: Seconds;
      readonly pitch: Pitch;
      readonly velocity: Velocity;
      readonly part?: string;
      readonly member?: string;
      /** Where a host tells of earlier music of a model: how it sounded, since another plugin may play by now. */
      readonly instrument?: Instrument;
    }
  | { readonly type: 'noteOff'; readonly id: number; readonly time: Seconds }
  | { readonly type: 'pedal'; readonly voice: Voice; readonly time: Seconds; readonly down: boolean }
  /**
   * The plan after `time` is discarded: notes that begin later are dropped, ends later than `time` are withdrawn (such a note
   * sounds on until its new `noteOff`, which may follow at once).
   */
  | { readonly type: 'discard'; readonly time: Seconds; readonly member?: string }
  /**
   * Everything after `time` was taken back and is no longer part of the music: of the player and the first member or, with `member`, of
   * that one.
   */
  | { readonly type: 'takenBack'; readonly time: Seconds; readonly member?: string }
  /** A moment was kept under this id; see `restored`. */
  | { readonly type: 'kept'; readonly time: Seconds; readonly id: string }
  /**
   * The music is again as it was when the moment of this id was kept, at `time`: what was taken back since is part of it again, and what came
   * later is not any more. It concerns the same notes as `takenBack`.
   */
  | { readonly type: 'restored'; readonly time: Seconds; readonly id: string; readonly member?: string }
  /** The last bars in ABC notation, where the plugin writes it. Empty: no note yet. */
  | { readonly type: 'notation'; readonly time: Seconds; readonly abc: string; readonly member?: string }
  /** A click of the metronome, a moment ahead of its time. It is cancelled where the session is stopped or silenced before. */
  | { readonly type: 'click'; readonly time: Seconds; readonly accent: boolean }
  /** Everything was silenced; with `member`, everything of that one. */
  | { readonly type: 'allOff'; readonly time: Seconds; readonly member?: string }
  | { readonly type: 'mode'; readonly time: Seconds; readonly mode: Mode; readonly member?: string }
  | {
      readonly type: 'param';
      readonly time: Seconds;
      readonly id: string;
      readonly value: ParamValue;
      readonly member?: string;
    }
  | { readonly type: 'mute'; readonly time: Seconds; readonly muted: boolean; readonly member?: string }
  | {
      readonly type: 'health';
      readonly time: Seconds;
      /** Time of one network step in seconds: median of the last ones. */
      readonly step: Seconds;
      /** Lateness of the last notes in seconds, since they were due and could be known: median and 99th percentile. */
      readonly lateness: { readonly p50: Seconds; readonly p99: Seconds };
      /** Counts of notes that were more than 20 ms late, and of those dropped for being too late. */
      readonly late: number;
      readonly dropped: number;
      /**
       * How late each note was since the last report, in seconds, so that figures of several sessions can be put together: of notes that
       * were known before they were due, and of those that were due as soon as they could be known, such as the first of a reply.
       */
      readonly notes: readonly Seconds[];
      readonly atOnce: readonly Seconds[];
    }
  /** Recording failed: why, and whether it is retried or the notes are lost; null: it works again. */
  | { readonly type: 'recording'; readonly time: Seconds; readonly failure: string | null }
  /** A fault that the user should know of; the session goes on unless the message says otherwise. */
  | {
      readonly type: 'trouble';
      readonly time: Seconds;
      readonly code: string;
      readonly message: string;
      readonly member?: string;
    };

/** How an instrument sounds, by General MIDI: its channel (1 to 16), and its program (1 to 128; a piano's without one). */
export interface Instrument {
  readonly channel?: number;
  readonly program?: number;
}
