import { Worker } from 'node:worker_threads';
import { ContinuoError } from '../../../errors.js';
import type { Seconds } from '../../../music/units.js';
import type { SessionEvent } from '../../../session/events.js';
import type { TakeRecord } from '../../../session/take.js';
import type { ErrorReport } from '../../error-report.js';
import { errorOf } from '../../error-report.js';
import { Watchdog } from '../../watchdog/watchdog.js';
import { monotonic } from '../clock.js';

type NotationEvent = Extract<SessionEvent, { type: 'notation' }>;

/** Start data of the notation worker. */
export interface NotationStart {
  /** The plugin, by id or path. */
  readonly plugin: string;
  /** How the music is made, as written into the book. */
  readonly provenance: string;
  /** One Int32: number of messages handled so far. */
  readonly handled: SharedArrayBuffer;
}

/** I/O thread -> notation worker. */
export type ToNotation =
  | {
      readonly type: 'heard';
      readonly time: Seconds;
      readonly events: readonly SessionEvent[];
      readonly records: readonly TakeRecord[];
    }
  | { readonly type: 'book' };

/** Notation worker -> I/O thread. */
export type FromNotation =
  | NotationEvent
  | { readonly type: 'book'; readonly abc: string }
  | { readonly type: 'failed'; readonly error: ErrorReport };

const HEAP_MB = 256;
const LOOK_MS = 500;
/** How long writing the whole book may take, in milliseconds. */
const CLOSING_MS = 3000;
/** A worker that handles no waiting message for this long hangs; loading the plugin counts. */
const SILENT: Seconds = 10;

/**
 * The I/O thread's end of the thread in which a plugin writes notation. If that fails or hangs, the music goes on without notation.
 */
export class NotationLink {
  readonly #worker: Worker;
  readonly #handled = new Int32Array(new SharedArrayBuffer(4));
  #posted = 0;
  #told = '';
  #over = false;
  #book: ((abc: string | undefined) => void) | null = null;
  readonly #watch: NodeJS.Timeout;

  constructor(
    start: Omit<NotationStart, 'handled'>,
    private readonly listener: {
      readonly told: (event: NotationEvent) => void;
      readonly failed: (error: Error) => void;
    },
  ) {
    const handled = this.#handled.buffer as SharedArrayBuffer;
    this.#worker = new Worker(new URL('./notation-worker.js', import.meta.url), {
      workerData: { ...start, handled } satisfies NotationStart,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    });
    this.#worker.on('message', (said: FromNotation) => this.#hear(said));
    this.#worker.on('error', (error) => this.#lost(error));
    this.#worker.on('exit', () => this.#lost(new Error('its thread ended')));
    this.#worker.unref();
    // With nothing to handle the worker counts as alive: NaN never equals the previous value.
    const watchdog = new Watchdog(
      () => (this.#waits ? Atomics.load(this.#handled, 0) : Number.NaN),
      monotonic,
    );
    this.#watch = setInterval(() => {
      if (watchdog.look({ silent: SILENT }))
        this.#lost(new ContinuoError('PLUGIN_HUNG', 'it does not return'));
    }, LOOK_MS);
    this.#watch.unref();
  }

  /** Whether messages wait to be handled. */
  get #waits(): boolean {
    return Atomics.load(this.#handled, 0) !== this.#posted;
  }

  /** The music so far as ABC, as last reported. */
  get told(): string {
    return this.#told;
  }

  hear(time: Seconds, events: readonly SessionEvent[], records: readonly TakeRecord[]): void {
    const phases = events.filter((event) => event.type === 'phase' && event.member === undefined);
    if (phases.length + records.length > 0) this.#post({ type: 'heard', time, events: phases, records });
  }

  #post(message: ToNotation): void {
    if (this.#over) return;
    this.#posted++;
    this.#worker.postMessage(message);
  }

  /** Ends the thread. Resolves with all tunes of the session as ABC; undefined where they cannot be written. */
  async close(): Promise<string | undefined> {
    const book = this.#over
      ? undefined
      : await new Promise<string | undefined>((resolve) => {
          this.#book = resolve;
          setTimeout(resolve, CLOSING_MS, undefined).unref();
          this.#post({ type: 'book' });
        });
    this.#end();
    return book;
  }

  #hear(said: FromNotation): void {
    if (said.type === 'notation') {
      this.#told = said.abc;
      this.listener.told(said);
    } else if (said.type === 'book') this.#book?.(said.abc);
    else this.#lost(errorOf(said.error));
  }

  #lost(error: Error): void {
    if (this.#over) return;
    this.#end();
    this.#book?.(undefined);
    this.listener.failed(error);
  }

  #end(): void {
    this.#over = true;
    clearInterval(this.#watch);
    void this.#worker.terminate();
  }
}
