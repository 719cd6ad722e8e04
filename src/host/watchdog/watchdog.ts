import type { Seconds } from '../../music/units.js';
import type { ThreadTimes } from './thread-time.js';

/** More than this between two looks means that the looker itself did not run (a closed lid, SIGSTOP): it counts as this much. */
const LONGEST_LOOK: Seconds = 0.5;

/** How long a thread may give no sign of life. */
export interface Patience {
  /** All in all, without the time in which the system gave it no processor. */
  readonly silent: Seconds;
  /** Of that, how long it may have computed. Default: for all of it. */
  readonly computing?: Seconds;
}

/**
 * Notices a thread that hangs: it computes on and on, or waits for something, and gives no sign of life. A thread that the system
 * gives no processor is none that hangs, however long that lasts, whatever the other threads of the process do meanwhile. Time
 * counts while the looking thread runs, so that a process that is stopped, or a machine that sleeps, has no thread that hangs.
 */
export class Watchdog {
  #beats: number;
  #looked: Seconds;
  #silent: Seconds = 0;
  #computing: Seconds = 0;
  /** What the thread had computed at the last look. */
  #computed: Seconds;

  constructor(
    /** How often the thread has given a sign so far. */
    private readonly beats: () => number,
    private readonly clock: () => Seconds,
    /** What the thread does; without it, each moment of silence counts. */
    private readonly times: () => ThreadTimes = () => ({ computed: 0, runnable: null }),
  ) {
    this.#beats = beats();
    this.#looked = clock();
    this.#computed = times().computed;
  }

  /** To be called several times a second. Whether the thread hangs. */
  look({ silent, computing = Number.POSITIVE_INFINITY }: Patience): boolean {
    const [now, beats, { computed, runnable }] = [this.clock(), this.beats(), this.times()];
    const passed = Math.min(now - this.#looked, LONGEST_LOOK);
    // Other threads may have computed too, where those of this one are not known.
    const worked = Math.min(computed - this.#computed, passed);
    if (beats === this.#beats) {
      this.#computing += worked;
      this.#silent += runnable === true ? worked : passed;
    } else {
      this.#silent = 0;
      this.#computing = 0;
    }
    this.#beats = beats;
    this.#looked = now;
    this.#computed = computed;
    return this.#computing > computing || this.#silent > silent;
  }
}
