import { exhausted } from '../../../../exhausted.js';
import { type OutputPort, openSystemPorts, type PortSystem } from '../../../../midi/index.js';
import type { Tap } from '../../../../model/tap/index.js';
import type { Seconds } from '../../../../music/units.js';
import { Band } from '../../../../session/band.js';
import type { MemberStands } from '../../../../session/band-parts.js';
import { CatchUp } from '../../../../session/catch-up.js';
import type { Checkpoint } from '../../../../session/checkpoint.js';
import type { SessionEvent } from '../../../../session/events.js';
import type { KeptMoment } from '../../../../session/kept-moment.js';
import { Session } from '../../../../session/session.js';
import { streamOf, type TakeRecord } from '../../../../session/take.js';
import { reportOf } from '../../../error-report.js';
import type { HostPerformer } from '../../../models/open-host-performer.js';
import { clockFrom, monotonic } from '../../clock.js';
import { Permit, withPermit } from '../../permit.js';
import { LentPort } from '../../ports/own-port/lent-port.js';
import { SentLog } from '../../ports/sent-log.js';
import { StepTimer } from '../step-timer.js';
import { PortOutput } from '../worker-output.js';
import {
  type FromWorker,
  LOST,
  type ToldMoment,
  type ToWorker,
  type WorkerStart,
} from '../worker-protocol.js';
import type { SeatHost } from './seat-host.js';

/** What a member plays with; `tap` shows its network. */
export type OpenMember = HostPerformer & { readonly tap: Tap };

/** What was made after a number of records. */
interface Made<T> {
  readonly made: T;
  readonly records: number;
}

/** How long it catches up at a time. */
const PORTION: Seconds = 0.002;

/** A session in a worker with its output: it handles messages, sends due notes, collects events, records and checkpoints. */
export class SeatSession {
  #events: SessionEvent[] = [];
  #records: TakeRecord[] = [];
  readonly #clock: () => Seconds;
  readonly #engine: StepTimer;
  readonly #output: PortOutput;
  /** null: it may always play. */
  readonly #permit: Permit | null;
  readonly #session: Session | Band;
  #system: PortSystem | null = null;
  #open = true;
  /** What the last health report counted. */
  #reported = '';
  /** Checkpoints that have not been posted yet, by member (undefined: the first, or the only one). */
  readonly #checkpoints = new Map<string | undefined, Made<Checkpoint>>();
  /** How all stood, where that is not said yet. */
  #stands: Made<readonly MemberStands[]> | null = null;
  /** How many records there were. */
  #recorded = 0;
  /** What it does again before it goes on; null: nothing any more. */
  #catchUp: CatchUp | null = null;
  #caughtUpAt: Seconds = 0;
  /** What the command `keep` keeps, by member. */
  #kept: { readonly member?: string | undefined; readonly checkpoint: Checkpoint }[] = [];
  /** The moments that may be gone back to, by id. */
  readonly #moments = new Map<string, ToldMoment>();

  constructor(
    performers: readonly OpenMember[],
    private readonly start: WorkerStart,
    { type: _, others: starts, tail, moments = [], ...begin }: Extract<ToWorker, { type: 'begin' }>,
    private readonly host: SeatHost,
  ) {
    const clock = clockFrom(start.zero);
    for (const moment of moments) this.#moments.set(moment.id, moment);
    this.#clock = clock;
    this.#permit = start.permit ? new Permit(start.permit) : null;
    const [performer, ...others] = performers as readonly [OpenMember, ...OpenMember[]];
    this.#engine = new StepTimer(performer.engine, monotonic, host.beat);
    const sent = new SentLog(start.sent);
    this.#output = new PortOutput(
      start.channel,
      () => host.say({ type: 'output', request: LOST, name: null, id: null }),
      (message, sentOn) => sent.add(message, clock(), sentOn),
      performers.map(({ voices }) => voices),
    );
    const ports = { output: this.#output, percussion: this.#output.percussion };
    const first = { ...performer, engine: this.#engine, pluginParams: performer.descriptor.params, ...ports };
    const permit = this.#permit;
    const session = {
      // What is done again is not late.
      clock: () => this.#catchUp?.now ?? clock(),
      firstId: start.firstId,
      ...(permit && { mayPlay: () => this.catchesUp || permit.holds }),
      emit: (event: SessionEvent) => this.emit(event),
      record: (record: TakeRecord) => this.#record(record),
      checkpoint: (made: Checkpoint, member?: string) =>
        void this.#checkpoints.set(member, { made, records: this.#recorded }),
      stands: (made: readonly MemberStands[]) => {
        this.#stands = { made, records: this.#recorded };
      },
      // Nobody waits for what was kept before.
      kept: (_id: string, checkpoint: Checkpoint, member?: string) =>
        this.catchesUp ? undefined : void this.#kept.push({ member, checkpoint }),
      moments: (id: string, member?: string) => this.#momentOf(id, member),
    };
    host.runs(0);
    if (others.length === 0) {
      this.#session = new Session({ ...first, ...session, ...begin });
      this.#begin(tail, begin.time);
      return;
    }
    const { time, ...ofFirst } = begin;
    const members = others.map((other, index) => ({
      ...{
        ...other,
        engine: new StepTimer(other.engine, monotonic, host.beat),
        pluginParams: other.descriptor.params,
      },
      ...{ output: this.#output.ofMember(index), percussion: this.#output.percussion },
      ...starts[index]!,
    }));
    const band = [{ ...first, ...ofFirst }, ...members];
    const watched = { runs: host.runs, ran: (member: number) => this.#ran(member) };
    this.#session = new Band({ ...session, ...watched, time, members: band });
    this.#begin(tail, time);
  }

  // ---------------------------------------------------------------- catching up

  #begin(tail: Extract<ToWorker, { type: 'begin' }>['tail'], from: Seconds): void {
    if (!tail) {
      // Whoever goes on from its take needs it for the first turn.
      this.#stand();
      return;
    }
    this.#catchUp = new CatchUp(this.#session, { ...tail, from });
    this.#caughtUpAt = this.#clock();
    this.#tellStanding(from);
  }

  /** Says how its members stand, to those who have heard nothing of it yet. */
  #tellStanding(time: Seconds): void {
    for (const { session, member } of this.#members) {
      const of = member !== undefined && { member };
      this.emit({ type: 'phase', time, phase: session.phase, ...of });
      this.emit({ type: 'mode', time, mode: session.mode, ...of });
      if (session.muted) this.emit({ type: 'mute', time, muted: true, ...of });
    }
  }

  get #members(): { readonly session: Session; readonly member: string | undefined }[] {
    if (this.#session instanceof Session) return [{ session: this.#session, member: undefined }];
    return this.#session.sessions;
  }

  /** Whether it does again what happened before; it hears nothing until then. */
  get catchesUp(): boolean {
    return this.#catchUp !== null;
  }

  /** Does a little of what is to be done again. */
  #goAfter(catchUp: CatchUp): void {
    const began = monotonic();
    while (catchUp.step()) {
      this.host.beat();
      if (monotonic() - began < PORTION) continue;
      this.#caughtUpAt = this.#clock();
      return;
    }
    this.stopCatchingUp();
  }

  /** It goes on from where it has come: what was under way ends, keys that were down then are not held any more. */
  stopCatchingUp(): void {
    const catchUp = this.#catchUp;
    if (catchUp === null) return;
    this.#catchUp = null;
    if (catchUp.failure) this.host.say({ type: 'refused', error: reportOf(catchUp.failure) });
    const session = this.#session;
    const now = Math.max(catchUp.now, this.#clock());
    session.pause(now, catchUp.now);
    const first = this.#members[0]!.session;
    const { held, pedal } = first.playerHolds;
    for (const pitch of held) session.input({ type: 'noteOff', time: now, pitch });
    if (pedal) session.input({ type: 'pedal', time: now, down: false });
    if (first.held) session.hold(false, now);
  }

  /** In a band, memory is measured after each run of a plugin that others wrote, so that the one that took it is named. */
  #ran(member: number): void {
    if (this.start.foreign.includes(member)) this.host.measure();
  }

  #record(record: TakeRecord): void {
    this.#records.push(record);
    this.#recorded++;
    const length =
      record.type === 'back' || record.type === 'rejoin'
        ? record.length
        : record.type === 'zero'
          ? 1
          : Number.POSITIVE_INFINITY;
    const member = streamOf(record);
    const checkpoint = this.#checkpoints.get(member);
    if (checkpoint && checkpoint.made.length > length) this.#checkpoints.delete(member);
    const stood = this.#stands?.made.find((one) => one.member === member);
    if (stood && stood.checkpoint.length > length) this.#stands = null;
  }

  emit(event: SessionEvent): void {
    this.#events.push(event);
  }

  /** Whether it goes on: nobody has closed it. */
  get isOpen(): boolean {
    return this.#open;
  }

  // ---------------------------------------------------------------- the clock

  /** When a note falls due or the turn changes hands; null where neither does by itself. */
  get dueAt(): Seconds | null {
    return this.#catchUp ? null : this.#session.dueAt;
  }

  /** From when on it samples ahead; null where it does not. */
  get plansAt(): Seconds | null {
    // Who is behind with what is to be heard soon goes before it.
    return this.#catchUp ? this.#caughtUpAt : this.#session.plansAt;
  }

  /** Does what is due. `portion`: how many tokens it samples ahead at most; default: a usual portion. */
  advance(portion?: number): void {
    if (this.#catchUp) this.#goAfter(this.#catchUp);
    else this.#session.advance(this.#clock(), portion);
  }

  /** Nothing ran for `slept` seconds. */
  pause(slept: Seconds): void {
    const time = this.#clock();
    if (this.#catchUp || !this.#session.pause(time)) return;
    const message = `Nothing ran for ${slept.toFixed(0)} s (the machine slept, or the program was stopped): the turn was ended.`;
    this.emit({ type: 'trouble', time, code: 'SESSION_PAUSED', message });
  }

  // ---------------------------------------------------------------- messages

  take(message: ToWorker): void {
    switch (message.type) {
      case 'input':
        this.#session.input(message.event);
        if (message.event.type === 'pedal' && this.#sendsOn) this.#output.pedal(message.event.down);
        return;
      case 'moved':
        if (this.#sendsOn) this.#output.move(message.message);
        return;
      case 'command':
        this.#command(message);
        return;
      case 'hold':
        this.#session.hold(message.held, message.time);
        return;
      case 'follow':
        this.#follow(message.follows);
        return;
      case 'moment':
        this.#moments.set(message.id, message);
        return;
      case 'output':
        if (message.again) this.#output.lose();
        else this.#session.command({ type: 'allOff' }, this.#clock());
        void this.#connect(message);
        return;
      case 'begin': // said once, before the session is there
        return;
      case 'close':
        this.#session.command({ type: 'stop' }, this.#clock());
        if (message.takeEnds) this.#record({ type: 'end', time: this.#clock() });
        this.#open = false;
        return;
      default:
        exhausted(message);
    }
  }

  #follow(follows: boolean): void {
    const session = this.#session;
    session.keepsHistory = follows;
    if (follows) this.#stand();
  }

  /** Says how it stands now. */
  #stand(): void {
    const session = this.#session;
    const made =
      session instanceof Band ? session.standing() : [{ member: undefined, checkpoint: session.standing() }];
    this.#stands = { made, records: this.#recorded };
  }

  /** Whether the player's notes go to the output too. */
  get #sendsOn(): boolean {
    return this.#session.values.thru === true && this.#session.phase !== 'stopped';
  }

  #command({ command, time }: Extract<ToWorker, { type: 'command' }>): void {
    try {
      this.#session.command(command, time);
    } catch (error) {
      this.host.say({ type: 'refused', error: reportOf(error) });
    }
    if (command.type === 'keep') this.#tellKept(command.id);
    // A recall replaces the one that waits for the end of a phrase.
    if (command.type === 'recall')
      for (const id of this.#moments.keys()) if (id !== command.id) this.#moments.delete(id);
    if (!this.#sendsOn) this.#output.rest();
  }

  #momentOf(id: string, member: string | undefined): KeptMoment | undefined {
    const moment = this.#moments.get(id);
    const of = moment?.of.find((one) => one.member === member);
    return moment && of && { resumption: of.resumption, own: moment.own };
  }

  /** What came before is told first: the tokens up to the moment are among it. */
  #tellKept(id: string): void {
    const batch = this.report();
    if (batch) this.host.say(batch);
    const of = this.#kept.splice(0);
    if (!this.#postIfData(of, (kept) => this.host.post({ type: 'kept', id, of: kept })))
      this.host.say({ type: 'kept', id, of: [] });
  }

  async #connect(asked: Extract<ToWorker, { type: 'output' }>): Promise<void> {
    this.host.waits(1);
    const output = this.#output;
    const answer = () =>
      ({ type: 'output', request: asked.request, name: output.name, id: output.id }) as const;
    try {
      const port = await this.#port(asked);
      output.use(port && this.#permit ? withPermit(port, this.#permit) : port);
      this.host.say(answer());
    } catch (error) {
      this.host.say({ ...answer(), error: reportOf(error) });
    } finally {
      this.host.waits(-1);
    }
  }

  async #port({ name, lent }: Extract<ToWorker, { type: 'output' }>): Promise<OutputPort | null> {
    if (lent) return new LentPort(lent);
    if (name === null) return null;
    this.#system ??= await openSystemPorts(this.#clock);
    return this.#system.openOutput(name);
  }

  // ---------------------------------------------------------------- reports

  /** Reports how punctual it was, where something has been played since the last report. */
  tellHealth(): void {
    const { lateness, sent, late, dropped } = this.#session.health();
    const counted = `${sent} ${late} ${dropped} ${this.#engine.steps}`;
    if (counted === this.#reported) return;
    this.#reported = counted;
    const { notes, atOnce } = this.#session.takeLatenesses();
    this.emit({
      ...{ type: 'health', time: this.#clock(), step: this.#engine.median(), lateness, late, dropped },
      ...{ notes: notes.map(toMicroseconds), atOnce: atOnce.map(toMicroseconds) },
    });
  }

  /** How late its notes are as a rule. */
  get lateness(): Seconds {
    return this.#session.health().lateness.p50;
  }

  /** What it has to say since the last call; null where that is nothing. */
  report(): Extract<FromWorker, { type: 'batch' }> | null {
    if (this.#events.length + this.#records.length === 0) return null;
    const batch = { type: 'batch', events: this.#events, records: this.#records } as const;
    this.#events = [];
    this.#records = [];
    return batch;
  }

  /** Whether it has checkpoints to post. */
  get hasCheckpoints(): boolean {
    return this.#checkpoints.size > 0 || this.#stands !== null;
  }

  postCheckpoints(): void {
    for (const [member, { made, records }] of this.#checkpoints)
      this.#postIfData(made, (checkpoint) =>
        this.host.post({ type: 'checkpoint', checkpoint, member, records }),
      );
    this.#checkpoints.clear();
    if (this.#stands === null) return;
    const { made, records } = this.#stands;
    this.#stands = null;
    this.#postIfData(made, (of) => this.host.post({ type: 'stands', of, records }));
  }

  /** Its last words: it leaves the output, and says how it stood. */
  end(): void {
    this.#output.use(null);
    const own = this.#checkpoints.get(undefined)?.made ?? null;
    this.#checkpoints.delete(undefined);
    this.postCheckpoints();
    const closed = (checkpoint: Checkpoint | null) => this.host.post({ type: 'closed', checkpoint });
    if (own === null || !this.#postIfData(own, closed)) closed(null);
  }

  /**
   * Posts a checkpoint, or several. Returns false where it cannot be cloned, because a plugin's stream gives snapshots that are not data; nothing
   * can then resume from them.
   */
  #postIfData<Data>(data: Data, send: (data: Data) => void): boolean {
    try {
      send(data);
      return true;
    } catch (error) {
      if (error instanceof DOMException || error instanceof RangeError) return false;
      throw error;
    }
  }

  /** Gives back the states of its networks. */
  free(): void {
    this.#session.free();
  }
}

/** A time in whole microseconds, which is short to write down. */
const toMicroseconds = (time: Seconds): Seconds => Math.round(1e6 * time) / 1e6;
