import { ContinuoError } from '../errors.js';
import type { GivenPulse } from '../music/beats/tracker.js';
import type { Seconds } from '../music/units.js';
import type { BandParts, MemberParts, RejoinRecord } from './band-parts.js';
import type { Checkpoint } from './checkpoint.js';
import { LEAD } from './commands.js';
import type { SessionEvent } from './events.js';
import type { HeardNote } from './heard-notes.js';
import type { Output, SoundingPitches } from './ledger.js';
import type { NoteEvent } from './model-notes.js';
import { Session, type SessionParts } from './session.js';
import { applyRecord, type TakeRecord } from './take.js';

/** What a member is told by its band. */
interface Place {
  readonly id: string;
  readonly index: number;
  readonly sounding: SoundingPitches;
  readonly ahead: { lookAhead: Seconds };
  readonly band: BandParts;
  /** A note of it falls due or ends. */
  readonly onDue: (note: HeardNote) => void;
  readonly record: (record: TakeRecord) => void;
  /** Whole seconds in which it plays. */
  readonly seconds: (time: Seconds) => void;
}

/** Ids of notes: each member counts in a range of its own, and again after each failure. */
const IDS = 2 ** 28;
/** Random branches that a session may have used without a token of them. */
const UNTOLD_BRANCHES = 1000;
/** One that fails again so soon begins from zero, and the third time it is left out. */
const AGAIN: Seconds = 10;
const MOST_FAILURES = 3;
const PERCUSSION = 10;

/** A member of a band: its session, and what is needed to go on where that fails. */
export class BandMember {
  session: Session;
  /** Why its session failed just now; null where it plays. */
  failure: unknown = null;
  /** It is not run any more. */
  #down = false;
  /** Its notes that sound, by id. */
  readonly #notes = new Map<number, NoteEvent>();
  #tokens: number[];
  #branch = 0;
  /** Its last checkpoints that are still part of the music. */
  #checkpoints: Checkpoint[] = [];
  #sessions = 0;
  /** Beginnings and ends of notes of the present session, and how many there are at most. */
  #played = 0;
  #most = Number.POSITIVE_INFINITY;
  readonly #failures: Seconds[] = [];
  private readonly parts: Omit<MemberParts, 'resume' | 'learnt'>;

  constructor(
    { resume, learnt, ...parts }: MemberParts,
    private readonly place: Place,
  ) {
    this.parts = parts;
    const { codec } = parts;
    this.#tokens = resume ? Array.from(resume.tokens) : [codec.startToken];
    this.#branch = resume?.branch ?? 0;
    this.session = this.#begin({ time: place.band.time, ...(resume && { resume }), learnt });
  }

  get id(): string {
    return this.place.id;
  }

  get pluginParams() {
    return this.parts.pluginParams;
  }

  /** Whether it is not run any more. */
  get isDown(): boolean {
    return this.#down;
  }

  /** As {@link Session.heardPulse}. */
  get heardPulse(): GivenPulse | null {
    return this.run((session) => session.heardPulse) ?? null;
  }

  /** As {@link Session.actsAt}. */
  get actsAt(): Seconds | null {
    return this.#down ? null : this.session.actsAt;
  }

  get #percussive(): boolean {
    const { voices = [] } = this.parts;
    return voices.length > 0 && voices.every(({ channel }) => channel === PERCUSSION);
  }

  /** Whether it hears the member of this id. */
  hears(from: string, members: readonly BandMember[]): boolean {
    if (from === this.id) return false;
    if (this.parts.hears !== undefined) return this.parts.hears.includes(from);
    return this.#percussive || !members.some((member) => member.id === from && member.#percussive);
  }

  /** Its notes that sound for the others, for another band to go on with. */
  saveNotes(): [number, NoteEvent][] {
    return [...this.#notes];
  }

  /** `out`: it failed too often, and plays no more. */
  load(notes: readonly (readonly [number, NoteEvent])[], out: boolean): void {
    for (const [id, event] of notes) this.#notes.set(id, event);
    this.#down = out;
  }

  /** Runs the session. Where its plugin's code throws, it is not run any more; undefined then. */
  run<T>(act: (session: Session) => T): T | undefined {
    if (this.#down) return undefined;
    const { index, band } = this.place;
    band.runs?.(index);
    let result: T;
    try {
      result = act(this.session);
    } catch (error) {
      this.#down = true;
      this.failure = error;
      return undefined;
    }
    band.ran?.(index);
    return result;
  }

  silenceOutput(): void {
    this.parts.output.silence();
  }

  #begin(start: Pick<SessionParts, 'time'> & Partial<SessionParts>): Session {
    const { id, index, sounding, ahead, band } = this.place;
    band.runs?.(index);
    const { clock, mayPlay, resumesSolo, closesByItself, holdsDuets, portion, firstId = 0 } = band;
    this.#played = 0;
    this.#most = band.failures?.get(id)?.[this.#sessions]?.notes ?? Number.POSITIVE_INFINITY;
    return new Session({
      ...this.parts,
      ...(clock && { clock }),
      ...(mayPlay && { mayPlay }),
      ...(portion !== undefined && { portion }),
      ...(resumesSolo !== undefined && { resumesSolo }),
      ...(closesByItself !== undefined && { closesByItself }),
      ...(holdsDuets !== undefined && { holdsDuets }),
      output: withoutSilence(this.parts.output),
      firstId: firstId + index * IDS + this.#sessions++ * 2 ** 20,
      emit: (event) => this.#emit(event),
      record: (record) => this.#record(record),
      checkpoint: (made) => this.#checkpoint(made),
      kept: (id, made) => band.kept?.(id, made, this.#member),
      moments: (id) => band.moments?.(id, this.#member),
      band: {
        ...{ id, first: index === 0, sounding },
        played: (event, note) => this.#onPlayed(event, note),
        get lookAhead() {
          return ahead.lookAhead;
        },
      },
      ...start,
    });
  }

  #onPlayed(event: NoteEvent, note: number): void {
    if (this.#played >= this.#most) {
      this.#emit({ type: 'noteOff', id: note, time: event.time });
      return;
    }
    this.#played++;
    if (event.type === 'noteOn') this.#notes.set(note, event);
    else if (!this.#notes.delete(note)) return;
    this.place.onDue({ event, from: this.id, leads: this.session.mode !== 'duet' });
  }

  get #member(): string | undefined {
    return this.place.index === 0 ? undefined : this.id;
  }

  #emit(event: SessionEvent): void {
    const told = eventOf(event, this.#member);
    if (told !== null) this.place.band.emit(told);
  }

  /** Inputs and commands are recorded once, by the band; a member's records say what came of them. */
  #record(record: TakeRecord): void {
    if (record.type === 'clock') this.place.seconds(record.time);
    const member = this.#member;
    if (!isOfMember(record)) return;
    this.#follow(record);
    this.place.record(member === undefined ? record : { ...record, member });
  }

  #follow(record: TakeRecord): void {
    applyRecord(this.#tokens, record);
    if (record.type === 'sampled') this.#branch = Math.max(this.#branch, record.branch);
    const { length } = this.#tokens;
    if (record.type === 'back' || record.type === 'zero')
      this.#checkpoints = this.#checkpoints.filter((made) => made.length <= length);
  }

  #checkpoint(made: Checkpoint): void {
    this.#checkpoints = [...this.#checkpoints.slice(-1), made];
    this.place.band.checkpoint?.(made, this.#member);
  }

  // ---------------------------------------------------------------- failure

  /** Ends what its session left sounding. Returns the events that say so. */
  endNotes(time: Seconds): SessionEvent[] {
    this.session.abandon();
    const member = this.#member;
    const events: SessionEvent[] = [{ type: 'discard', time, ...(member !== undefined && { member }) }];
    for (const [id, { pitch }] of this.#notes) {
      events.push({ type: 'noteOff', id, time });
      this.place.onDue({ event: { type: 'noteOff', time, pitch }, from: this.id, leads: false });
    }
    this.#notes.clear();
    return events;
  }

  /** Where it goes on after the failure: from the last checkpoint, from zero, or not at all. Returns the record and the event that say so. */
  goesOn(time: Seconds): { readonly record: RejoinRecord; readonly event: SessionEvent } {
    const { failure } = this;
    this.#failures.push(time);
    const late = this.#failures.filter((at) => at > time - AGAIN).length;
    const checkpoint = late > 1 ? undefined : this.#checkpoints.at(-1);
    const out = late >= MOST_FAILURES;
    const record: RejoinRecord = {
      ...{ type: 'rejoin', member: this.id, time, from: checkpoint?.time ?? time },
      ...{ length: checkpoint?.length ?? 1, branch: this.#branch + UNTOLD_BRANCHES, notes: this.#played },
      ...(out && { out: true as const }),
    };
    const known = checkpoint === undefined ? null : time - checkpoint.time;
    return { record, event: troubleOf(this.id, failure, time, out ? 'out' : known) };
  }

  #checkpointOf({ from, length }: RejoinRecord): Checkpoint | undefined {
    return this.#checkpoints.findLast((made) => made.time === from && made.length === length);
  }

  /** Whether it can go on as `record` says. */
  stoodAt(record: RejoinRecord): boolean {
    return record.length === 1 || this.#checkpointOf(record) !== undefined;
  }

  /** Goes on as `record` says. */
  rejoin(record: RejoinRecord): void {
    const { time, length, branch, out } = record;
    const checkpoint = this.#checkpointOf(record);
    this.failure = null;
    this.#down = out === true;
    const { mode, values, muted, phase, held } = this.session;
    this.#tokens.length = length;
    this.#branch = branch;
    this.#checkpoints = [];
    if (out) return;
    const resume = checkpoint && { checkpoint, branch, tokens: Int32Array.from(this.#tokens) };
    try {
      this.session = this.#begin({ time, mode, values, ...(resume && { resume }) });
    } catch (error) {
      this.failure = error;
      this.#down = true;
      return;
    }
    this.run((session) => {
      if (held) session.hold(true, time);
      if (muted) session.command({ type: 'mute', muted }, time);
      if (phase !== 'stopped') session.command({ type: 'start' }, time);
    });
  }
}

type OfMember = Extract<TakeRecord, { readonly type: 'fed' | 'sampled' | 'back' | 'zero' | 'dropped' }>;

function isOfMember(record: TakeRecord): record is OfMember {
  const { type } = record;
  return type === 'fed' || type === 'sampled' || type === 'back' || type === 'zero' || type === 'dropped';
}

/** An output whose silence is for the band to send: a member ends its own notes alone. */
function withoutSilence(output: Output): Output {
  const { channelOf } = output;
  return {
    ...(channelOf && { channelOf: (voice, part) => output.channelOf!(voice, part) }),
    noteOn: (pitch, velocity, voice, part) => output.noteOn(pitch, velocity, voice, part),
    noteOff: (pitch, channel) => output.noteOff(pitch, channel),
    silence: () => {},
  };
}

/** What a band says of an event of a member (undefined: the first): null where the first one says it for all. */
function eventOf(event: SessionEvent, member: string | undefined): SessionEvent | null {
  if (member === undefined) return event;
  switch (event.type) {
    case 'noteOff':
    case 'click':
      return event;
    case 'phase':
    case 'noteOn':
    case 'discard':
    case 'takenBack':
    case 'restored':
    case 'mode':
    case 'param':
    case 'mute':
    case 'trouble':
      return { ...event, member };
    default:
      return null;
  }
}

function troubleOf(id: string, failure: unknown, time: Seconds, known: Seconds | 'out' | null): SessionEvent {
  const why = failure instanceof Error ? failure.message : String(failure);
  const next =
    known === 'out'
      ? 'is left out, since it fails again and again: load another in its place'
      : known === null
        ? 'begins anew, without what it has heard'
        : `goes on from what it had heard up to ${known.toFixed(1)} s before`;
  const code =
    failure instanceof ContinuoError && failure.code === 'PLUGIN_HUNG' ? failure.code : 'PLUGIN_FAILED';
  const message = `The member ${id} of the band failed and ${next}; its notes are ended, and the others play on: ${why}`;
  return { type: 'trouble', time, code, message, ...(id !== LEAD && { member: id }) };
}
