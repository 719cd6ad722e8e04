import type { Seconds } from '../../music/units.js';
import type { ThreadTimes } from './thread-time.js';

/**
 * A longer interval between two looks means that the watching thread itself did not run (a closed lid, SIGSTOP); it counts as this
 * much.
 */
const LONGEST_LOOK: Seconds = 0.5;

/** How long a thread may go without a heartbeat. */
export interface Patience {
  /** In total, without the time in which it waited for a processor. */
  readonly silent: Seconds;
  /** How much of that it may have computed. Default: all of it. */
  readonly computing?: Seconds;
}

/**
 * Detects a thread that hangs: it computes endlessly or waits, without a heartbeat. A thread that gets no processor does not hang,
 * however long that lasts and whatever other threads of the process do. Only time in which the watching thread runs counts, so that
 * a stopped process or a sleeping machine has no thread that hangs.
 */
export class Watchdog {
  #beats: number;
  #looked: Seconds;
  #silent: Seconds = 0;
  #computing: Seconds = 0;
  /** CPU time of the thread at the last look. */
  #computed: Seconds;

  constructor(
    /** Number of heartbeats so far. */
    private readonly beats: () => number,
    private readonly clock: () => Seconds,
    /** CPU use of the thread; without it, all silent time counts. */
    private readonly times: () => ThreadTimes = () => ({ computed: 0, runnable: null }),
  ) {
    this.#beats = beats();
    this.#looked = clock();
    this.#computed = times().computed;
  }

  /** Returns whether the thread hangs. Call it several times a second. */
  look({ silent, computing = Number.POSITIVE_INFINITY }: Patience): boolean {
    const [now, beats, { computed, runnable }] = [this.clock(), this.beats(), this.times()];
    const passed = Math.min(now - this.#looked, LONGEST_LOOK);
    // Where only the process's times are known, other threads may have computed too.
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
