import type { Seconds } from '../music/units.js';

/** More than this between two looks means that the looker itself did not run (a closed lid, SIGSTOP): it counts as this much. */
const LONGEST_LOOK: Seconds = 0.5;

/**
 * Notices a thread that gives no sign of life. Its beats are counted against the time that the looking thread itself ran, so that
 * a process that is stopped, or a machine that sleeps, is not taken for a thread that hangs.
 */
export class Watchdog {
  #beats: number;
  #looked: Seconds;
  #silent: Seconds = 0;

  constructor(
    /** How often the thread has given a sign so far. */
    private readonly beats: () => number,
    private readonly clock: () => Seconds,
  ) {
    this.#beats = beats();
    this.#looked = clock();
  }

  /** To be called a few times a second. Whether there was no sign for longer than `patience`. */
  look(patience: Seconds): boolean {
    const [now, beats] = [this.clock(), this.beats()];
    this.#silent = beats === this.#beats ? this.#silent + Math.min(now - this.#looked, LONGEST_LOOK) : 0;
    this.#beats = beats;
    this.#looked = now;
    return this.#silent > patience;
  }
}
