import type { Seconds } from '../../../music/units.js';

/** After this long without a failure the wait starts over. */
const CALM: Seconds = 60;
const LONGEST: Seconds = 30;

/** Exponential backoff: no wait before the first retry, then longer and longer ones. */
export class Backoff {
  #failures = 0;
  #last: Seconds = Number.NEGATIVE_INFINITY;

  /** Records a failure at `now` and returns how long to wait before the retry. */
  wait(now: Seconds): Seconds {
    if (now - this.#last > CALM) this.#failures = 0;
    this.#last = now;
    const wait = this.#failures === 0 ? 0 : Math.min(LONGEST, 2 ** (this.#failures - 1));
    this.#failures++;
    return wait;
  }
}
