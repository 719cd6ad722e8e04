import { ContinuoError } from '../errors.js';
import type { Seconds } from '../music/units.js';
import { Band } from './band.js';
import type { Session } from './session.js';
import { isTimed, type TakeRecord, type TimedRecord } from './take.js';

/** What is caught up: what happened to a session from the time on at which it begins. */
export interface CatchUpParts {
  /** Those with times are done again; the others say what came of them. */
  readonly records: Iterable<TakeRecord>;
  /** Session time up to which the session is known to have played. */
  readonly until: Seconds;
  /** Session time at which it begins. */
  readonly from: Seconds;
}

/** How much music is played in one step at most, and the shortest step. */
const STEP: Seconds = 0.05;
const TICK: Seconds = 0.001;

/**
 * Has a session do again what happened to the one that it goes on from, at the times at which that happened, faster than they pass: in
 * steps, between which others get their turn.
 */
export class CatchUp {
  readonly #records: readonly TimedRecord[];
  #next = 0;
  #now: Seconds;
  #until: Seconds;
  /** Why it ends before all was done again; null where it does not. */
  failure: ContinuoError | null = null;

  constructor(
    private readonly session: Session | Band,
    { records, until, from }: CatchUpParts,
  ) {
    this.#records = [...records].filter(isTimed);
    this.#now = from;
    this.#until = this.#records.reduce((end, { time }) => Math.max(end, time), Math.max(until, from));
  }

  /** Session time so far. */
  get now(): Seconds {
    return this.#now;
  }

  /** Does a little. Returns whether there is more. */
  step(): boolean {
    const record = this.#records[this.#next];
    const due = record?.time ?? this.#until;
    if (due > this.#now) {
      this.#advance(due);
      return true;
    }
    if (record === undefined) return false;
    this.#next++;
    return this.#apply(record);
  }

  /** Moves the clock on to what is due next, to `time` at most. */
  #advance(time: Seconds): void {
    const due = this.session.advance(this.#now, 0) ?? time;
    const next = due > this.#now ? due : this.#now + TICK;
    this.#now = Math.min(time, Math.max(next, Math.min(this.#now + STEP, time)));
    this.session.advance(this.#now, 0);
  }

  /** Returns false where nothing that comes after this record can be done again. */
  #apply(record: TimedRecord): boolean {
    const { session } = this;
    switch (record.type) {
      case 'input':
        session.input(record.event);
        return true;
      case 'hold':
        session.hold(record.held, record.time);
        return true;
      case 'pause':
        session.pause(record.until, record.time);
        this.#now = Math.max(this.#now, record.until);
        this.#until = Math.max(this.#until, this.#now);
        return true;
      case 'command':
        return this.#command(record);
      case 'rejoin':
        return session instanceof Band && session.rejoin(record);
      case 'restart': // what another session goes on from says that anew
        return false;
      default: // marks of the clock, and an end that the session outlives
        return true;
    }
  }

  #command({ command, time }: Extract<TimedRecord, { type: 'command' }>): boolean {
    try {
      this.session.command(command, time);
      return true;
    } catch (error) {
      if (!(error instanceof ContinuoError)) throw error;
      this.failure = error;
      return false;
    }
  }
}
