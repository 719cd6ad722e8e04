import type { Seconds } from '../../../../music/units.js';

/** Share of its time that a worker may work: beyond it, notes of many sessions that fall due together come late. */
const MOST_BUSY = 0.6;
/** Share of a worker's time that a session is counted with, however little it did so far: it may be about to play. */
const LEAST_COST = 0.005;
/** A worker whose notes are later than this as a rule takes no more sessions. A single late one says nothing: the machine did something else. */
const LATE: Seconds = 0.003;
/** How much the last second counts in the average. */
const NEWEST = 0.2;
/** Shorter intervals tell nothing. */
const LEAST_INTERVAL: Seconds = 0.5;

/** How much of its time a worker works, on average of the last seconds. */
export class WorkerLoad {
  /** Share of its time; null before the second look. */
  busy: number | null = null;
  #looked: { readonly worked: Seconds; readonly time: Seconds } | null = null;

  /** Looks at `worked`, the seconds that the worker has worked so far, at `time`. */
  look(worked: Seconds, time: Seconds): void {
    const last = this.#looked;
    if (last !== null && time - last.time < LEAST_INTERVAL) return;
    this.#looked = { worked, time };
    if (last === null) return;
    const share = (worked - last.worked) / (time - last.time);
    this.busy = this.busy === null ? share : this.busy + NEWEST * (share - this.busy);
  }

  /** How many sessions fit beside those that it has, where notes are so late. */
  room(sessions: number, lateness: Seconds): number {
    if (lateness > LATE) return 0;
    const cost = sessions === 0 ? LEAST_COST : Math.max(LEAST_COST, (this.busy ?? 0) / sessions);
    return Math.max(0, Math.floor(MOST_BUSY / cost) - sessions);
  }
}
