import type { Seconds } from '../../../music/units.js';

/** What goes well for so long has come right. */
const CALM: Seconds = 60;
const LONGEST: Seconds = 30;

/** How long to wait before what failed is tried again: not at all the first time, then longer and longer. */
export class Backoff {
  #failures = 0;
  #last: Seconds = Number.NEGATIVE_INFINITY;

  /** It failed at `now`. */
  wait(now: Seconds): Seconds {
    if (now - this.#last > CALM) this.#failures = 0;
    this.#last = now;
    const wait = this.#failures === 0 ? 0 : Math.min(LONGEST, 2 ** (this.#failures - 1));
    this.#failures++;
    return wait;
  }
}
