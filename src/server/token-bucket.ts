import type { Seconds } from '../music/units.js';

/**
 * A token bucket: a rate limit of `perSecond` that allows bursts of `capacity`. The caller passes the time. It starts with `first`
 * tokens.
 */
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

  /** Takes `costs` tokens; returns false and takes none where too few are left. `share`: of capacity and rate. */
  take(now: Seconds, costs = 1, share = 1): boolean {
    if (this.left(now, share) < costs) return false;
    this.#tokens -= costs;
    return true;
  }

  /** Tokens left. */
  left(now: Seconds, share = 1): number {
    const elapsed = Math.max(0, now - this.#time);
    this.#time = Math.max(now, this.#time);
    this.#tokens = Math.min(this.capacity * share, this.#tokens + elapsed * this.perSecond * share);
    return this.#tokens;
  }
}
