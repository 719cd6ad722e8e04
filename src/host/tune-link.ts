import { Worker } from 'node:worker_threads';
import { ContinuoError } from '../errors.js';
import type { TuneSettings } from '../plugin/tune-options.js';
import { errorOf } from './error-report.js';
import type { TuneAnswer, TuneControl } from './tune-control.js';
import type { ErrorReport } from './worker-protocol.js';

/** I/O thread -> tune worker. */
export interface TuneAsked {
  readonly request: number;
  readonly settings: TuneSettings;
}

/** Tune worker -> I/O thread. */
export type TuneSaid =
  | { readonly request: number; readonly tune: TuneAnswer }
  | { readonly request: number; readonly error: ErrorReport };

interface Waiting {
  resolve(tune: TuneAnswer): void;
  reject(error: Error): void;
}

/** Requests that may wait, from whomever. */
const MOST_WAITING = 16;

/** The I/O thread's end of the tune worker. The thread begins with the first request; one that died is begun anew at the next. */
export class TuneLink implements TuneControl {
  #worker: Worker | undefined;
  readonly #waiting = new Map<number, Waiting>();
  #nextRequest = 0;
  #closed = false;

  make(settings: TuneSettings): Promise<TuneAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw new ContinuoError('ENGINE_CRASHED', 'The host stops: it makes no more tunes.');
      if (this.#waiting.size >= MOST_WAITING)
        throw new ContinuoError(
          'TUNE_BUSY',
          `${MOST_WAITING} tunes are being waited for already.`,
          'Ask again in a while.',
        );
      const request = this.#nextRequest++;
      this.#waiting.set(request, { resolve, reject });
      this.#worker ??= this.#begin();
      this.#worker.postMessage({ request, settings } satisfies TuneAsked);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const worker = this.#worker;
    if (worker) this.#lose(worker, 'The host stops.');
    await worker?.terminate();
  }

  #begin(): Worker {
    const worker = new Worker(new URL('./tune-worker.js', import.meta.url));
    // Nobody waits for a tune at the end of the program.
    worker.unref();
    worker.on('message', (said: TuneSaid) => {
      const waiting = this.#waiting.get(said.request);
      this.#waiting.delete(said.request);
      if ('tune' in said) waiting?.resolve(said.tune);
      else waiting?.reject(errorOf(said.error));
    });
    worker.on('error', ({ message }) => this.#lose(worker, `The thread that makes tunes died: ${message}.`));
    worker.on('exit', () => this.#lose(worker, 'The thread that makes tunes stopped.'));
    return worker;
  }

  #lose(worker: Worker, why: string): void {
    if (worker !== this.#worker) return;
    this.#worker = undefined;
    const error = new ContinuoError('ENGINE_CRASHED', why, 'Ask again; the next tune gets a new thread.');
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
