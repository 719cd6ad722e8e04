import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { Seconds } from '../../../../music/units.js';
import { reportOf } from '../../../error-report.js';
import { takeShare } from '../../../takes/share.js';
import { monotonic } from '../../clock.js';
import { Pauses } from '../../pauses.js';
import { MemoryBound } from '../memory-bound.js';
import { BEATS, BELL, RUNNING, SEAT } from '../worker-protocol.js';
import { DueTimes } from './due-times.js';
import {
  ALL_SEATS,
  type FromSeat,
  type PoolWorkerStart,
  type SeatMessage,
  type ToSeat,
} from './pool-protocol.js';
import { Seat } from './seat.js';
import type { SeatHost } from './seat-host.js';
import { SharedPerformers } from './shared-performers.js';
import { WorkFigures } from './work-figures.js';

/** Interval of health reports, and the longest sleep: the event loop turns at least that often. */
const HEALTH: Seconds = 1;
const LONGEST_SLEEP: Seconds = 0.25;
/** The same while somebody waits for a file or a port, which the event loop brings. */
const SHORT_SLEEP: Seconds = 0.001;
/**
 * A checkpoint is copied to the I/O thread only if nothing is due for this long, and for twice as long as recent copies took; where a
 * worker is never idle for so long, when it has waited for a while.
 */
const CHECKPOINT_SLACK: Seconds = 0.005;
const CHECKPOINT_WAITS: Seconds = 1;
/** Most messages taken in one turn, and how long a turn works at most before it reports. */
const SHARE = 256;
const TURN: Seconds = 0.004;

/**
 * The sessions of a worker. Each has a place, its seat. In a turn of the event loop the most urgent goes first: notes that are due, of all
 * sessions, then messages, one a session, then sampling ahead, a portion a session. So none delays another by more than a portion.
 */
export class Seats {
  readonly #bell: Int32Array;
  readonly #figures: WorkFigures;
  readonly #pauses = new Pauses(monotonic);
  readonly #memory = new MemoryBound(monotonic, undefined, () => this.#seats.size);
  readonly #shared = new SharedPerformers(() => !this.#anyPlays);
  readonly #seats = new Map<number, Seat>();
  readonly #due = new DueTimes();
  readonly #plans = new DueTimes();
  /** Seats with messages, in the order in which they are heard. */
  readonly #mail = new Set<Seat>();
  /** Seats that ran in this turn; since the last health report; with checkpoints to post, and since when. */
  readonly #ran = new Set<Seat>();
  readonly #active = new Set<Seat>();
  readonly #unsaved = new Map<Seat, Seconds>();
  #outbox: SeatMessage<FromSeat>[] = [];
  #nextHealth = monotonic();
  /** How long a checkpoint takes to copy, at worst of late. */
  #copying: Seconds = 0;
  /** How many things are waited for that the event loop brings. */
  #waiting = 0;

  constructor(
    private readonly port: MessagePort,
    start: PoolWorkerStart,
  ) {
    this.#bell = new Int32Array(start.bell);
    this.#figures = new WorkFigures(start.figures);
  }

  get #anyPlays(): boolean {
    for (const seat of this.#seats.values()) if (seat.plays) return true;
    return false;
  }

  #beat = () => void Atomics.add(this.#bell, BEATS, 1);

  // ---------------------------------------------------------------- turns

  /** Runs a turn. What throws here is no session's: it is the end of all. */
  next(): void {
    try {
      this.#turn();
    } catch (error) {
      this.#say(ALL_SEATS, { type: 'died', error: reportOf(error) });
      this.#flush();
      this.port.close();
    }
  }

  /** Works until nothing is due, or for a while; then reports, and sleeps until the next turn. */
  #turn(): void {
    const heard = Atomics.load(this.#bell, BELL);
    const began = monotonic();
    this.#beat();
    const more = takeShare(
      SHARE,
      () => receiveMessageOnPort(this.port),
      ({ message }) => this.#route(message as SeatMessage<ToSeat>),
    );
    let works = this.#work();
    while (works && this.#goesOn(heard, began)) works = this.#work();
    this.#report();
    this.#memory.look();
    this.#figures.worked(monotonic() - began);
    this.#sleep(heard, more || works || this.#mail.size > 0);
  }

  /** Whether the turn does more before it reports. What one alone has done is reported at once. */
  #goesOn(heard: number, began: Seconds): boolean {
    const alone = this.#seats.size === 1 && this.#mail.size === 0;
    return !alone && monotonic() - began < TURN && Atomics.load(this.#bell, BELL) === heard;
  }

  #route({ seat: id, told }: SeatMessage<ToSeat>): void {
    if (told.type === 'open') {
      const opened = new Seat(id, told.start, this.#hostOf(id));
      this.#seats.set(id, opened);
      void opened.load(this.#shared).then(() => this.#ran.add(opened));
      return;
    }
    const seat = this.#seats.get(id);
    if (!seat) return;
    seat.told(told);
    if (seat.hasMail) this.#mail.add(seat);
  }

  /** Does what is most urgent. Returns false where there is nothing to do now. */
  #work(): boolean {
    const { slept } = this.#pauses.look();
    if (slept > 0) for (const seat of this.#seats.values()) this.#run(seat, () => seat.session?.pause(slept));
    const now = monotonic();
    const due = this.#due.first(now);
    if (due !== undefined) {
      // One alone goes on sampling at once; several first send what is due.
      const portion = this.#seats.size > 1 ? 0 : undefined;
      const seat = this.#seats.get(due)!;
      this.#run(seat, () => seat.advance(portion));
      return true;
    }
    const [mailed] = this.#mail;
    if (mailed) {
      this.#mail.delete(mailed);
      this.#run(mailed, () => mailed.hear());
      return true;
    }
    const plans = this.#plans.first(now);
    if (plans === undefined) return false;
    const seat = this.#seats.get(plans)!;
    this.#run(seat, () => seat.advance());
    return true;
  }

  /** Runs code of one session. Where it throws, that session ends. */
  #run(seat: Seat, act: () => void): void {
    Atomics.store(this.#bell, SEAT, seat.id);
    this.#ran.add(seat);
    try {
      act();
    } catch (error) {
      this.#died(seat, error);
      return;
    }
    this.#schedule(seat);
  }

  #schedule(seat: Seat): void {
    this.#due.set(seat.id, seat.dueAt);
    this.#plans.set(seat.id, seat.plansAt);
    if (seat.hasMail) this.#mail.add(seat);
    if (seat.isOver) this.#remove(seat);
  }

  #died(seat: Seat, error: unknown): void {
    this.#tell(seat);
    this.#say(seat.id, { type: 'died', error: reportOf(error) });
    seat.leave();
    this.#remove(seat);
  }

  #remove(seat: Seat): void {
    this.#due.set(seat.id, null);
    this.#plans.set(seat.id, null);
    this.#seats.delete(seat.id);
    for (const set of [this.#mail, this.#active, this.#unsaved]) set.delete(seat);
  }

  // ---------------------------------------------------------------- reports

  #hostOf(seat: number): SeatHost {
    return {
      say: (said) => this.#say(seat, said),
      post: (said) => {
        this.#flush();
        this.port.postMessage([{ seat, told: said } satisfies SeatMessage<FromSeat>]);
      },
      beat: this.#beat,
      runs: (member) => void Atomics.store(this.#bell, RUNNING, member),
      measure: () => this.#memory.measure(),
      waits: (change) => {
        this.#waiting += change;
      },
    };
  }

  #say(seat: number, told: FromSeat): void {
    this.#outbox.push({ seat, told });
  }

  #flush(): void {
    if (this.#outbox.length === 0) return;
    this.port.postMessage(this.#outbox);
    this.#outbox = [];
  }

  #tell(seat: Seat): void {
    const batch = seat.session?.report();
    if (batch) this.#say(seat.id, batch);
  }

  #report(): void {
    for (const seat of this.#ran) {
      this.#active.add(seat);
      if (seat.isOver) this.#remove(seat);
      else if (seat.session?.hasCheckpoints && !this.#unsaved.has(seat)) this.#unsaved.set(seat, monotonic());
    }
    this.#tellHealth();
    for (const seat of this.#ran) this.#tell(seat);
    this.#ran.clear();
    this.#flush();
  }

  #tellHealth(): void {
    if (monotonic() < this.#nextHealth) return;
    this.#nextHealth = monotonic() + HEALTH;
    let lateness = 0;
    for (const seat of this.#active) {
      seat.session?.tellHealth();
      lateness += (seat.session?.lateness ?? 0) / this.#active.size;
      this.#ran.add(seat);
    }
    this.#active.clear();
    this.#figures.lateness(lateness);
  }

  // ---------------------------------------------------------------- sleep

  #sleep(heard: number, busy: boolean): void {
    const next = Math.min(this.#due.next, this.#plans.next);
    this.#postCheckpoint(next - monotonic(), busy);
    const longest = this.#waiting > 0 ? SHORT_SLEEP : LONGEST_SLEEP;
    // Health is told while something plays, and once after that.
    const health = this.#active.size > 0 ? this.#nextHealth : Number.POSITIVE_INFINITY;
    const sleep = Math.min(longest, next - monotonic(), Math.max(0, health - monotonic()));
    // While plugins are loaded and nothing plays, the event loop is not kept from it.
    if (this.#waiting > 0 && !this.#anyPlays) {
      setTimeout(() => this.next(), 1000 * SHORT_SLEEP);
      return;
    }
    if (sleep > 0 && !busy) Atomics.wait(this.#bell, BELL, heard, sleep * 1000);
    setImmediate(() => this.next());
  }

  /** Posts the checkpoints of one session where there is time for it. */
  #postCheckpoint(slack: Seconds, busy: boolean): void {
    const [first] = this.#unsaved;
    if (first === undefined) return;
    const [seat, since] = first;
    const idle = !busy && slack > Math.max(CHECKPOINT_SLACK, 2 * this.#copying);
    if (!idle && monotonic() - since < CHECKPOINT_WAITS) return;
    this.#unsaved.delete(seat);
    const began = monotonic();
    seat.session?.postCheckpoints();
    this.#copying = Math.max(monotonic() - began, 0.9 * this.#copying);
  }
}
