import type { StreamEvent } from '../codec/codec.js';
import type { Seconds } from '../music/units.js';

/** An event of the model that is planned and not yet sent to the output. */
export interface Planned {
  readonly event: Exclude<StreamEvent, { type: 'pedal' }>;
  /** Id of the note in the session's events. */
  readonly id: number;
}

/** A note-on that is later than this is dropped, with its note-off. */
const TOO_LATE: Seconds = 0.5;
/** A note-on that is later than this counts as late. */
const LATE: Seconds = 0.02;
const MAX_LATENESS_SAMPLES = 512;

/** The queue of planned events, in order of time, with statistics of how late they were sent. The caller has the clock. */
export class Scheduler {
  #queue: Planned[] = [];
  readonly #lateness: Seconds[] = [];
  readonly #droppedIds = new Set<number>();
  /** Counts of note-ons: sent, late among all of them, and dropped for being too late. */
  sent = 0;
  late = 0;
  dropped = 0;

  /** Appends an event. Its time is not before that of the last one, unless events were discarded between. */
  plan(planned: Planned): void {
    this.#queue.push(planned);
  }

  /** When the next planned event is due. */
  get next(): Seconds | null {
    return this.#queue[0]?.event.time ?? null;
  }

  /** Removes and returns the next event if it is due at `until`; else null. */
  take(until: Seconds): Planned | null {
    const due = this.next;
    return due !== null && due <= until ? this.#queue.shift()! : null;
  }

  /** Whether an event should still be sent at `now`; counts how late it is. */
  punctual({ event, id }: Planned, now: Seconds): boolean {
    const lateness = now - event.time;
    if (event.type === 'noteOff') return !this.#droppedIds.delete(id);
    if (this.#lateness.push(lateness) > MAX_LATENESS_SAMPLES) this.#lateness.shift();
    if (lateness > LATE) this.late++;
    if (lateness <= TOO_LATE) {
      this.sent++;
      return true;
    }
    this.dropped++;
    this.#droppedIds.add(id);
    return false;
  }

  /** Discards events that are planned for later than `time`. */
  discardAfter(time: Seconds): void {
    this.#queue = this.#queue.filter(({ event }) => event.time <= time);
  }

  /** Lateness of the last note-ons in seconds, median and 99th percentile; 0 before the first. */
  lateness(): { p50: Seconds; p99: Seconds } {
    const sorted = [...this.#lateness].sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
    return { p50: at(0.5), p99: at(0.99) };
  }
}
