import type { Seconds } from '../music/units.js';

/** A rate limit that allows bursts: `capacity` at once, `perSecond` in the long run. Time is handed in. */
export class TokenBucket {
  #tokens: number;
  #time: Seconds;

  constructor(
    readonly capacity: number,
    readonly perSecond: number,
    now: Seconds,
  ) {
    this.#tokens = capacity;
    this.#time = now;
  }

  /** Takes one; false where none is left. */
  take(now: Seconds): boolean {
    const elapsed = Math.max(0, now - this.#time);
    this.#time = Math.max(now, this.#time);
    this.#tokens = Math.min(this.capacity, this.#tokens + elapsed * this.perSecond);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
