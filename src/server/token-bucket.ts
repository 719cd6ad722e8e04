import type { Seconds } from '../music/units.js';

/** A rate limit that allows bursts: `capacity` at once, `perSecond` in the long run. Time is handed in. It begins with `first` tokens. */
export class TokenBucket {
  #tokens: number;
  #time: Seconds;

  constructor(
    readonly capacity: number,
    readonly perSecond: number,
    now: Seconds,
    first = capacity,
  ) {
    this.#tokens = first;
    this.#time = now;
  }

  /** Takes one, or as many as something `costs`; false, and nothing taken, where too few are left. `share`: of capacity and rate. */
  take(now: Seconds, costs = 1, share = 1): boolean {
    if (this.left(now, share) < costs) return false;
    this.#tokens -= costs;
    return true;
  }

  /** How many are left. */
  left(now: Seconds, share = 1): number {
    const elapsed = Math.max(0, now - this.#time);
    this.#time = Math.max(now, this.#time);
    this.#tokens = Math.min(this.capacity * share, this.#tokens + elapsed * this.perSecond * share);
    return this.#tokens;
  }
}
