import { Worker } from 'node:worker_threads';
import { ContinuoError } from '../../errors.js';
import type { ErrorReport } from '../error-report.js';
import { errorOf } from '../error-report.js';
import type { TuneAnswer, TuneControl, TuneSoFar, TuneTask, TuneWatch } from './control.js';

/** What the tune worker is started with: one Int32, the request that is to be given up. */
export interface TuneWorkerStart {
  readonly stop: SharedArrayBuffer;
}

/** I/O thread -> tune worker, one at a time. */
export interface TuneAsked {
  readonly request: number;
  readonly task: TuneTask;
}

/** Tune worker -> I/O thread. */
export type TuneSaid =
  | { readonly request: number; readonly soFar: TuneSoFar }
  | { readonly request: number; readonly tune: TuneAnswer }
  | { readonly request: number; readonly error: ErrorReport };

interface Waiting extends TuneAsked {
  readonly watch: TuneWatch;
  resolve(tune: TuneAnswer): void;
  reject(error: Error): void;
}

/** Requests that may wait, from whomever. */
const MOST_WAITING = 16;

/**
 * The I/O thread's end of the tune worker. The thread begins with the first request; one that died is begun anew at the next.
 * The line of those who wait is kept here: whoever gives up is out of it at once.
 */
export class TuneLink implements TuneControl {
  #worker: Worker | undefined;
  readonly #stop = new Int32Array(new SharedArrayBuffer(4)).fill(-1);
  /** In order; the first is the worker's, unless the worker is still busy with one that was given up. */
  #waiting: Waiting[] = [];
  /** The request that the worker has. */
  #running: number | undefined;
  #nextRequest = 0;
  #closed = false;

  make(task: TuneTask, watch: TuneWatch = {}): Promise<TuneAnswer> {
    const { signal } = watch;
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.#closed) throw new ContinuoError('ENGINE_CRASHED', 'The host stops: it makes no more tunes.');
      if (this.#waiting.length >= MOST_WAITING)
        throw new ContinuoError(
          'TUNE_BUSY',
          `${MOST_WAITING} tunes are being waited for already.`,
          'Ask again in a while.',
        );
      const request = this.#nextRequest++;
      const giveUp = () => this.#giveUp(request, signal?.reason);
      const done = () => signal?.removeEventListener('abort', giveUp);
      signal?.addEventListener('abort', giveUp, { once: true });
      this.#waiting.push({
        ...{ request, task, watch },
        resolve: (tune) => {
          done();
          resolve(tune);
        },
        reject: (error) => {
          done();
          reject(error);
        },
      });
      this.#next();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const worker = this.#worker;
    if (worker) this.#lose(worker, 'The host stops.');
    await worker?.terminate();
  }

  /** Hands the worker the first that waits, when it is free. */
  #next(): void {
    const [first] = this.#waiting;
    if (this.#running !== undefined || first === undefined) return;
    this.#worker ??= this.#begin();
    this.#running = first.request;
    this.#worker.postMessage({ request: first.request, task: first.task } satisfies TuneAsked);
  }

  #giveUp(request: number, reason: Error): void {
    if (request === this.#running) Atomics.store(this.#stop, 0, request);
    this.#take(request)?.reject(reason);
  }

  #take(request: number): Waiting | undefined {
    const waiting = this.#waiting.find((other) => other.request === request);
    this.#waiting = this.#waiting.filter((other) => other !== waiting);
    return waiting;
  }

  #begin(): Worker {
    const worker = new Worker(new URL('./worker.js', import.meta.url), {
      workerData: { stop: this.#stop.buffer as SharedArrayBuffer } satisfies TuneWorkerStart,
    });
    // Nobody waits for a tune at the end of the program.
    worker.unref();
    worker.on('message', (said: TuneSaid) => this.#hear(said));
    worker.on('error', ({ message }) => this.#lose(worker, `The thread that makes tunes died: ${message}.`));
    worker.on('exit', () => this.#lose(worker, 'The thread that makes tunes stopped.'));
    return worker;
  }

  #hear(said: TuneSaid): void {
    if ('soFar' in said) {
      this.#waiting.find(({ request }) => request === said.request)?.watch.grows?.(said.soFar);
      return;
    }
    this.#running = undefined;
    const waiting = this.#take(said.request);
    if ('tune' in said) waiting?.resolve(said.tune);
    else waiting?.reject(errorOf(said.error));
    this.#next();
  }

  #lose(worker: Worker, why: string): void {
    if (worker !== this.#worker) return;
    this.#worker = undefined;
    this.#running = undefined;
    const error = new ContinuoError('ENGINE_CRASHED', why, 'Ask again; the next tune gets a new thread.');
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { reject } of waiting) reject(error);
  }
}
