import { ContinuoError } from '../errors.js';
import type { Seconds } from '../music/units.js';
import { Band } from './band.js';
import type { MemberParts, RejoinRecord } from './band-parts.js';
import type { Checkpoint } from './checkpoint.js';
import type { SessionEvent } from './events.js';
import type { KeptMoment } from './kept-moment.js';
import { Session, type SessionParts } from './session.js';
import { firstLoss, isTimed, type TakeRecord, type TimedRecord } from './take.js';
import { TakeMatch } from './take-match.js';

/** What a take was played with: the parts of its session, without outputs and log. */
export interface ReplayParts
  extends Omit<
      SessionParts,
      | 'output'
      | 'emit'
      | 'record'
      | 'percussion'
      | 'portion'
      | 'checkpoint'
      | 'firstId'
      | 'band'
      | 'kept'
      | 'moments'
    >,
    Pick<MemberParts, 'voices' | 'hears'> {
  /** The further members of a band; absent where one plays alone. */
  readonly others?: readonly ReplayMember[];
  /** The moments that the take goes back to, of a member (undefined: the first). */
  readonly moments?: (id: string, member?: string) => KeptMoment | undefined;
  /** Whether the take has clock marks, as all have but those of version 1. Default true. */
  readonly marks?: boolean;
  /** Names the record of an index in error messages. */
  readonly where?: (index: number) => string;
}

/** A further member of a band in a replay. */
export type ReplayMember = Omit<MemberParts, 'output' | 'percussion'> & { readonly id: string };

/** The result of a replay. */
export interface Replay {
  readonly events: SessionEvent[];
  readonly records: TakeRecord[];
  /** The network's state at the end: (layer, h then c). */
  readonly state: Float32Array;
  /** Session time of the take's `end`, or of the last music in a take that was cut off. */
  readonly end: Seconds;
  /** The take has no `end`, since the program or the machine died, or it has lost records: the replay covers what it has. */
  readonly cutOff: boolean;
  /** The replay produced the tokens of the take, up to its last record. */
  readonly same: boolean;
  /** Index of the record at which the replay is known to differ; null where it does not. */
  readonly differsAt: number | null;
}

/** A take that was cut off lasts less than this after its last mark, since a session marks each second. */
const LONGEST_REST: Seconds = 3;
/** A take without marks may last this long after its last token. */
const LONGEST_SILENCE: Seconds = 60;
const TICK: Seconds = 0.001;
/** Length of a last note whose end was not sampled any more. */
const MOMENT: Seconds = 0.05;

/**
 * Replays a take from its inputs and commands alone, without a clock: with the same seed, model and parameters it gives the
 * same tokens and notes. A take that was cut off is replayed to its last record, including what was sampled ahead. The cost is
 * bounded by the length of the take, whatever times its records have.
 * Throws TAKE_BROKEN where a command is refused, or where the session plays for more than a second that has no mark.
 */
export function replayTake(take: Iterable<TakeRecord>, parts: ReplayParts): Replay {
  const records = [...take];
  const loss = firstLoss(records);
  return replayParts(loss < 0 ? records : records.slice(0, loss), parts);
}

type Restart = Extract<TakeRecord, { readonly type: 'restart' }>;

/** Ids of the notes of one session after the other: no two have the same. */
const IDS = 2 ** 32;

/** A take in which sessions went on from each other: up to each restart it is one that was cut off. */
function replayParts(take: readonly TakeRecord[], parts: ReplayParts): Replay {
  const events: SessionEvent[] = [];
  const records: TakeRecord[] = [];
  const { where = (index: number) => `Record ${index + 1}` } = parts;
  const { others = [] } = parts;
  let start: PartStart = {
    tokens: new Map([[undefined, begunWith(parts)], ...others.map(startOf)]),
  };
  for (let [from, count] = [0, 0]; ; count++) {
    const next = take.findIndex((record, index) => index >= from && record.type === 'restart');
    const restart = next < 0 ? null : (take[next] as Restart);
    const first = from;
    const replayer = new Replayer(
      take.slice(first, next < 0 ? take.length : next),
      {
        ...parts,
        ...start.parts,
        ...(start.others && { others: start.others }),
        firstId: count * IDS,
        where: (index) => where(first + index),
      },
      start.tokens,
      restart,
    );
    const outcome = replayer.run();
    for (const event of outcome.events) events.push(event);
    for (const record of outcome.records) records.push(record);
    const differsAt = outcome.differsAt === null ? null : first + outcome.differsAt;
    if (restart === null || !outcome.same) return { ...outcome, events, records, differsAt };
    const followed = replayer.followedBy(restart);
    if (followed === null) return { ...outcome, events, records, same: false, differsAt: next };
    start = followed;
    records.push(restart);
    events.push({ type: 'allOff', time: restart.time });
    from = next + 1;
  }
}

/** What a part of a take begins with. */
interface PartStart {
  /** The stream of each member (undefined: the first), start token first. */
  readonly tokens: ReadonlyMap<string | undefined, readonly number[]>;
  readonly parts?: Pick<SessionParts, 'time' | 'mode' | 'values' | 'resume'>;
  readonly others?: readonly ReplayMember[];
}

/** The tokens of a stream as its session begins, start token first. */
const begunWith = ({ codec, resume }: Pick<MemberParts, 'codec' | 'resume'>): readonly number[] =>
  resume ? Array.from(resume.tokens) : [codec.startToken];
const startOf = (member: ReplayMember) => [member.id, begunWith(member)] as const;

const SILENT = { noteOn: () => {}, noteOff: () => {}, silence: () => {} };
/** How far a band samples ahead where a take that was cut off has what was sampled ahead. */
const BAND_LOOK_AHEAD: Seconds = 0.15;

function failuresOf(take: readonly TakeRecord[]): Map<string, RejoinRecord[]> {
  const failures = new Map<string, RejoinRecord[]>();
  for (const record of take)
    if (record.type === 'rejoin')
      failures.set(record.member, [...(failures.get(record.member) ?? []), record]);
  return failures;
}

class Replayer {
  readonly #session: Session | Band;
  readonly #events: SessionEvent[] = [];
  readonly #records: TakeRecord[] = [];
  readonly #match: TakeMatch;
  #now: Seconds;
  /** Times of the last timed record and of the next. */
  #between: readonly [Seconds, Seconds];
  /** A clock mark of the replay between those times, which the take lacks. */
  #unmarked: Seconds | null = null;
  /** The checkpoints from which the next part of the take goes on, by member (undefined: the first). */
  readonly #checkpoints = new Map<string | undefined, Checkpoint>();
  #failed = false;
  /** Whether the replay has had all of the take's tokens since the last timed record; null before that record. */
  #complete: boolean | null = null;
  #differsAt: number | null = null;

  constructor(
    private readonly take: readonly TakeRecord[],
    private readonly parts: ReplayParts & Pick<SessionParts, 'firstId'>,
    tokens: PartStart['tokens'],
    /** What follows on the part that is played. */
    private readonly wanted: Restart | null,
  ) {
    this.#now = parts.time;
    this.#between = [parts.time, parts.time];
    this.#match = new TakeMatch(tokens);
    this.#session = this.#begin();
  }

  #begin(): Session | Band {
    const { marks, where, others, voices, hears, ...own } = this.parts;
    const listener = {
      emit: (event: SessionEvent) => void this.#events.push(event),
      record: (record: TakeRecord) => this.#onRecord(record),
      // So that a take that was cut off yields no more tokens than it has.
      portion: 1,
      ...(this.wanted !== null && {
        checkpoint: (made: Checkpoint, member?: string) => this.#onCheckpoint(made, member),
      }),
    };
    // Nobody hears a replay, and a metronome would click until the time of the last record, whatever that is.
    const ports = { output: SILENT, percussion: null };
    if (others === undefined) return new Session({ ...own, ...ports, ...listener });
    const first = { ...own, ...ports, ...(voices && { voices }), ...(hears && { hears }) };
    const members = [first, ...others.map((other) => ({ ...other, ...ports }))];
    const band = new Band({ ...own, ...listener, members, failures: failuresOf(this.take) });
    // A member that failed as it sampled ahead must not fail earlier here.
    band.lookAhead = 0;
    return band;
  }

  #onCheckpoint(made: Checkpoint, member: string | undefined): void {
    const { from, length } = this.#wantedOf(member) ?? {};
    if (made.time === from && made.length === length) this.#checkpoints.set(member, made);
  }

  /** From where a member goes on in the next part. */
  #wantedOf(member: string | undefined): Pick<Restart, 'from' | 'length' | 'branch'> | undefined {
    return member === undefined
      ? (this.wanted ?? undefined)
      : this.wanted?.others?.find((other) => other.member === member);
  }

  /** Whether each member stood where the next part goes on from. */
  get #stoodThere(): boolean {
    const { wanted } = this;
    if (wanted === null) return false;
    const members = [undefined, ...(wanted.others ?? []).map(({ member }) => member)];
    return members.every((member) => this.#checkpoints.has(member));
  }

  /** What the session after `restart` begins with; null where this one never stood at that checkpoint. */
  followedBy({ time, mode, values, others = [] }: Restart): PartStart | null {
    if (!this.#stoodThere) return null;
    const tokens = new Map<string | undefined, readonly number[]>();
    const resumption = (member: string | undefined) => {
      const { length, branch } = this.#wantedOf(member)!;
      tokens.set(member, this.#match.replayedTokens(member, length));
      return { checkpoint: this.#checkpoints.get(member)!, branch, tokens: tokens.get(member)! };
    };
    const parts = { time, mode, values, resume: resumption(undefined) };
    const members = this.parts.others?.map((member): ReplayMember => {
      const told = others.find((other) => other.member === member.id);
      if (told) return { ...member, mode: told.mode, values: told.values, resume: resumption(member.id) };
      const { resume: _, ...anew } = member;
      tokens.set(...startOf(anew));
      return anew;
    });
    return { tokens, parts, ...(members && { others: members }) };
  }

  #onRecord(record: TakeRecord): void {
    this.#records.push(record);
    this.#match.addReplayed(record);
    if (this.#complete !== null) this.#complete ||= this.#match.isComplete;
    const [last, next] = this.#between;
    if (record.type === 'clock' && record.time > last && record.time < next) this.#unmarked ??= record.time;
  }

  run(): Replay {
    try {
      this.#replay();
    } catch (error) {
      // The fault that ended the session is in the take, and comes again.
      if (!this.#stoodThere || (error instanceof ContinuoError && error.code === 'TAKE_BROKEN')) throw error;
      this.#failed = true;
    }
    return this.#outcome();
  }

  /** Whether nothing more is to be played: it differs, or what ended the session would not come to an end here either. */
  get #isOver(): boolean {
    return this.#differsAt !== null || (this.wanted?.hung === true && this.#stoodThere);
  }

  #replay(): void {
    const { take } = this;
    const lastTimed = take.findLastIndex(isTimed);
    for (let index = 0; index <= lastTimed && !this.#isOver; index++) {
      const record = take[index]!;
      this.#readRecord(record);
      if (!isTimed(record)) continue;
      this.#advanceTo(record.time, index);
      // The take may have been cut off amid the tokens of its last timed record: read them before it is applied.
      if (index === lastTimed) this.#readRemaining(index);
      if (!this.#isOver) this.#apply(record, index);
    }
    if (lastTimed < 0) this.#readRemaining(lastTimed);
    if (!this.#isOver && this.#cutOff) this.#replayUnmarkedEnd();
  }

  get #cutOff(): boolean {
    return this.take.at(-1)?.type !== 'end';
  }

  #readRecord(record: TakeRecord): void {
    this.#match.addRecorded(record);
  }

  #readRemaining(lastTimed: number): void {
    for (const record of this.take.slice(lastTimed + 1)) this.#readRecord(record);
    this.#complete = this.#match.isComplete;
  }

  /** Advances the session to `time`, that of the record `index`. */
  #advanceTo(time: Seconds, index: number): void {
    this.#between = [this.#now, time];
    this.#unmarked = null;
    for (let done = false; !done && !this.#isOver; ) {
      const from = this.#now;
      const due = this.#advance(time);
      done = from >= time && due > time;
      if (this.#unmarked !== null) this.#refuseMissingMark(index);
      if (this.#match.isFarAhead) this.#differsAt = index;
    }
    if (!this.#match.agree && !this.#comesAmid(index)) this.#differsAt ??= index;
    this.#match.settle();
  }

  /**
   * Whether a band goes on at the time of a record: a clock mark is recorded before what falls due then, and a failure amid it. Streams
   * are compared at the next record of another type.
   */
  #comesAmid(index: number): boolean {
    const { type } = this.take[index]!;
    return this.parts.others !== undefined && (type === 'clock' || type === 'rejoin');
  }

  /** Advances the session, then the clock to what is due next, `until` at most. Returns when that is. */
  #advance(until: Seconds): Seconds {
    const before = this.#records.length;
    const due = this.#session.advance(this.#now) ?? Number.POSITIVE_INFINITY;
    const decided = this.#records.length > before;
    // By rounding, the session may name a time that is not after `now` and do nothing: then the clock takes a small step.
    const next = due > this.#now || decided ? due : this.#now + TICK;
    this.#now = Math.max(this.#now, Math.min(next, until));
    return Math.max(due, next);
  }

  /** Refuses a take that agrees so far and lacks a clock mark; one that differs already may have other marks. */
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
    if (record.type === 'rejoin') this.#rejoin(record, index);
    if (record.type !== 'command') return;
    try {
      this.#session.command(record.command, record.time);
    } catch (error) {
      if (!(error instanceof ContinuoError)) throw error;
      throw this.#broken(index, error.message);
    }
  }

  #rejoin(record: Extract<TakeRecord, { type: 'rejoin' }>, index: number): void {
    if (!(this.#session instanceof Band))
      throw this.#broken(index, `there is no member ${record.member} in a take of one.`);
    if (!this.#session.rejoin(record)) this.#differsAt = index;
  }

  #broken(index: number, message: string): ContinuoError {
    const where = this.parts.where?.(index) ?? `Record ${index + 1}`;
    return new ContinuoError('TAKE_BROKEN', `${where}: ${message}`, 'The log was edited or damaged there.');
  }

  /** Continues after the last timed record of a take that was cut off, until its tokens that were sampled ahead have come. */
  #replayUnmarkedEnd(): void {
    const rest = this.parts.marks === false ? LONGEST_SILENCE : LONGEST_REST;
    if (this.#session instanceof Band) this.#session.lookAhead = BAND_LOOK_AHEAD;
    let [until, length] = [this.#now + rest, this.#match.replayedLength];
    this.#between = [this.#now, this.#now];
    while (!this.#complete && this.#now < until && !this.#match.isFarAhead) {
      if (this.#advance(until) === Number.POSITIVE_INFINITY) return;
      if (this.parts.marks === false && this.#match.replayedLength !== length) until = this.#now + rest;
      length = this.#match.replayedLength;
    }
  }

  #outcome(): Replay {
    const cutOff = this.#cutOff;
    const ended = this.#failed || (this.#isOver && this.#differsAt === null);
    const came = ended ? this.#match.agree : cutOff ? this.#complete === true : this.#match.equal;
    // Notes that were sampled ahead belong to a take that was cut off, up to the one that begins last.
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
