import { Worker } from 'node:worker_threads';
import { ContinuoError } from '../../../errors.js';
import type { Seconds } from '../../../music/units.js';
import { type ErrorReport, errorOf } from '../../error-report.js';
import type { EarlierMusic } from '../../sessions/control.js';
import type { ResumeFrom } from '../../states/saved-state.js';
import type {
  FileFormat,
  ResumableTakes,
  ShownTake,
  TakeFile,
  TakePage,
  TakesControl,
  TakesListed,
} from './control.js';

/** Start data of the worker. */
export interface TakeDeskStart {
  readonly folder: string;
}

/** What such a thread does. */
export type TakeDeskMethods = TakesControl & ResumableTakes;

/** I/O thread -> worker: a method of {@link TakeDeskMethods} with its arguments. */
export interface TakeDeskAsked {
  readonly request: number;
  readonly method: keyof TakeDeskMethods;
  readonly args: readonly unknown[];
}

/** Worker -> I/O thread. */
export type TakeDeskSaid =
  | { readonly request: number; readonly result: unknown }
  | { readonly request: number; readonly error: ErrorReport };

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Requests that may wait for one thread, of all clients together. */
const MOST_WAITING = 32;
/** Longest work on one request, in milliseconds: a take of some hours is replayed in that time. */
const PATIENCE_MS = 120_000;
/** A thread without work is ended after this, in milliseconds: it holds the weights of a model. */
const IDLE_MS = 30_000;

/**
 * The I/O thread's end of the threads that read and replay takes: one for lists, names and the trash, another for music, so that a list does
 * not wait for a replay. A thread starts with the first request.
 */
export class TakeDeskLink implements TakesControl, ResumableTakes {
  readonly #files: DeskThread;
  readonly #music: DeskThread;

  constructor(folder: string) {
    this.#files = new DeskThread({ folder });
    this.#music = new DeskThread({ folder });
  }

  list(asked: Parameters<TakesControl['list']>[0]): Promise<TakesListed> {
    return this.#files.ask('list', asked) as Promise<TakesListed>;
  }

  show(id: string): Promise<ShownTake> {
    return this.#music.ask('show', id) as Promise<ShownTake>;
  }

  page(id: string, from: Seconds): Promise<TakePage> {
    return this.#music.ask('page', id, from) as Promise<TakePage>;
  }

  file(id: string, format: FileFormat): Promise<TakeFile> {
    return this.#music.ask('file', id, format) as Promise<TakeFile>;
  }

  stateOf(id: string): Promise<ResumeFrom> {
    return this.#files.ask('stateOf', id) as Promise<ResumeFrom>;
  }

  earlier(id: string, until: Seconds): Promise<EarlierMusic> {
    return this.#music.ask('earlier', id, until) as Promise<EarlierMusic>;
  }

  async rename(id: string, name: string): Promise<void> {
    await this.#files.ask('rename', id, name);
  }

  async remove(id: string): Promise<void> {
    await this.#files.ask('remove', id);
  }

  async restore(id: string): Promise<void> {
    await this.#files.ask('restore', id);
  }

  close(): void {
    this.#files.close();
    this.#music.close();
  }
}

class DeskThread {
  #worker: Worker | undefined;
  readonly #waiting = new Map<number, Waiting>();
  #requests = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly start: TakeDeskStart) {}

  ask(method: keyof TakeDeskMethods, ...args: readonly unknown[]): Promise<unknown> {
    if (this.#waiting.size >= MOST_WAITING)
      return Promise.reject(
        new ContinuoError(
          'TAKE_BUSY',
          `${MOST_WAITING} requests wait already for takes to be read.`,
          'Ask again in a while.',
        ),
      );
    const request = this.#requests++;
    this.#worker ??= this.#begin();
    return new Promise((resolve, reject) => {
      this.#waiting.set(request, { resolve, reject });
      this.#worker!.postMessage({ request, method, args } satisfies TakeDeskAsked);
      if (this.#waiting.size === 1) this.#watch();
    });
  }

  #begin(): Worker {
    const worker = new Worker(new URL('./take-desk-worker.js', import.meta.url), { workerData: this.start });
    worker.on('message', (said: TakeDeskSaid) => this.#hear(said));
    worker.on('error', (error) => this.#lost(worker, error.message));
    worker.on('exit', () => this.#lost(worker, 'it stopped'));
    worker.unref();
    return worker;
  }

  #hear(said: TakeDeskSaid): void {
    const waiting = this.#waiting.get(said.request);
    this.#waiting.delete(said.request);
    this.#watch();
    if ('error' in said) waiting?.reject(errorOf(said.error));
    else waiting?.resolve(said.result);
  }

  /** Ends the thread where the next answer does not come, or nobody asks any more. */
  #watch(): void {
    clearTimeout(this.#timer);
    const busy = this.#waiting.size > 0;
    // A program that waits for an answer does not end meanwhile.
    if (busy) this.#worker?.ref();
    else this.#worker?.unref();
    this.#timer = setTimeout(
      () => (busy ? this.#lost(this.#worker, 'it took too long') : this.close()),
      busy ? PATIENCE_MS : IDLE_MS,
    );
    this.#timer.unref();
  }

  #lost(worker: Worker | undefined, why: string): void {
    if (worker === undefined || worker !== this.#worker) return;
    this.close();
    for (const { reject } of this.#waiting.values())
      reject(
        new ContinuoError(
          'TAKE_BUSY',
          `The take could not be read here: ${why}.`,
          'continuo takes can take its time: try it on the command line.',
        ),
      );
    this.#waiting.clear();
  }

  close(): void {
    clearTimeout(this.#timer);
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
  }
}
