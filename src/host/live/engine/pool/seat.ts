import type { Seconds } from '../../../../music/units.js';
import type { ErrorReport } from '../../../error-report.js';
import { reportOf } from '../../../error-report.js';
import type { SharedModel } from '../../../models/shared-model.js';
import type { ToWorker, WorkerStart } from '../worker-protocol.js';
import { OpenSeat } from './open-seat.js';
import type { ToSeat } from './pool-protocol.js';
import type { SeatHost } from './seat-host.js';
import { SeatSession } from './seat-session.js';
import type { SharedPerformers } from './shared-performers.js';

/** The place of one session in a worker, from the loading of its plugin to its end. */
export class Seat {
  #session: SeatSession | null = null;
  #loaded: OpenSeat | null = null;
  #over = false;
  #inbox: ToWorker[] = [];
  readonly #models = new Map<string, (model: SharedModel | ErrorReport) => void>();

  constructor(
    readonly id: number,
    private readonly start: WorkerStart,
    private readonly host: SeatHost,
  ) {}

  /** Whether nothing more comes of it. */
  get isOver(): boolean {
    return this.#over;
  }

  /** Whether its session has begun. */
  get plays(): boolean {
    return this.#session !== null;
  }

  get session(): SeatSession | null {
    return this.#session;
  }

  /** Loads plugin and model; the session begins when it is told to. */
  async load(shared: SharedPerformers): Promise<void> {
    this.host.waits(1);
    try {
      const loaded = await OpenSeat.load(this.start, this.host, shared, (name) => this.#model(name));
      if (this.#over) loaded.release();
      else {
        this.#loaded = loaded;
        this.host.say(loaded.ready);
      }
    } catch (error) {
      this.#over = true;
      this.host.say({ type: 'failed', error: reportOf(error) });
    } finally {
      this.host.waits(-1);
    }
  }

  #model(name: string): Promise<SharedModel | ErrorReport> {
    return new Promise((resolve) => {
      this.#models.set(name, resolve);
      this.host.say({ type: 'wantsModel', name });
    });
  }

  // ---------------------------------------------------------------- what it is told

  /** Queues a message. */
  told(message: ToSeat): void {
    if (message.type === 'model') this.#models.get(message.name)?.(message.model);
    else if (message.type !== 'open') this.#inbox.push(message);
  }

  /** Whether there is a message that it can hear now. */
  get hasMail(): boolean {
    const hears = this.#session?.catchesUp !== true || this.#inbox.some(({ type }) => type === 'close');
    return hears && this.#inbox.length > 0;
  }

  /** Handles the next message. */
  hear(): void {
    const message = this.#inbox.shift();
    if (message === undefined || this.#over) return;
    // It is to be closed: what it has not caught up with is left.
    this.#session?.stopCatchingUp();
    if (this.#session) this.#session.take(message);
    else if (message.type === 'begin' && this.#loaded)
      this.#session = new SeatSession(this.#loaded.members, this.start, message, this.host);
    else if (message.type === 'close') {
      this.host.say({ type: 'closed', checkpoint: null });
      this.leave();
      return;
    }
    if (this.#session?.isOpen === false) this.#close(this.#session);
    else if (message.type !== 'close') this.#session?.advance();
  }

  #close(session: SeatSession): void {
    this.tell();
    session.end();
    this.leave();
  }

  // ---------------------------------------------------------------- the clock

  /** Monotonic time at which a note falls due or the turn changes hands; null where neither does by itself. */
  get dueAt(): Seconds | null {
    return this.#absolute(this.#session?.dueAt);
  }

  /** Monotonic time from which on it samples ahead; null where it does not. */
  get plansAt(): Seconds | null {
    return this.#absolute(this.#session?.plansAt);
  }

  #absolute(time: Seconds | null | undefined): Seconds | null {
    return this.#over || time === null || time === undefined ? null : time + this.start.zero;
  }

  advance(portion?: number): void {
    this.#session?.advance(portion);
  }

  // ---------------------------------------------------------------- the end

  /** Says what has come of it since the last call. */
  tell(): void {
    const batch = this.#session?.report();
    if (batch) this.host.say(batch);
  }

  /** Gives back what it holds. */
  leave(): void {
    if (this.#over && !this.#loaded) return;
    this.#over = true;
    this.#inbox = [];
    this.#session?.free();
    this.#session = null;
    this.#loaded?.release();
    this.#loaded = null;
  }
}
