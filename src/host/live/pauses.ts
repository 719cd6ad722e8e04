import type { Seconds } from '../../music/units.js';

/** A gap of more than this between two looks at the clock is a pause: nothing that was to sound in it is caught up. */
const LONGEST_GAP: Seconds = 2;

/** A look at the clock. */
export interface Look {
  readonly time: Seconds;
  /** How long nothing ran before it, where that was a pause; else 0. */
  readonly slept: Seconds;
}

/**
 * Notices that a thread did not run for a while: a closed lid, SIGSTOP, a machine that swaps. A monotonic clock may stand still
 * while the machine sleeps (Linux' does), so the wall clock is asked too; that one may be set, which then counts as a pause.
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
