import type { Seconds } from '../../../music/units.js';

/** Least time between two notices while messages go on being lost. */
const AGAIN: Seconds = 10;

/** What to do after a look at a port. */
export interface Loss {
  /** Release all keys: a release may have been lost. */
  readonly release: boolean;
  /** Number of lost messages to report; 0: none. */
  readonly tell: number;
}

/**
 * Handles input messages that were lost because nobody read them in time, which leaves the state of the keys unknown. It releases
 * all keys at each look that finds more lost, and at the first that does not, since messages read before the loss may still have
 * been on their way.
 */
export class LostInput {
  #known = 0;
  #untold = 0;
  #losing = false;
  #toldUntil: Seconds = Number.NEGATIVE_INFINITY;

  /** Starts with a new input, which had lost this many when it was opened. */
  begin(lost: number): void {
    this.#known = lost;
    this.#untold = 0;
    this.#losing = false;
    this.#toldUntil = Number.NEGATIVE_INFINITY;
  }

  /** `lost`: the number of messages lost so far. */
  look(lost: number, time: Seconds): Loss {
    const before = this.#losing;
    this.#losing = lost > this.#known;
    this.#untold += Math.max(0, lost - this.#known);
    this.#known = lost;
    const over = before && !this.#losing;
    const told = this.#untold > 0 && (over || time >= this.#toldUntil) ? this.#untold : 0;
    if (told > 0) {
      this.#untold = 0;
      this.#toldUntil = time + AGAIN;
    }
    return { release: before || this.#losing, tell: told };
  }

  /** Whether the next look is needed even if nothing has changed. */
  get unfinished(): boolean {
    return this.#losing;
  }
}
