import { ContinuoError } from '../errors.js';
import type { Seconds } from '../music/units.js';
import type { SessionEvent } from './events.js';
import { Session, type SessionParts } from './session.js';
import { StreamMatch } from './stream-match.js';
import { firstLoss, isTimed, type TakeRecord, type TimedRecord } from './take.js';

/** What a take was played with, apart from what is heard and written now. */
export interface ReplayParts
  extends Omit<SessionParts, 'output' | 'emit' | 'record' | 'percussion' | 'portion'> {
  /** Whether the take has clock marks: all but those of version 1. Default true. */
  readonly marks?: boolean;
  /** What errors call the record of that index. */
  readonly where?: (index: number) => string;
}

/** What came of it. */
export interface Replay {
  readonly events: SessionEvent[];
  readonly records: TakeRecord[];
  /** The network's state at the end: (layer, h then c). */
  readonly state: Float32Array;
  /** Session time at which it ends: of the take's `end`, or up to where a take that was cut off has music. */
  readonly end: Seconds;
  /** The take has no end, since the program or the machine died, or has lost records: this is what it has up to there. */
  readonly cutOff: boolean;
  /** All that the take has came again: the same tokens, up to its last record. */
  readonly same: boolean;
  /** The record by which it is known to differ; null where it does not. */
  readonly differsAt: number | null;
}

/** More tokens than the stream of a take ever is ahead of the clock: a replay that has so many more plays something else. */
const FAR_AHEAD = 1024;
/** A take that is cut off goes on for less than this after its last mark: a live session marks each second. */
const LONGEST_REST: Seconds = 3;
/** In one without marks: as long as this after anything was last fed or sampled. */
const LONGEST_SILENCE: Seconds = 60;
const TICK: Seconds = 0.001;
/** What is left of a note whose end was not decided any more. */
const MOMENT: Seconds = 0.05;

/**
 * Plays a take again from its inputs and commands alone, without a clock: the same seed, model and parameters give the
 * same tokens and notes, whatever the machine was doing the first time. Of a take that was cut off, all comes again that
 * was recorded: what was sampled ahead of its last moment too.
 * What it costs is bounded by the length of the take, whatever times it has.
 * Throws TAKE_BROKEN where a record cannot be obeyed, or where the session plays on for more than a second without a mark.
 */
export function replayTake(take: Iterable<TakeRecord>, parts: ReplayParts): Replay {
  const records = [...take];
  const loss = firstLoss(records);
  return new Replayer(loss < 0 ? records : records.slice(0, loss), parts).run();
}

class Replayer {
  readonly #session: Session;
  readonly #events: SessionEvent[] = [];
  readonly #records: TakeRecord[] = [];
  readonly #match: StreamMatch;
  #now: Seconds;
  /** The times of the last record that has one, and of the next. */
  #between: readonly [Seconds, Seconds];
  /** A mark of our own between them, which the take does not have. */
  #unmarked: Seconds | null = null;
  /** Most tokens that the take's stream has had since the last of them. */
  #longest = 1;
  /** All of the take's tokens are there, or were for a moment since its last record with a time; null before. */
  #complete: boolean | null = null;
  #differsAt: number | null = null;

  constructor(
    private readonly take: readonly TakeRecord[],
    private readonly parts: ReplayParts,
  ) {
    const { marks, where, ...sessionParts } = parts;
    this.#now = parts.time;
    this.#between = [parts.time, parts.time];
    this.#match = new StreamMatch(parts.codec.startToken);
    this.#session = new Session({
      ...sessionParts,
      output: { noteOn: () => {}, noteOff: () => {}, silence: () => {} },
      // Nobody hears a replay, and a metronome would click on until whatever time a record says.
      percussion: null,
      // So that no more comes of a take that was cut off than it has.
      portion: 1,
      emit: (event) => this.#events.push(event),
      record: (record) => this.#onRecord(record),
    });
  }

  #onRecord(record: TakeRecord): void {
    this.#records.push(record);
    this.#match.addReplayed(record);
    if (this.#complete !== null) this.#complete ||= this.#match.isComplete;
    const [last, next] = this.#between;
    if (record.type === 'clock' && record.time > last && record.time < next) this.#unmarked ??= record.time;
  }

  run(): Replay {
    const { take } = this;
    const lastTimed = take.findLastIndex(isTimed);
    for (let index = 0; index <= lastTimed && this.#differsAt === null; index++) {
      const record = take[index]!;
      this.#readRecord(record);
      if (!isTimed(record)) continue;
      this.#advanceTo(record.time, index);
      // All that the take has is known by then, in case it was cut off in the middle of what came of its last record.
      if (index === lastTimed) this.#readRemaining(index);
      if (this.#differsAt === null) this.#apply(record, index);
    }
    if (lastTimed < 0) this.#readRemaining(lastTimed);
    if (this.#differsAt === null && this.#cutOff) this.#replayUnmarkedEnd();
    return this.#outcome();
  }

  get #cutOff(): boolean {
    return this.take.at(-1)?.type !== 'end';
  }

  #readRecord(record: TakeRecord): void {
    this.#match.addRecorded(record);
    this.#longest = Math.max(this.#longest, this.#match.recordedLength);
  }

  #readRemaining(lastTimed: number): void {
    for (const record of this.take.slice(lastTimed + 1)) this.#readRecord(record);
    this.#complete = this.#match.isComplete;
  }

  /** Lets the session play on to the time of the record `index`. */
  #advanceTo(time: Seconds, index: number): void {
    this.#between = [this.#now, time];
    this.#unmarked = null;
    for (let done = false; !done && this.#differsAt === null; ) {
      const from = this.#now;
      const due = this.#advance(time);
      done = from >= time && due > time;
      if (this.#unmarked !== null) this.#refuseMissingMark(index);
      if (this.#match.replayedLength > this.#longest + FAR_AHEAD) this.#differsAt = index;
    }
    if (!this.#match.agree) this.#differsAt ??= index;
    this.#longest = this.#match.recordedLength;
  }

  /** Looks at the clock, and puts it forward to what is due next, `until` at most. Returns when that is. */
  #advance(until: Seconds): Seconds {
    const before = this.#records.length;
    const due = this.#session.advance(this.#now) ?? Number.POSITIVE_INFINITY;
    const decided = this.#records.length > before;
    // What is due at once is not done at once where the two differ by a rounding.
    const next = due > this.#now || decided ? due : this.#now + TICK;
    this.#now = Math.max(this.#now, Math.min(next, until));
    return Math.max(due, next);
  }

  /** A take that agrees up to there and lacks a mark is no take; one that differs already may have others. */
  #refuseMissingMark(index: number): void {
    if (this.parts.marks === false) return;
    if (!this.#match.agree) {
      this.#differsAt = index;
      return;
    }
    const [last, next] = this.#between;
    throw this.#broken(
      index,
      `the session plays from ${last} s to ${next} s, of which a take has a clock mark each second.`,
    );
  }

  #apply(record: TimedRecord, index: number): void {
    if (record.type === 'input') this.#session.input(record.event);
    if (record.type === 'pause') {
      this.#session.pause(record.until, record.time);
      this.#now = record.until;
    }
    if (record.type === 'hold') this.#session.hold(record.held, record.time);
    if (record.type !== 'command') return;
    try {
      this.#session.command(record.command, record.time);
    } catch (error) {
      if (!(error instanceof ContinuoError)) throw error;
      throw this.#broken(index, error.message);
    }
  }

  #broken(index: number, message: string): ContinuoError {
    const where = this.parts.where?.(index) ?? `Record ${index + 1}`;
    return new ContinuoError('TAKE_BROKEN', `${where}: ${message}`, 'The log was edited or damaged there.');
  }

  /** After the last time of a take that was cut off: until all that was decided ahead is decided again. */
  #replayUnmarkedEnd(): void {
    const rest = this.parts.marks === false ? LONGEST_SILENCE : LONGEST_REST;
    let [until, length] = [this.#now + rest, this.#match.replayedLength];
    this.#between = [this.#now, this.#now];
    while (!this.#complete && this.#now < until && this.#match.replayedLength <= this.#longest + FAR_AHEAD) {
      if (this.#advance(until) === Number.POSITIVE_INFINITY) return;
      if (this.parts.marks === false && this.#match.replayedLength !== length) until = this.#now + rest;
      length = this.#match.replayedLength;
    }
  }

  #outcome(): Replay {
    const cutOff = this.#cutOff;
    const came = cutOff ? this.#complete === true : this.#match.equal;
    // What was decided ahead belongs to what a take that was cut off has, the note that begins last too.
    const latest = cutOff ? this.#events.reduce((time, event) => Math.max(time, event.time + MOMENT), 0) : 0;
    return {
      events: this.#events,
      records: this.#records,
      state: this.#session.state(),
      end: Math.max(this.#now, latest),
      cutOff,
      same: this.#differsAt === null && came,
      differsAt: this.#differsAt ?? (came ? null : this.take.length - 1),
    };
  }
}
