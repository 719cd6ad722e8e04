import { Worker } from 'node:worker_threads';
import { ContinuoError } from '../../../errors.js';
import { Watchdog } from '../../watchdog/watchdog.js';
import { monotonic } from '../clock.js';
import type { FromNotation, NotationMessage, NotationWorkerStart, ToNotation } from './notation-protocol.js';

/** Callbacks from the thread to the notation of one session. */
export interface NotationListener {
  readonly said: (said: FromNotation) => void;
  /** The thread died or hangs. */
  readonly lost: (error: Error) => void;
}

const HEAP_MB = 256;
const LOOK_MS = 500;
/** A worker that handles no waiting message for this long hangs; loading a plugin counts. */
const SILENT = 10;

/** A thread in which plugins write notation, of one session or of several. It runs while there is a notation to write. */
export class NotationThread {
  #worker: Worker | null = null;
  #handled = new Int32Array(new SharedArrayBuffer(4));
  #posted = 0;
  #count = 0;
  readonly #notations = new Map<number, NotationListener>();
  #watch: NodeJS.Timeout | undefined;

  /** Adds a notation; its messages go by the number that is returned. */
  add(listener: NotationListener): number {
    const notation = this.#count++;
    this.#notations.set(notation, listener);
    this.#worker ??= this.#begin();
    return notation;
  }

  post(notation: number, told: ToNotation): void {
    if (!this.#notations.has(notation) || this.#worker === null) return;
    this.#posted++;
    this.#worker.postMessage({ notation, told } satisfies NotationMessage<ToNotation>);
  }

  /** Removes a notation. The thread ends with the last one. */
  remove(notation: number): void {
    this.post(notation, { type: 'end' });
    if (!this.#notations.delete(notation) || this.#notations.size > 0) return;
    this.#end();
  }

  #begin(): Worker {
    const handled = new SharedArrayBuffer(4);
    this.#handled = new Int32Array(handled);
    this.#posted = 0;
    const worker = new Worker(new URL('./notation-worker.js', import.meta.url), {
      workerData: { handled } satisfies NotationWorkerStart,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    });
    worker.on('message', ({ notation, told }: NotationMessage<FromNotation>) =>
      this.#notations.get(notation)?.said(told),
    );
    worker.on('error', (error) => this.#lost(worker, error));
    worker.on('exit', () => this.#lost(worker, new Error('its thread ended')));
    worker.unref();
    this.#beWatched(worker);
    return worker;
  }

  #beWatched(worker: Worker): void {
    // With nothing to handle the worker counts as alive: NaN never equals the previous value.
    const beats = () => {
      const handled = Atomics.load(this.#handled, 0);
      return handled === this.#posted ? Number.NaN : handled;
    };
    const watchdog = new Watchdog(beats, monotonic);
    this.#watch = setInterval(() => {
      if (watchdog.look({ silent: SILENT }))
        this.#lost(worker, new ContinuoError('PLUGIN_HUNG', 'it does not return'));
    }, LOOK_MS);
    this.#watch.unref();
  }

  #lost(worker: Worker, error: Error): void {
    if (worker !== this.#worker) return;
    const lost = [...this.#notations.values()];
    this.#notations.clear();
    this.#end();
    for (const notation of lost) notation.lost(error);
  }

  #end(): void {
    clearInterval(this.#watch);
    void this.#worker?.terminate();
    this.#worker = null;
  }
}
