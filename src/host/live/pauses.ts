import type { Seconds } from '../../music/units.js';

/** A longer gap between two readings of the clock is a pause: notes due in it are not played late. */
const LONGEST_GAP: Seconds = 2;

/** A reading of the clock. */
export interface Look {
  readonly time: Seconds;
  /** Length of the pause before it; 0 where there was none. */
  readonly slept: Seconds;
}

/**
 * Detects that a thread did not run for a while: a closed lid, SIGSTOP, a machine that swaps. A monotonic clock may stop while the
 * machine sleeps (Linux's does), so the wall clock is read too; if that is set forward, this counts as a pause.
 */
export class Pauses {
  #time: Seconds;
  #wall: Seconds;

  constructor(
    private readonly clock: () => Seconds,
    private readonly wall: () => Seconds = () => Date.now() / 1000,
  ) {
    this.#time = clock();
    this.#wall = wall();
  }

  look(): Look {
    const [time, wall] = [this.clock(), this.wall()];
    const gap = Math.max(time - this.#time, wall - this.#wall);
    this.#time = time;
    this.#wall = wall;
    return { time, slept: gap > LONGEST_GAP ? gap : 0 };
  }
}
