import { Worker } from 'node:worker_threads';
import { ContinuoError } from '../../../../errors.js';
import type { Seconds } from '../../../../music/units.js';
import { errorOf } from '../../../error-report.js';
import { type ThreadTimes, threadTimes } from '../../../watchdog/thread-time.js';
import { Watchdog } from '../../../watchdog/watchdog.js';
import { monotonic } from '../../clock.js';
import { BEATS, BELL, BELL_WORDS, RUNNING, SEAT } from '../worker-protocol.js';
import {
  ALL_SEATS,
  type FromSeat,
  type PoolWorkerStart,
  type SeatMessage,
  type ToSeat,
} from './pool-protocol.js';
import { WorkFigures } from './work-figures.js';

/** A session in a worker, as the worker's I/O side knows it. */
export interface SeatListener {
  readonly hear: (told: FromSeat) => void;
  /** The worker died, or hangs. */
  readonly lost: (end: WorkerEnd) => void;
  /** Whether it opens a port, which depends on the system and may take long. */
  readonly isOpening: () => boolean;
  /** Whether the code of a member came with the program. */
  readonly isBuiltIn: (member: number) => boolean;
}

/** How a worker ended. */
export interface WorkerEnd {
  readonly error: Error;
  /** It hung. */
  readonly hung: boolean;
  /** It ran this session then, or did last. */
  readonly own: boolean;
}

/** How long termination may take, in milliseconds; longer only where the system itself hangs. */
const DYING_MS = 1000;
/** Interval of the watchdog, in milliseconds. */
const LOOK_MS = 100;
/** A worker without a heartbeat for longer hangs. Opening a port depends on the system and may take longer. */
const SILENT: Seconds = 2;
const SILENT_OPENING: Seconds = 10;
/** How long a third-party plugin may compute without a heartbeat: a turn of a session takes a hundredth of it. */
const COMPUTING: Seconds = 0.4;
/**
 * Heap limit of a worker's objects, in MB; weights and states lie outside. Where a large array meets it, Node ends the whole process:
 * so {@link MemoryBound} has a lower one.
 */
const HEAP_MB = 1024;

/** The I/O thread's end of a worker that runs sessions. It ends with the last of them. */
export class WorkerThread {
  readonly #worker: Worker;
  readonly #bell = new Int32Array(new SharedArrayBuffer(BELL_WORDS * Int32Array.BYTES_PER_ELEMENT));
  readonly figures = new WorkFigures();
  readonly #seats = new Map<number, SeatListener>();
  #count = 0;
  #watch: NodeJS.Timeout | undefined;
  /** The system's id of the thread; undefined until it has said it. */
  #thread: number | null | undefined;
  #over = false;

  constructor(private readonly ended: () => void = () => {}) {
    this.#worker = new Worker(new URL('./pool-worker.js', import.meta.url), {
      workerData: {
        bell: this.#bell.buffer as SharedArrayBuffer,
        figures: this.figures.buffer,
      } satisfies PoolWorkerStart,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    });
    this.#worker.on('message', (messages: readonly SeatMessage<FromSeat>[]) => {
      for (const message of messages) this.#hear(message);
    });
    this.#worker.on('error', (error) => this.#lost(error, false));
    this.#worker.on('exit', () =>
      this.#lost(new ContinuoError('ENGINE_CRASHED', 'The engine of the session stopped.'), false),
    );
  }

  /** How many sessions it runs. */
  get size(): number {
    return this.#seats.size;
  }

  /** Whether it takes no more sessions. */
  get isOver(): boolean {
    return this.#over;
  }

  /** Adds a session; its messages go by the number that is returned. */
  add(listener: SeatListener): number {
    const seat = this.#count++;
    this.#seats.set(seat, listener);
    return seat;
  }

  post(seat: number, told: ToSeat): void {
    if (this.#over) return;
    this.#worker.postMessage({ seat, told } satisfies SeatMessage<ToSeat>);
    Atomics.add(this.#bell, BELL, 1);
    Atomics.notify(this.#bell, BELL);
  }

  /** Removes a session, whatever it is doing. The thread is terminated with the last one. */
  async remove(seat: number): Promise<void> {
    if (!this.#seats.delete(seat) || this.#over) return;
    if (this.#seats.size > 0) this.post(seat, { type: 'close', takeEnds: false });
    else await this.#die();
  }

  /** The place of the member whose code runs, or ran last, in its band. */
  get member(): number {
    return Atomics.load(this.#bell, RUNNING);
  }

  /** CPU use of the thread, once it has said which it is. */
  times(): () => ThreadTimes {
    return threadTimes(this.#thread ?? null);
  }

  #hear({ seat, told }: SeatMessage<FromSeat>): void {
    if (told.type === 'loading' || told.type === 'ready') this.#thread = told.thread;
    if (told.type === 'ready') this.#beWatched();
    if (seat === ALL_SEATS && told.type === 'died') this.#lost(errorOf(told.error), false);
    else this.#seats.get(seat)?.hear(told);
  }

  /** Starts the watchdog: a worker without a heartbeat counts as dead. */
  #beWatched(): void {
    if (this.#watch !== undefined || this.#over) return;
    const watchdog = new Watchdog(() => Atomics.load(this.#bell, BEATS), monotonic, this.times());
    this.#watch = setInterval(() => {
      const opening = [...this.#seats.values()].some((seat) => seat.isOpening());
      const running = this.#seats.get(Atomics.load(this.#bell, SEAT));
      const own = opening || running === undefined || running.isBuiltIn(this.member);
      const patience = { silent: opening ? SILENT_OPENING : SILENT, ...(!own && { computing: COMPUTING }) };
      if (watchdog.look(patience)) this.#lost(new ContinuoError('ENGINE_CRASHED', 'It hung.'), true);
    }, LOOK_MS);
    this.#watch.unref();
  }

  #lost(error: Error, hung: boolean): void {
    if (this.#over) return;
    const running = Atomics.load(this.#bell, SEAT);
    const seats = [...this.#seats];
    this.#seats.clear();
    // Told before the thread is terminated, which may take a while, so that its notes are silenced first.
    for (const [seat, { lost }] of seats) lost({ error, hung, own: seat === running || seats.length === 1 });
    void this.#die();
  }

  /** Terminates the thread, whatever it is doing. */
  async #die(): Promise<void> {
    this.#over = true;
    clearInterval(this.#watch);
    this.ended();
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, DYING_MS);
    });
    await Promise.race([this.#worker.terminate(), enough]);
    clearTimeout(timer);
  }
}
