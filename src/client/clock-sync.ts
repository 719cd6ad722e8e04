import type { Seconds } from '../music/units.js';

interface Sample {
  /** Session time minus local time. */
  readonly offset: Seconds;
  readonly roundTrip: Seconds;
}

/** Samples kept; the one with the shortest round trip is trusted most. */
const KEPT = 12;
/** A larger difference is corrected at once (the host restarted, the machine slept). */
const JUMP: Seconds = 0.1;
/** Share of a smaller difference that each sample corrects, so that scheduled notes do not jump. */
const SHARE = 0.25;

/**
 * Estimates the session's clock from pings: a pong has the session time of half a round trip ago. The sample with the shortest
 * recent round trip is the least disturbed, so the estimate moves towards its offset (the clock filter of NTP, RFC 5905 section
 * 10).
 */
export class ClockSync {
  readonly #samples: Sample[] = [];
  #offset: Seconds | undefined;

  /** Adds a sample: a ping left at `sent` and its pong came at `received` (both local) with session time `remote`. */
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

  /** Resets for a new connection. `remote` is a first estimate of session time at local time `local`. */
  restart(local: Seconds, remote: Seconds): void {
    this.#samples.length = 0;
    this.#offset = remote - local;
  }

  toSession(local: Seconds): Seconds {
    return local + (this.#offset ?? 0);
  }

  toLocal(session: Seconds): Seconds {
    return session - (this.#offset ?? 0);
  }

  /** Shortest recent round trip; undefined before the first. */
  get roundTrip(): Seconds | undefined {
    return this.#samples.length === 0
      ? undefined
      : Math.min(...this.#samples.map((sample) => sample.roundTrip));
  }
}
