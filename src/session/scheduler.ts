import type { StreamEvent } from '../codec/codec.js';
import type { Seconds } from '../music/units.js';

/** A note of the model that has been decided and not yet been handed to the output. */
export interface Planned {
  readonly event: Exclude<StreamEvent, { type: 'pedal' }>;
  /** The note's id in the session's events. */
  readonly id: number;
}

/** Later than this, a note-on would be a mistake rather than a late note: it is dropped, with its end. */
const TOO_LATE: Seconds = 0.5;
/** A note is said to be late from here on. */
const LATE: Seconds = 0.02;
const MAX_LATENESS_SAMPLES = 512;

/** The look-ahead queue: what is planned, in order of time; and how punctual it was. The clock is the caller's. */
export class Scheduler {
  #queue: Planned[] = [];
  readonly #lateness: Seconds[] = [];
  readonly #droppedIds = new Set<number>();
  /** Note-ons that were sent, those of them that were late, and those that were not sent for being very late. */
  sent = 0;
  late = 0;
  dropped = 0;

  /** Times never go back between two calls without a discard. */
  plan(planned: Planned): void {
    this.#queue.push(planned);
  }

  /** When the next planned event is due. */
  get next(): Seconds | null {
    return this.#queue[0]?.event.time ?? null;
  }

  /** Takes out the next event if it is due at `until`; null where none is. */
  take(until: Seconds): Planned | null {
    const due = this.next;
    return due !== null && due <= until ? this.#queue.shift()! : null;
  }

  /** Whether `planned` should still be heard when the clock says `now`; counts how late it is. */
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

  /** Forgets what is planned for later than `time`. */
  discardAfter(time: Seconds): void {
    this.#queue = this.#queue.filter(({ event }) => event.time <= time);
  }

  /** Lateness of the last note-ons: median and 99th percentile; 0 before the first. */
  lateness(): { p50: Seconds; p99: Seconds } {
    const sorted = [...this.#lateness].sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
    return { p50: at(0.5), p99: at(0.99) };
  }
}
