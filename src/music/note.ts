import type { Pitch, Seconds, Velocity } from './units.js';

/** A note with both ends known. `end > start`. */
export interface Note {
  readonly pitch: Pitch;
  readonly velocity: Velocity;
  readonly start: Seconds;
  readonly end: Seconds;
}

/** The sustain pedal going down or coming up (CC64 at least 64 is down: MIDI 1.0, "Damper Pedal on/off"). */
export interface PedalChange {
  readonly time: Seconds;
  readonly down: boolean;
}

/** The playing of one player at one keyboard: notes and pedal, each sorted by time. */
export interface Performance {
  readonly notes: readonly Note[];
  readonly pedal: readonly PedalChange[];
}

/** An event of live playing. */
export type PerformanceEvent =
  | { readonly type: 'noteOn'; readonly time: Seconds; readonly pitch: Pitch; readonly velocity: Velocity }
  | { readonly type: 'noteOff'; readonly time: Seconds; readonly pitch: Pitch }
  | { readonly type: 'pedal'; readonly time: Seconds; readonly down: boolean };
