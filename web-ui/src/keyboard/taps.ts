import type { Seconds } from '../../../src/music/units.js';
import { BEAT_LENGTHS } from '../../../src/session/commands.js';

/** The tapped tempo: length of a beat, and whether the last tap begins a bar, as the first one did. */
export interface Tapped {
  readonly beat: Seconds;
  readonly bar: boolean;
}

/** Fewest taps that make a tempo: a bar is counted in. */
const FEWEST = 4;
/** The tempo is measured over this many taps. */
const MEASURED = 8;
/** A tap early or late by more than this share of a beat starts over. */
const ASTRAY = 0.35;

/** Taps on a button, as a tempo. */
export class Taps {
  #times: Seconds[] = [];
  #count = 0;

  /** Adds a tap, in bars of `meter` beats; returns null while there are too few. */
  tap(time: Seconds, meter: number): Tapped | null {
    const last = this.#times.at(-1);
    const beat = this.#beat;
    const interval = last === undefined ? null : time - last;
    const [shortest, longest] = BEAT_LENGTHS;
    // Debounces a trembling finger.
    if (interval !== null && interval < shortest / 2) return null;
    const astray = beat !== null && interval !== null && Math.abs(interval / beat - 1) > ASTRAY;
    if (interval !== null && (interval > longest || astray)) this.forget();
    this.#times.push(time);
    this.#count++;
    if (this.#times.length > MEASURED) this.#times.shift();
    const tapped = this.#beat;
    if (tapped === null || this.#count < FEWEST || tapped < shortest) return null;
    return { beat: tapped, bar: (this.#count - 1) % meter === 0 };
  }

  forget(): void {
    this.#times = [];
    this.#count = 0;
  }

  get #beat(): Seconds | null {
    const beats = this.#times.length - 1;
    return beats < 1 ? null : (this.#times.at(-1)! - this.#times[0]!) / beats;
  }
}
