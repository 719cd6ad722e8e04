import type { Voice } from '../codec/codec.js';
import type { Pitch, Seconds, Velocity } from '../music/units.js';
import type { ParamValue } from '../plugin/params.js';
import type { Mode } from './commands.js';

/** Where the turn stands, in one word; the panel says it as a sentence. */
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

/** What a session tells the world, in order. Times are session seconds (a monotonic clock, 0 at the session's creation). */
export type SessionEvent =
  | {
      readonly type: 'phase';
      readonly time: Seconds;
      readonly phase: SessionPhase;
      /** When the model takes over if the player stays silent; absent where it will not. */
      readonly takeOverAt?: Seconds;
      /** The model begins no turn: a tune is played at a panel. */
      readonly held?: true;
    }
  /** A note of the player begins, or a note of the model is decided (its time may lie ahead). `id` is unique in the session. */
  | {
      readonly type: 'noteOn';
      readonly id: number;
      readonly voice: Voice;
      readonly time: Seconds;
      readonly pitch: Pitch;
      readonly velocity: Velocity;
    }
  | { readonly type: 'noteOff'; readonly id: number; readonly time: Seconds }
  | { readonly type: 'pedal'; readonly voice: Voice; readonly time: Seconds; readonly down: boolean }
  /**
   * What the model had decided after `time` will not happen: notes that begin later are dropped, ends later than `time`
   * are withdrawn (such a note sounds on until its new `noteOff`, which may follow at once).
   */
  | { readonly type: 'discard'; readonly time: Seconds }
  /** The last turn was taken back: everything after `time` is no longer part of the music. */
  | { readonly type: 'takenBack'; readonly time: Seconds }
  /** The music so far as ABC, where the plugin writes it: the last bars, as they grow. Empty: none yet. */
  | { readonly type: 'notation'; readonly time: Seconds; readonly abc: string }
  /** A beat of the metronome, a moment ahead; it is no part of the music. It does not come where the session is stopped or silenced before. */
  | { readonly type: 'click'; readonly time: Seconds; readonly accent: boolean }
  /** Everything was silenced. */
  | { readonly type: 'allOff'; readonly time: Seconds }
  | { readonly type: 'mode'; readonly time: Seconds; readonly mode: Mode }
  | { readonly type: 'param'; readonly time: Seconds; readonly id: string; readonly value: ParamValue }
  | {
      readonly type: 'health';
      readonly time: Seconds;
      /** One step of the network, median of the last ones, seconds. */
      readonly step: Seconds;
      /** How late the last sent notes were, seconds: median and 99th percentile. */
      readonly lateness: { readonly p50: Seconds; readonly p99: Seconds };
      /** Notes sent late by more than 20 ms, and dropped since very late. */
      readonly late: number;
      readonly dropped: number;
    }
  /** Nothing is recorded from now on, why, and what comes of it (it is tried again, or is lost); null: all is recorded again. */
  | { readonly type: 'recording'; readonly time: Seconds; readonly failure: string | null }
  /** Something went wrong that the user should know; the session goes on unless it says otherwise. */
  | { readonly type: 'trouble'; readonly time: Seconds; readonly code: string; readonly message: string };
