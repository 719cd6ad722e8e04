import type { Seconds } from '../music/units.js';

/** No two clocks of a computer drift apart faster than this, in seconds a second (quartz: 20 to 100 parts in a million). */
const DRIFT = 0.0005;
/** A message that seems older than this when it is read was not late: a clock jumped, or the driver counts otherwise. */
const OLDEST: Seconds = 0.25;

/**
 * Reconstructs the arrival times of messages. The system stamps each on arrival with its own clock, and reports the time since the
 * one before; this thread reads a message later, by however long it was busy. So a message arrived as long after the last one as
 * the system says, but not after `now`: the smallest delay seen counts as 0, and a busy thread does not distort the rhythm.
 * Times never go back and never lie ahead of `now`.
 */
export class ArrivalClock {
  #last: Seconds = Number.POSITIVE_INFINITY;

  /** The arrival time, on our clock, of a message that came `delta` seconds after the one before and is read at `now`. */
  stamp(delta: Seconds, now: Seconds): Seconds {
    const came = this.#last + Math.max(0, delta) * (1 + DRIFT);
    this.#last = now - came < OLDEST ? Math.min(now, came) : now;
    return this.#last;
  }
}
