import type { StreamEvent } from '../codec/codec.js';
import type { Seconds } from '../music/units.js';

/** An event of the model that is planned and not yet sent to the output. */
export interface Planned {
  readonly event: Exclude<StreamEvent, { type: 'pedal' }>;
  /** Id of the note in the session's events. */
  readonly id: number;
  /** When it could be known at the earliest: its turn, or the plan that it belongs to, began then. Absent: early enough. */
  readonly knownAt?: Seconds;
}

/** How late each note of a while was, in seconds. */
export interface Latenesses {
  /** Of notes that were known before they were due. */
  readonly notes: readonly Seconds[];
  /**
   * Of notes that were due as soon as they could be known, or before, such as the first of a reply: since they could be known. The grid
   * of a codec may put such a note a little before the hand-over, which is nobody's delay.
   */
  readonly atOnce: readonly Seconds[];
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
  #untold = { notes: [] as Seconds[], atOnce: [] as Seconds[] };
  readonly #droppedIds = new Set<number>();
  /** Counts of note-ons: sent, late among all of them, and dropped for being too late. */
  sent = 0;
  late = 0;
  dropped = 0;

  /** @param mayPlay whether notes may begin now: those that may not are dropped as if they were too late */
  constructor(private readonly mayPlay: () => boolean = () => true) {}

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
  punctual({ event, id, knownAt }: Planned, now: Seconds): boolean {
    if (event.type === 'noteOff') return !this.#droppedIds.delete(id);
    const atOnce = knownAt !== undefined && event.time <= knownAt;
    this.#count(now - (atOnce ? knownAt : event.time), atOnce);
    if (now - event.time <= TOO_LATE && this.mayPlay()) {
      this.sent++;
      return true;
    }
    this.dropped++;
    this.#droppedIds.add(id);
    return false;
  }

  #count(lateness: Seconds, atOnce: boolean): void {
    if (this.#lateness.push(lateness) > MAX_LATENESS_SAMPLES) this.#lateness.shift();
    if (lateness > LATE) this.late++;
    const untold = atOnce ? this.#untold.atOnce : this.#untold.notes;
    if (untold.push(lateness) > MAX_LATENESS_SAMPLES) untold.shift();
  }

  /** Discards events that are planned for later than `time`. */
  discardAfter(time: Seconds): void {
    this.#queue = this.#queue.filter(({ event }) => event.time <= time);
  }

  /** How late each note-on was since the last call, of the last {@link MAX_LATENESS_SAMPLES} of each kind. */
  takeLatenesses(): Latenesses {
    const untold = this.#untold;
    this.#untold = { notes: [], atOnce: [] };
    return untold;
  }

  /** Lateness of the last note-ons in seconds, median and 99th percentile; 0 before the first. */
  lateness(): { p50: Seconds; p99: Seconds } {
    const sorted = [...this.#lateness].sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
    return { p50: at(0.5), p99: at(0.99) };
  }
}
