import type { Seconds } from '../../../music/units.js';

/** While messages go on being lost, this is said so seldom. */
const AGAIN: Seconds = 10;

/** What comes of a look at a port. */
export interface Loss {
  /** Keys may be down whose release was lost: they are to come up. */
  readonly release: boolean;
  /** So many messages were lost, of which nobody was told yet; 0: there is nothing to tell. */
  readonly tell: number;
}

/**
 * Messages to an input that were lost since nobody read them in time: who knows which keys are down? They come up at each look that
 * finds more lost, and at the first that does not, since what was read before the loss may still have been on its way.
 */
export class LostInput {
  #known = 0;
  #untold = 0;
  #losing = false;
  #toldUntil: Seconds = Number.NEGATIVE_INFINITY;

  /** The input in use had lost so many when it was opened. */
  begin(lost: number): void {
    this.#known = lost;
    this.#untold = 0;
    this.#losing = false;
    this.#toldUntil = Number.NEGATIVE_INFINITY;
  }

  /** `lost`: how many there are by now. */
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

  /** Whether the next look matters even if nothing has changed. */
  get unfinished(): boolean {
    return this.#losing;
  }
}
