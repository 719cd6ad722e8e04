import { CHANNEL_DATA, type EventScanner } from './event-scanner.js';

/** Events in running status that are looked at before reading is taken to be in step. */
const RUN = 8;
/** A status that is leant on so much less than another may be a byte that is none. */
const RARE = 8;

/**
 * How a track was written so far: which statuses its events say and which they lean on (running status), and where its notes lie. By
 * that it is told where a byte is missing, or one too many, which makes other events of all that follow: reading gets into step again
 * where what follows is as the track was.
 */
export class TrackHabits {
  /** How often each status was leant on. */
  readonly #leant = new Map<number, number>();
  /** How many events of channels said theirs. */
  #said = 0;
  #range: readonly [number, number] = [127, 0];
  #running = 0;

  constructor(
    private readonly file: Uint8Array,
    /** Where the event that is doubted was scanned. */
    private readonly scanner: EventScanner,
  ) {}

  /** The status that an event without one has. */
  get running(): number {
    return this.#running;
  }

  /** Takes in the event of a channel that the scanner stands at. */
  see(status: number, dataAt: number): void {
    this.#running = status;
    if (this.scanner.explicit) this.#said++;
    else this.#leant.set(status, (this.#leant.get(status) ?? 0) + 1);
    if (isNote(status)) this.#widen(this.file[dataAt]!);
  }

  /** Pitches a little out of a track's range are its own too. */
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

  /** The status that is leant on most, and how often; `none` where none is. */
  #usual(none: number): readonly [status: number, count: number] {
    return [...this.#leant].sort(([, a], [, b]) => b - a)[0] ?? [none, 0];
  }
}

function isNote(status: number): boolean {
  return status >> 5 === 0x80 >> 5;
}
