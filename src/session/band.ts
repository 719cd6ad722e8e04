import { ContinuoError } from '../errors.js';
import type { PerformanceEvent } from '../music/note.js';
import type { Seconds } from '../music/units.js';
import type { ParamSpecs, ParamValue } from '../plugin/params.js';
import { BandMember } from './band-member.js';
import type { BandParts, MemberStands, RejoinRecord } from './band-parts.js';
import { MOST_MEMBERS } from './band-size.js';
import { CHECKPOINT_EVERY } from './checkpoint.js';
import { checkCommand, LEAD, type Mode, memberOf, type SessionCommand } from './commands.js';
import type { SessionEvent, SessionPhase } from './events.js';
import type { HeardNote } from './heard-notes.js';
import { requireMoment } from './kept-moment.js';
import type { SoundingPitches } from './ledger.js';
import { MEMBER_PARAMS, SESSION_PARAMS } from './params.js';
import type { Latenesses } from './scheduler.js';
import type { Session } from './session.js';
import { SharedPulse } from './shared-pulse.js';
import type { TakeRecord } from './take.js';
import type { BandState } from './turn-state.js';

/** Notes that answer each other at one instant are heard in so many rounds; what is left is heard a moment later. */
const MOST_ROUNDS = 4;
const MOMENT: Seconds = 0.01;
/** The plan of a member that is heard by others, and hears them, is discarded with each note: it is kept short. */
const LOOK_AHEAD: Seconds = 0.15;
/** Commands after which it is said how all stand: what came before is not gone back to any more. */
const FORGETTING: ReadonlySet<SessionCommand['type']> = new Set([
  'stop',
  'takeBack',
  'again',
  'reset',
  'recall',
]);
/** A clock that does not move on by itself is moved on. */
const TICK: Seconds = 0.001;

/**
 * A session of several members, each a plugin with its model, who hear the player and each other. The player's events go to all; a
 * member's note is heard by the others when it falls due. As with {@link Session}, what is played depends on the times of the calls'
 * arguments alone: {@link advance} goes from one due time to the next, and what falls due at one time goes by the order of the members.
 * Members take turns with the player, not with each other.
 *
 * @example
 * const members = [{ ...piano, output, mode: 'answer' }, { id: 'drums', ...drums, output, mode: 'duet' }] as const;
 * const band = new Band({ members, time: 0, emit: console.log, record: () => {} });
 * band.command({ type: 'start' }, 0);
 * band.input({ type: 'noteOn', time: 0.5, pitch: 60, velocity: 80 });
 * const wakeAt = band.advance(0.6);
 */
export class Band {
  readonly #members: readonly BandMember[];
  readonly #sounding: SoundingPitches = new Map();
  #now: Seconds;
  /** Notes that have fallen due, or ended, and are not heard yet. */
  #due: HeardNote[] = [];
  /** When {@link #due} is heard, where that is later than the present step. */
  #heardAt: Seconds | null = null;
  /** Id of the moment that all go back to when the turn or phrase under way is over. */
  #recallsNext: string | null = null;
  /** The last second that was recorded. */
  #marked = Number.NEGATIVE_INFINITY;
  /** Whether members sample ahead of the clock; the music does not depend on it. */
  readonly #ahead = { lookAhead: LOOK_AHEAD };
  readonly #specs: Readonly<Record<string, ParamSpecs>>;
  readonly #pulse = new SharedPulse();
  /** When it said last how it stands, whether somebody has played since, and whether it is to say it at the next step. */
  #stoodAt: Seconds;
  #playedOn = false;
  #standsDue = false;

  /** Throws MEMBER_UNKNOWN where two members have one id, or there are none or too many. */
  constructor(private readonly parts: BandParts) {
    if (parts.members.length === 1) this.#ahead.lookAhead = Number.POSITIVE_INFINITY;
    const ids = parts.members.map(({ id }, index) => (index === 0 ? LEAD : (id ?? '')));
    checkIds(ids);
    this.#now = parts.time;
    this.#stoodAt = parts.time;
    this.#members = parts.members.map(
      (member, index) =>
        new BandMember(member, {
          ...{ id: ids[index]!, index, sounding: this.#sounding, ahead: this.#ahead },
          ...{ band: parts, onDue: (note) => this.#due.push(note), record: (record) => this.#record(record) },
          seconds: (time) => this.#mark(time),
        }),
    );
    const [, ...others] = this.#members;
    this.#specs = Object.fromEntries(
      others.map(({ id, pluginParams }) => [id, { ...pluginParams, ...MEMBER_PARAMS }]),
    );
    const { resume } = parts.members[0]!;
    if (resume?.same && resume.checkpoint.turn?.band) this.#goOn(resume.checkpoint.turn.band);
  }

  /** Is the band that stood so. */
  #goOn({ due, heardAt, marked, recallsNext, pulse, notes, out }: BandState): void {
    this.#due = [...due];
    this.#heardAt = heardAt;
    this.#marked = marked ?? Number.NEGATIVE_INFINITY;
    this.#recallsNext = recallsNext;
    this.#pulse.load(pulse, this.#members);
    const sounding = new Map(notes);
    for (const member of this.#members) member.load(sounding.get(member.id) ?? [], out.includes(member.id));
  }

  /** How all stand at the present time, for a band that is to be the same. Members that are not run any more are left out. */
  standing(): MemberStands[] {
    const of: MemberStands[] = [];
    for (const member of this.#members) {
      const checkpoint = member.run((session) => session.standing());
      const id = member === this.#lead ? undefined : member.id;
      if (checkpoint) of.push({ member: id, checkpoint });
    }
    return of.map((one) => {
      const { turn } = one.checkpoint;
      const withBand = turn && one.member === undefined && { turn: { ...turn, band: this.#saved() } };
      return withBand ? { ...one, checkpoint: { ...one.checkpoint, ...withBand } } : one;
    });
  }

  #saved(): BandState {
    return {
      ...{ due: [...this.#due], heardAt: this.#heardAt, recallsNext: this.#recallsNext },
      ...{ marked: Number.isFinite(this.#marked) ? this.#marked : null, pulse: this.#pulse.save() },
      notes: this.#members.map((member) => [member.id, member.saveNotes()]),
      out: this.#members.flatMap(({ isDown, id }) => (isDown ? [id] : [])),
    };
  }

  /** As {@link Session.keepsHistory}. */
  set keepsHistory(keeps: boolean) {
    for (const { session } of this.#members) session.keepsHistory = keeps;
  }

  /** Says how all stand, where that is due. */
  #stand(): void {
    const { stands } = this.parts;
    if (!stands) return;
    const plays = this.#members.some(({ isDown, session: { phase } }) => {
      return !isDown && phase !== 'waiting' && phase !== 'stopped';
    });
    const rests = this.#playedOn && !plays;
    this.#playedOn = plays;
    const due = this.#standsDue || rests || (plays && this.#now >= this.#stoodAt + CHECKPOINT_EVERY);
    if (!due) return;
    this.#standsDue = false;
    this.#stoodAt = this.#now;
    const of = this.standing();
    if (of[0]?.member === undefined) stands(of);
  }

  get #lead(): BandMember {
    return this.#members[0]!;
  }

  /** The first member's. */
  get phase(): SessionPhase {
    return this.#lead.session.phase;
  }

  get mode(): Mode {
    return this.#lead.session.mode;
  }

  get values(): Readonly<Record<string, ParamValue>> {
    return this.#lead.session.values;
  }

  /** A copy of the first member's network state. */
  state(): Float32Array {
    return this.#lead.session.state();
  }

  /** The sessions of all, the first one first, to look at. `member` is undefined for the first. */
  get sessions(): { readonly session: Session; readonly member: string | undefined }[] {
    return this.#members.map(({ session, id }, index) => ({
      session,
      member: index === 0 ? undefined : id,
    }));
  }

  /** The session of a member, to look at. undefined: there is none of this id. */
  member(id: string): Session | undefined {
    return this.#members.find((member) => member.id === id)?.session;
  }

  /** How far ahead of the clock the members sample at most. */
  set lookAhead(seconds: Seconds) {
    this.#ahead.lookAhead = seconds;
  }

  /** How punctual the notes of all were: see {@link Session.health}. */
  health(): ReturnType<Session['health']> {
    const all = this.#members.map(({ session }) => session.health());
    const sum = (of: (one: (typeof all)[number]) => number) => all.reduce((count, one) => count + of(one), 0);
    const most = (of: (one: (typeof all)[number]) => number) => Math.max(...all.map(of));
    return {
      lateness: { p50: most(({ lateness }) => lateness.p50), p99: most(({ lateness }) => lateness.p99) },
      ...{
        sent: sum(({ sent }) => sent),
        late: sum(({ late }) => late),
        dropped: sum(({ dropped }) => dropped),
      },
    };
  }

  /** How late each note of the members was since the last call. */
  takeLatenesses(): Latenesses {
    const all = this.#members.map(({ session }) => session.takeLatenesses());
    return { notes: all.flatMap(({ notes }) => notes), atOnce: all.flatMap(({ atOnce }) => atOnce) };
  }

  // ---------------------------------------------------------------- the clock

  /** As {@link Session.advance}: does what is due by `now`, in order, and returns the time at which to call it again. */
  advance(now: Seconds, portion?: number): Seconds | null {
    const until = Math.max(this.#now, now);
    for (let due = this.#actsAt; due !== null && due < until && this.#now < until; due = this.#actsAt)
      this.#step(due > this.#now ? due : Math.min(this.#now + TICK, until), portion);
    const wake = this.#step(until, portion);
    const acts = this.#actsAt;
    return wake === null ? acts : acts === null ? wake : Math.min(wake, acts);
  }

  /** The next time at which anybody may play or change the turn, or a note is heard. */
  get #actsAt(): Seconds | null {
    let next = this.#due.length > 0 ? this.#heardAt : null;
    for (const { actsAt } of this.#members)
      if (actsAt !== null && (next === null || actsAt < next)) next = actsAt;
    return next;
  }

  /** As {@link Session.dueAt}. */
  get dueAt(): Seconds | null {
    let next = this.#actsAt;
    for (const member of this.#members) {
      const due = member.isDown ? null : member.session.dueAt;
      if (due !== null && (next === null || due < next)) next = due;
    }
    return next;
  }

  /** As {@link Session.plansAt}. */
  get plansAt(): Seconds | null {
    let next: Seconds | null = null;
    for (const member of this.#members) {
      const plans = member.isDown ? null : member.session.plansAt;
      if (plans !== null && (next === null || plans < next)) next = plans;
    }
    return next;
  }

  /** As {@link Session.free}. */
  free(): void {
    for (const { session } of this.#members) session.free();
  }

  /** All do what is due at `time`, then hear it of each other. Returns when a member asks to be called again. */
  #step(time: Seconds, portion?: number): Seconds | null {
    this.#now = time;
    let wake: Seconds | null = null;
    for (const member of this.#members) {
      const next = member.run((session) => session.advance(time, portion)) ?? null;
      if (next !== null && (wake === null || next < wake)) wake = next;
    }
    this.#settle();
    if (this.#recallsNext === null || !this.#leadRests) {
      this.#stand();
      return wake;
    }
    this.#recallNow(this.#recallsNext);
    return time;
  }

  /** Has everybody hear what fell due, then lets those who failed go on. */
  #settle(): void {
    this.#hear();
    if (this.#members.length > 1) this.#pulse.update(this.#members, this.#now);
    const failed = () => this.#members.find(({ failure }) => failure !== null);
    for (let member = failed(); member; member = failed()) this.#recover(member);
  }

  #hear(): void {
    if (this.#heardAt !== null && this.#now < this.#heardAt) return;
    this.#heardAt = null;
    for (let round = 0; this.#due.length > 0; round++) {
      if (round === MOST_ROUNDS) {
        this.#heardAt = this.#now + MOMENT;
        return;
      }
      const notes = this.#due;
      this.#due = [];
      for (const member of this.#members) {
        const heard = notes.filter((note) => member.hears(note.from, this.#members));
        if (heard.length > 0) member.run((session) => session.hear(heard, this.#now));
      }
    }
  }

  /** As {@link Session.pause}. */
  pause(until: Seconds, time: Seconds = this.#now): boolean {
    this.advance(time);
    this.parts.record({ type: 'pause', time: this.#now, until });
    const at = this.#now;
    let cut = false;
    for (const member of this.#members) if (member.run((session) => session.pause(until, at))) cut = true;
    this.#now = Math.max(at, until);
    this.#settle();
    this.advance(this.#now);
    return cut;
  }

  // ---------------------------------------------------------------- the player and the user

  /** Takes an event of the player, which goes to all. */
  input(event: PerformanceEvent): void {
    this.advance(event.time);
    const timed = { ...event, time: this.#now };
    this.parts.record({ type: 'input', time: this.#now, event: timed });
    this.#all((session) => session.input(timed));
  }

  hold(held: boolean, time: Seconds): void {
    this.advance(time);
    this.parts.record({ type: 'hold', time: this.#now, held });
    this.#all((session) => session.hold(held, this.#now));
  }

  /** Obeys a command. Throws PARAM_UNKNOWN, PARAM_VALUE, MODE_UNKNOWN or MEMBER_UNKNOWN, and changes nothing then. */
  command(command: SessionCommand, time: Seconds): void {
    checkCommand(command, { ...this.#lead.pluginParams, ...SESSION_PARAMS }, this.#specs);
    if (command.type === 'recall') requireMoment(command.id, this.parts.moments?.(command.id, undefined));
    this.advance(time);
    this.parts.record({ type: 'command', time: this.#now, command });
    if (command.type === 'recall') this.#recall(command);
    const own = withoutMember(command);
    for (const member of this.#members)
      if (isFor(command, member)) member.run((session) => session.command(own, this.#now));
    this.#settle();
    if (command.type === 'stop' || command.type === 'allOff') this.#lead.silenceOutput();
    if (FORGETTING.has(command.type)) this.#standsDue = true;
    this.advance(this.#now);
  }

  /** All go back at once: now, or when the first member's turn or the phrase under way is over. */
  #recall({ id, when }: Extract<SessionCommand, { type: 'recall' }>): void {
    this.#recallsNext = id;
    if (when === undefined || this.#leadRests) this.#recallNow(id);
  }

  get #leadRests(): boolean {
    return this.phase === 'waiting' || this.phase === 'stopped';
  }

  /** A member that the moment does not know plays on as it is. */
  #recallNow(id: string): void {
    this.#recallsNext = null;
    for (const member of this.#members) {
      const known = this.parts.moments?.(id, member.id === LEAD ? undefined : member.id) !== undefined;
      if (known) member.run((session) => session.command({ type: 'recall', id }, this.#now));
    }
    this.#settle();
  }

  #all(act: (session: Session) => void): void {
    for (const member of this.#members) member.run(act);
    this.#settle();
    this.advance(this.#now);
  }

  // ---------------------------------------------------------------- records

  #record(record: TakeRecord): void {
    this.parts.record(record);
  }

  /** Records a second in which a member plays; several may name it. */
  #mark(time: Seconds): void {
    if (time <= this.#marked) return;
    this.#marked = time;
    this.parts.record({ type: 'clock', time });
  }

  // ---------------------------------------------------------------- a member that fails

  #recover(member: BandMember): void {
    this.#endNotes(member);
    if (this.parts.failures) {
      member.failure = null;
      return;
    }
    const { record, event } = member.goesOn(this.#now);
    this.#record(record);
    this.#emit(event);
    member.rejoin(record);
    this.#pulse.tell(member, this.#now);
  }

  /** A member that failed goes on as a take tells it. Returns false where it never stood there. */
  rejoin(record: RejoinRecord): boolean {
    this.advance(record.time);
    const member = this.#members.find(({ id }) => id === record.member);
    if (!member?.stoodAt(record)) return false;
    this.#endNotes(member);
    this.#record(record);
    member.rejoin(record);
    this.#pulse.tell(member, this.#now);
    this.#settle();
    this.advance(this.#now);
    return true;
  }

  /** Ends what a member that failed left sounding, for the output, the listeners, and those who heard it. */
  #endNotes(member: BandMember): void {
    for (const event of member.endNotes(this.#now)) this.#emit(event);
    this.#hear();
  }

  #emit(event: SessionEvent): void {
    this.parts.emit(event);
  }
}

function checkIds(ids: readonly string[]): void {
  const twice = ids.find((id, index) => id === '' || ids.indexOf(id) !== index);
  if (twice === undefined && ids.length > 0 && ids.length <= MOST_MEMBERS) return;
  throw new ContinuoError(
    'MEMBER_UNKNOWN',
    twice === undefined
      ? `A band has 1 to ${MOST_MEMBERS} members, not ${ids.length}.`
      : `The members of a band have ids of their own, but ${JSON.stringify(twice)} is none, or comes twice.`,
  );
}

/** The command as a member's session takes it. */
function withoutMember(command: SessionCommand): SessionCommand {
  if (!('member' in command)) return command;
  const { member: _, ...own } = command;
  return own;
}

/** Whom a command is for: see {@link SessionCommand}. */
function isFor(command: SessionCommand, { id, session }: BandMember): boolean {
  const named = 'member' in command && command.member !== undefined;
  const first = id === LEAD;
  if (named) return (memberOf(command) ?? LEAD) === id;
  switch (command.type) {
    case 'mode':
    case 'param':
    case 'mute':
      return first;
    case 'takeBack':
    case 'again':
      return first || (session.mode !== 'duet' && session.mode !== 'solo');
    case 'recall':
      return false; // the band sees to it
    default:
      return true;
  }
}
