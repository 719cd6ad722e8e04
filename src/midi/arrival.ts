import type { Seconds } from '../music/units.js';

/** No two clocks of a computer drift apart faster than this, in seconds a second (quartz: 20 to 100 parts in a million). */
const DRIFT = 0.0005;
/** A message that seems older than this when it is read was not late: a clock jumped, or the driver counts otherwise. */
const OLDEST: Seconds = 0.25;

/**
 * When messages came. The system stamps each on arrival with a clock of its own and tells the time since the one before;
 * here a message is read later, by however long this thread was busy. So each came as long after the last as the system
 * says, but never after `now`: the least delay seen counts as none, and a busy thread does not bend the rhythm of what was played.
 * Times never go back and never lie ahead of `now`.
 */
export class ArrivalClock {
  #last: Seconds = Number.POSITIVE_INFINITY;

  /** The time on our clock of a message that came `delta` seconds after the one before it and is read at `now`. */
  stamp(delta: Seconds, now: Seconds): Seconds {
    const came = this.#last + Math.max(0, delta) * (1 + DRIFT);
    this.#last = now - came < OLDEST ? Math.min(now, came) : now;
    return this.#last;
  }
}
