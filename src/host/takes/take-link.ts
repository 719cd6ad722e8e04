import { Worker } from 'node:worker_threads';
import type { Seconds } from '../../music/units.js';
import type { SessionEvent } from '../../session/events.js';
import type { TakeRecord } from '../../session/take.js';
import type { TakeHeader } from './header.js';
import { ANOTHER_TAKE, type TakeState } from './take-writer.js';

/** Start data of the take worker. */
export interface TakeWorkerStart {
  /** The folder that takes are written into. */
  readonly parent: string;
  readonly header: TakeHeader;
  /** The machine's monotonic clock at session time 0. */
  readonly zero: Seconds;
}

/** Messages from the I/O thread to the take worker. */
export type ToTakeWorker =
  | {
      readonly type: 'add';
      readonly events: readonly SessionEvent[];
      readonly records: readonly TakeRecord[];
    }
  | { readonly type: 'close'; readonly abc: string };

/** Messages from the take worker to the I/O thread. */
export type FromTakeWorker =
  | { readonly type: 'state'; readonly state: TakeState }
  | { readonly type: 'closed' };

/** What a take's notes are made of, and when they rest. */
const WRITTEN: ReadonlySet<SessionEvent['type']> = new Set([
  'noteOn',
  'noteOff',
  'pedal',
  'discard',
  'allOff',
  'phase',
]);

/** How long closing a take may take, in milliseconds. */
const PATIENCE_MS = 3000;

/** The I/O thread's end of a take that is being written. It starts the writing thread when there is something to write. */
export class TakeLink {
  #worker: Worker | null = null;
  #waiting: ToTakeWorker[] = [];
  #state: TakeState = { folder: null, failure: null };
  #closed = () => {};
  #over = false;

  constructor(
    private readonly start: TakeWorkerStart,
    /** Called when writing fails, with the reason, and with null when it works again. */
    private readonly failing: (failure: string | null) => void,
  ) {}

  /** The take's folder; null while nothing was written. */
  get folder(): string | null {
    return this.#state.folder;
  }

  add(events: readonly SessionEvent[], records: readonly TakeRecord[]): void {
    const kept = events.filter(({ type }) => WRITTEN.has(type));
    if (this.#over || kept.length + records.length === 0) return;
    if (this.#worker === null && records.some(begins)) this.#begin();
    this.#post({ type: 'add', events: kept, records });
  }

  #post(told: ToTakeWorker): void {
    if (this.#worker) this.#worker.postMessage(told);
    else this.#waiting.push(told);
  }

  #begin(): void {
    this.#worker = new Worker(new URL('./take-worker.js', import.meta.url), { workerData: this.start });
    this.#worker.on('message', (said: FromTakeWorker) => this.#onMessage(said));
    this.#worker.on('error', ({ message }) => this.#lost(message));
    this.#worker.on('exit', () => this.#lost('it stopped'));
    for (const told of this.#waiting.splice(0)) this.#post(told);
  }

  #onMessage(said: FromTakeWorker): void {
    if (said.type === 'closed') {
      // A thread that was asked to stop has not failed, even if it ends before its answer is read here.
      this.#over = true;
      this.#closed();
      return;
    }
    const before = this.#state.failure;
    this.#state = said.state;
    if (said.state.failure !== before) this.failing(said.state.failure);
  }

  #lost(why: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#closed();
    this.#state = { ...this.#state, failure: `The thread that writes takes died: ${why}. ${ANOTHER_TAKE}` };
    this.failing(this.#state.failure);
  }

  /** Writes what is left, and the music as ABC where there is any. Resolves when it is written, or cannot be. */
  async close(abc = ''): Promise<void> {
    const worker = this.#worker;
    if (this.#over || worker === null) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, PATIENCE_MS);
      this.#closed = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#post({ type: 'close', abc });
    });
    this.#over = true;
    await worker.terminate();
  }
}

/** Whether a record shows that something is played, or about to be. */
function begins(record: TakeRecord): boolean {
  return (
    record.type === 'input' ||
    record.type === 'sampled' ||
    (record.type === 'command' && record.command.type === 'start')
  );
}
