import type { Seconds } from '../../music/units.js';
import { processorTime } from './processor-time.js';

/** More than this between two looks means that the looker itself did not run (a closed lid, SIGSTOP): it counts as this much. */
const LONGEST_LOOK: Seconds = 0.5;

/** Of the time in which a thread that hangs gives no sign, the process computes so much at least, on a crowded machine too. */
const BUSY = 0.2;

/**
 * Notices a thread that gives no sign of life. Its beats are counted against the time that the looking thread itself ran, so that
 * a process that is stopped, or a machine that sleeps, is not taken for a thread that hangs.
 */
export class Watchdog {
  #beats: number;
  #looked: Seconds;
  #silent: Seconds = 0;
  /** What the process had computed when the thread gave its last sign. */
  #computed: Seconds;

  constructor(
    /** How often the thread has given a sign so far. */
    private readonly beats: () => number,
    private readonly clock: () => Seconds,
    /** For how long the process has computed so far, on all its threads. */
    private readonly computing: () => Seconds = processorTime,
  ) {
    this.#beats = beats();
    this.#looked = clock();
    this.#computed = computing();
  }

  /**
   * To be called a few times a second. Whether there was no sign for longer than `patience`; or than `busyPatience`, and the
   * process has computed meanwhile: a thread that the system gives no time to is none that hangs.
   */
  look(patience: Seconds, busyPatience: Seconds = Number.POSITIVE_INFINITY): boolean {
    const [now, beats] = [this.clock(), this.beats()];
    if (beats === this.#beats) this.#silent += Math.min(now - this.#looked, LONGEST_LOOK);
    else {
      this.#silent = 0;
      this.#computed = this.computing();
    }
    this.#beats = beats;
    this.#looked = now;
    const busy = this.#silent > busyPatience && this.computing() - this.#computed > BUSY * this.#silent;
    return busy || this.#silent > patience;
  }
}
