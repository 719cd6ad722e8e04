import { CHANNEL_DATA, type EventScanner } from './event-scanner.js';

/** Number of events in running status that are checked before reading counts as in sync. */
const RUN = 8;
/** A running status that is this much rarer than another may be a damaged byte. */
const RARE = 8;

/**
 * Statistics of a track so far: which statuses are explicit and which are used as running status, and the range of its notes. They show
 * where a byte is missing, or one too many, which turns all following bytes into other events; reading is in sync again where the
 * events are like those of the track so far.
 */
export class TrackHabits {
  /** How often each status was used as running status. */
  readonly #leant = new Map<number, number>();
  /** Number of channel events with an explicit status. */
  #said = 0;
  #range: readonly [number, number] = [127, 0];
  #running = 0;

  constructor(
    private readonly file: Uint8Array,
    /** The scanner at the event that is in doubt. */
    private readonly scanner: EventScanner,
  ) {}

  /** The running status. */
  get running(): number {
    return this.#running;
  }

  /** Counts the channel event that was scanned last. */
  see(status: number, dataAt: number): void {
    this.#running = status;
    if (this.scanner.explicit) this.#said++;
    else this.#leant.set(status, (this.#leant.get(status) ?? 0) + 1);
    if (isNote(status)) this.#widen(this.file[dataAt]!);
  }

  /** Widens the range of the track's notes to a pitch, with a margin. */
  #widen(pitch: number): void {
    const [lowest, highest] = this.#range;
    this.#range = [Math.min(lowest, pitch - RUN), Math.max(highest, pitch + RUN)];
  }

  /**
   * Where to go on instead of at an event in running status, which a byte too many or too few may have made: in a track that says
   * nearly all its statuses, where such events follow; in another, where its notes are those of the track so far, and here are not.
   */
  stepAside(at: number): number | null {
    const scanner = this.scanner;
    const leant = [...this.#leant.values()].reduce((sum, count) => sum + count, 0);
    if (this.#said >= RUN && leant * RARE < this.#said) return scanner.saidEventsBeside(at, this.#running);
    const pitch = this.file[scanner.dataAt]!;
    const [lowest, highest] = this.#range;
    if (CHANNEL_DATA[this.#running >> 4] === 1) return this.#stepToNotes(at);
    if (!isNote(this.#running) || leant < 2 * RUN || (pitch >= lowest && pitch <= highest)) return null;
    if (scanner.likelyNotes(at, this.#running, this.#range, RUN) > RUN / 2) return null;
    const beside = [1, 2].find(
      (shift) => scanner.likelyNotes(at + shift, this.#running, this.#range, RUN) === RUN,
    );
    return beside === undefined ? null : at + beside;
  }

  /** In a track that leans on its statuses, one never seen before may be the first byte of a time. */
  stepFromTime(at: number): number | null {
    const { status } = this.scanner;
    const [usual, count] = this.#usual(0);
    if (status >= 0xf0 || this.#leant.has(status) || !isNote(usual)) return null;
    if (count < 2 * RUN || count < this.#said * RARE) return null;
    const shift = [1, 2].find(
      (bytes) => this.scanner.likelyNotes(at + bytes, usual, this.#range, RUN) === RUN,
    );
    if (shift === undefined) return null;
    this.#running = usual;
    return at + shift;
  }

  /** Programs and pressures hardly ever come in a row: from a byte that is no status all that follows would be such. */
  #stepToNotes(at: number): number | null {
    const [usual, count] = this.#usual(0);
    if (!isNote(usual) || count < 2 * RUN) return null;
    const shift = [0, 1, 2].find(
      (bytes) => this.scanner.likelyNotes(at + bytes, usual, this.#range, RUN) === RUN,
    );
    if (shift === undefined) return null;
    this.#running = usual;
    return at + shift;
  }

  /**
   * Where to go on instead of at an event whose data have a time in them, so as to get into step again in running status: a byte too
   * many or too few there makes events of anything.
   */
  stepBack(): number | null {
    const time = this.scanner.timeInData();
    if (time === null) return null;
    const [usual] = this.#usual(this.#running);
    const rare = (this.#leant.get(this.#running) ?? 0) * RARE < (this.#leant.get(usual) ?? 0);
    const statuses = rare ? [usual, this.#running] : [this.#running, usual];
    const running = statuses.find((status) => this.scanner.plausible(time, status, false, RUN));
    if (running === undefined) return null;
    this.#running = running;
    return time;
  }

  /** The most frequent running status, and how often it is used; `none` where there is none. */
  #usual(none: number): readonly [status: number, count: number] {
    return [...this.#leant].sort(([, a], [, b]) => b - a)[0] ?? [none, 0];
  }
}

function isNote(status: number): boolean {
  return status >> 5 === 0x80 >> 5;
}
