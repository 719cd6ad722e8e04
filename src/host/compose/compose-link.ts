import { Worker } from 'node:worker_threads';
import { ContinuoError } from '../../errors.js';
import type { PieceShown } from '../../plugin/piece-schema.js';
import type { ErrorReport } from '../error-report.js';
import { errorOf } from '../error-report.js';
import { type ComposingPlugin, choicesOf } from './composers.js';
import type {
  ComposerChoice,
  ExportTask,
  MakeTask,
  PieceControl,
  PieceFile,
  PieceSoFar,
  PieceWatch,
  ReadTask,
} from './control.js';

/** The worker's start data: one Int32, the number of the request to cancel. */
export interface ComposeWorkerStart {
  readonly stop: SharedArrayBuffer;
}

/** A task and its plugin, by id or path. */
export type ComposeTask = { readonly ref: string } & (
  | { readonly type: 'make'; readonly task: MakeTask }
  | { readonly type: 'read'; readonly task: ReadTask }
  | { readonly type: 'write'; readonly task: ExportTask }
);

/** I/O thread -> worker, one at a time. */
export interface ComposeAsked {
  readonly request: number;
  readonly task: ComposeTask;
}

/** Worker -> I/O thread. */
export type ComposeSaid =
  | { readonly request: number; readonly soFar: PieceSoFar }
  | { readonly request: number; readonly result: PieceShown | PieceFile }
  | { readonly request: number; readonly error: ErrorReport };

interface Waiting extends ComposeAsked {
  readonly watch: PieceWatch;
  resolve(result: PieceShown | PieceFile): void;
  reject(error: Error): void;
}

/** Length of the request queue, over all clients. */
const MOST_WAITING = 16;
/**
 * How long the worker may take to cancel, in milliseconds. After that its thread is terminated, since plugin code may never return.
 */
const GIVES_UP_MS = 2000;

/**
 * The I/O thread's end of the composing worker. The thread starts with the first request and restarts after a crash. The queue is
 * kept on this side, so that a cancelled request leaves it at once.
 */
export class ComposeLink implements PieceControl {
  #worker: Worker | undefined;
  readonly #stop = new Int32Array(new SharedArrayBuffer(4)).fill(-1);
  /** The queue. The worker has the first request, unless it is still busy with a cancelled one. */
  #waiting: Waiting[] = [];
  /** The request that the worker is running. */
  #running: number | undefined;
  #giveUpTimer: NodeJS.Timeout | undefined;
  #nextRequest = 0;
  #closed = false;

  constructor(private readonly plugins: readonly ComposingPlugin[]) {}

  composers(): readonly ComposerChoice[] {
    return choicesOf(this.plugins);
  }

  make(task: MakeTask, watch?: PieceWatch): Promise<PieceShown> {
    return this.#ask('make', task, watch) as Promise<PieceShown>;
  }

  read(task: ReadTask, watch?: PieceWatch): Promise<PieceShown> {
    return this.#ask('read', task, watch) as Promise<PieceShown>;
  }

  write(task: ExportTask, watch?: PieceWatch): Promise<PieceFile> {
    return this.#ask('write', task, watch) as Promise<PieceFile>;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const worker = this.#worker;
    this.#worker = undefined;
    this.#rest();
    for (const { reject } of this.#waiting.splice(0))
      reject(new ContinuoError('ENGINE_CRASHED', 'The host stops: it makes nothing more.'));
    await worker?.terminate();
  }

  #ask(
    type: ComposeTask['type'],
    task: ReadTask | MakeTask | ExportTask,
    watch: PieceWatch = {},
  ): Promise<PieceShown | PieceFile> {
    const { signal } = watch;
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.#closed) throw new ContinuoError('ENGINE_CRASHED', 'The host stops: it makes nothing more.');
      if (this.#waiting.length >= MOST_WAITING)
        throw new ContinuoError(
          'PIECE_BUSY',
          `${MOST_WAITING} pieces are being waited for already.`,
          'Ask again in a while.',
        );
      const request = this.#nextRequest++;
      const giveUp = () => this.#giveUp(request, signal?.reason);
      const done = () => signal?.removeEventListener('abort', giveUp);
      signal?.addEventListener('abort', giveUp, { once: true });
      const ref = this.plugins.find(({ id }) => id === task.plugin)?.ref ?? task.plugin;
      this.#waiting.push({
        ...{ request, watch, task: { ref, type, task } as ComposeTask },
        resolve: (result) => {
          done();
          resolve(result);
        },
        reject: (error) => {
          done();
          reject(error);
        },
      });
      this.#next();
    });
  }

  /** Hands the worker the first queued request when it is free. */
  #next(): void {
    const [first] = this.#waiting;
    if (this.#running !== undefined || first === undefined) return;
    this.#worker ??= this.#begin();
    this.#running = first.request;
    this.#worker.postMessage({ request: first.request, task: first.task } satisfies ComposeAsked);
  }

  #giveUp(request: number, reason: Error): void {
    if (request === this.#running) {
      Atomics.store(this.#stop, 0, request);
      const worker = this.#worker;
      this.#giveUpTimer = setTimeout(() => this.#replace(worker), GIVES_UP_MS);
      this.#giveUpTimer.unref();
    }
    this.#take(request)?.reject(reason);
  }

  /** Terminates a thread that does not cancel; the queued requests get a new one. */
  #replace(worker: Worker | undefined): void {
    if (worker === undefined || worker !== this.#worker) return;
    this.#worker = undefined;
    void worker.terminate();
    this.#rest();
    this.#next();
  }

  #rest(): void {
    this.#running = undefined;
    clearTimeout(this.#giveUpTimer);
  }

  #take(request: number): Waiting | undefined {
    const waiting = this.#waiting.find((other) => other.request === request);
    this.#waiting = this.#waiting.filter((other) => other !== waiting);
    return waiting;
  }

  #begin(): Worker {
    const worker = new Worker(new URL('./compose-worker.js', import.meta.url), {
      workerData: { stop: this.#stop.buffer as SharedArrayBuffer } satisfies ComposeWorkerStart,
    });
    // A piece that is being made must not keep the program alive.
    worker.unref();
    worker.on('message', (said: ComposeSaid) => this.#hear(said));
    worker.on('error', ({ message }) => this.#lose(worker, `The thread that makes pieces died: ${message}.`));
    worker.on('exit', () => this.#lose(worker, 'The thread that makes pieces stopped.'));
    return worker;
  }

  #hear(said: ComposeSaid): void {
    // From a thread that was terminated.
    if (said.request !== this.#running) return;
    if ('soFar' in said) {
      this.#waiting.find(({ request }) => request === said.request)?.watch.grows?.(said.soFar);
      return;
    }
    this.#rest();
    const waiting = this.#take(said.request);
    if ('result' in said) waiting?.resolve(said.result);
    else waiting?.reject(errorOf(said.error));
    this.#next();
  }

  /** Fails the running request; the queued ones get a new thread. */
  #lose(worker: Worker, why: string): void {
    if (worker !== this.#worker) return;
    this.#worker = undefined;
    const running = this.#running;
    this.#rest();
    if (running !== undefined)
      this.#take(running)?.reject(
        new ContinuoError('ENGINE_CRASHED', why, 'Ask again; the next piece gets a new thread.'),
      );
    this.#next();
  }
}
