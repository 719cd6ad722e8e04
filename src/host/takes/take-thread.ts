import { Worker } from 'node:worker_threads';
import type { FromTakeWorker, TakeMessage, ToTakeWorker } from './take-protocol.js';

/** Callbacks from the thread to one take. */
export interface TakeListener {
  readonly said: (said: FromTakeWorker) => void;
  /** The thread died, and with it the take. */
  readonly lost: (why: string) => void;
}

/**
 * The thread that writes the takes of all sessions, so that a slow disk does not block the I/O thread. It runs while there is a take
 * to write.
 */
export class TakeThread {
  #worker: Worker | null = null;
  readonly #takes = new Map<number, TakeListener>();
  #count = 0;

  /** Adds a take; its messages go by the number that is returned. */
  add(listener: TakeListener): number {
    const take = this.#count++;
    this.#takes.set(take, listener);
    this.#worker ??= this.#begin();
    return take;
  }

  post(take: number, told: ToTakeWorker): void {
    if (this.#takes.has(take)) this.#worker?.postMessage({ take, told } satisfies TakeMessage<ToTakeWorker>);
  }

  /** Removes a take that is over, or is waited for no longer. The thread ends with the last one. */
  async remove(take: number): Promise<void> {
    if (!this.#takes.delete(take) || this.#takes.size > 0) return;
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }

  #begin(): Worker {
    const worker = new Worker(new URL('./take-worker.js', import.meta.url), {
      workerData: { role: 'takes' },
    });
    worker.on('message', ({ take, told }: TakeMessage<FromTakeWorker>) => this.#takes.get(take)?.said(told));
    worker.on('error', ({ message }) => this.#lost(worker, message));
    worker.on('exit', () => this.#lost(worker, 'it stopped'));
    return worker;
  }

  #lost(worker: Worker, why: string): void {
    if (worker !== this.#worker) return;
    this.#worker = null;
    const lost = [...this.#takes.values()];
    this.#takes.clear();
    for (const take of lost) take.lost(why);
  }
}
