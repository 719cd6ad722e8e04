import type { Seconds } from '../../../src/music/units.js';

interface Sample {
  /** Session time minus local time. */
  readonly offset: Seconds;
  readonly roundTrip: Seconds;
}

/** Samples kept; the quickest of them is believed most. */
const KEPT = 12;
/** A difference larger than this is jumped over (the host restarted, the machine slept). */
const JUMP: Seconds = 0.1;
/** Of a smaller one, this share is taken at each sample, so that scheduled notes do not stumble. */
const SHARE = 0.25;

/**
 * The session's clock as this machine sees it, from pings: a pong says what the session's clock showed half a round trip
 * ago. The quickest round trip of the last few is the least disturbed, so its offset is the one to go towards
 * (the clock filter of NTP, RFC 5905 section 10).
 */
export class ClockSync {
  readonly #samples: Sample[] = [];
  #offset: Seconds | undefined;

  /** A ping left at `sent` and its pong came at `received` (both local), saying session time `remote`. */
  add(sent: Seconds, received: Seconds, remote: Seconds): void {
    this.#samples.push({ offset: remote - (sent + received) / 2, roundTrip: received - sent });
    if (this.#samples.length > KEPT) this.#samples.shift();
    const best = this.#samples.reduce((a, b) => (b.roundTrip < a.roundTrip ? b : a));
    const newest = this.#samples.at(-1)!;
    if (this.#offset === undefined || Math.abs(newest.offset - this.#offset) > JUMP + newest.roundTrip) {
      this.#samples.splice(0, this.#samples.length - 1);
      this.#offset = newest.offset;
    } else {
      this.#offset += SHARE * (best.offset - this.#offset);
    }
  }

  /** Forgets everything: another connection. `remote` is a first guess of session time at local time `local`. */
  restart(local: Seconds, remote: Seconds): void {
    this.#samples.length = 0;
    this.#offset = remote - local;
  }

  toSession(local: Seconds): Seconds {
    return local + (this.#offset ?? 0);
  }

  /** Of the quickest recent ping; undefined before the first. */
  get roundTrip(): Seconds | undefined {
    return this.#samples.length === 0
      ? undefined
      : Math.min(...this.#samples.map((sample) => sample.roundTrip));
  }
}
