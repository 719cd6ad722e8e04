import { Worker } from 'node:worker_threads';
import { ContinuoError } from '../../../errors.js';
import { exhausted } from '../../../exhausted.js';
import type { Seconds } from '../../../music/units.js';
import { errorOf } from '../../error-report.js';
import { type FoundPlugin, watchLoading } from '../../plugins/plugins.js';
import { threadTimes } from '../../watchdog/thread-time.js';
import { Watchdog } from '../../watchdog/watchdog.js';
import { monotonic } from '../clock.js';
import type { Lent } from '../ports/own-port/lent-port.js';
import {
  BEATS,
  BELL,
  BELL_WORDS,
  type FromWorker,
  RUNNING,
  type ToWorker,
  type WorkerStart,
} from './worker-protocol.js';

/** How a worker ended. */
export interface Crash {
  readonly error: Error;
  /** Whose code ran: its place in the band, 0 for the first or only one. */
  readonly member: number;
}

/** Callbacks from a worker to its owner. */
export interface LinkListener {
  message(message: Extract<FromWorker, { type: 'batch' | 'refused' | 'output' | 'checkpoint' }>): void;
  /** The worker died unexpectedly. */
  crashed(crash: Crash): void;
}

/** A plugin whose code runs in a worker, for error messages. */
export interface CodeOwner {
  readonly name: string;
  readonly id: string;
  readonly folder: string;
  /** Whether it came with the program. */
  readonly builtIn: boolean;
  /** It predicts without a network, and loads quickly. */
  readonly predicts: boolean;
}

export const ownerOf = ({ descriptor, folder, source }: FoundPlugin): CodeOwner => ({
  name: descriptor.name,
  id: descriptor.id,
  folder,
  builtIn: source === 'built-in',
  predicts: descriptor.extensions.includes('predictor'),
});

/** How long a worker may take to stop before it is terminated, in milliseconds. */
const STOPPING_MS = 1200;
/** How long termination may take, in milliseconds; longer only where the system itself hangs. */
const DYING_MS = 1000;
/** How long loading plugin and model may take, in milliseconds: a reference engine warms up slowly. */
const LOADING_MS = 120_000;
/** Interval of the watchdog, in milliseconds. */
const LOOK_MS = 100;
/** A worker without a heartbeat for longer hangs. Opening a port depends on the system and may take longer. */
const SILENT: Seconds = 2;
const SILENT_OPENING: Seconds = 10;
/** How long a third-party plugin may compute without a heartbeat: a turn of a session takes a hundredth of it. */
const COMPUTING: Seconds = 0.4;
/**
 * Heap limit of a session's objects, in MB; weights and states lie outside. Where a large array meets it, Node ends the whole process:
 * so {@link MemoryBound} has a lower one.
 */
const HEAP_MB = 1024;

/** The I/O thread's end of a session's worker: posts messages and rings the bell, answers requests, detects crashes. */
export class WorkerLink {
  readonly #worker: Worker;
  readonly #bell: Int32Array;
  readonly #requests = new Map<
    number,
    { resolve: (name: string | null) => void; reject: (error: Error) => void }
  >();
  #nextRequest = 0;
  #ready!: (ready: Extract<FromWorker, { type: 'ready' }>) => void;
  #failed!: (error: Error) => void;
  #closed: ((last: Extract<FromWorker, { type: 'closed' }> | null) => void) | null = null;
  #closing: Promise<Extract<FromWorker, { type: 'closed' }> | null> | null = null;
  #watch: NodeJS.Timeout | undefined;
  /** The system's id of the worker's thread. */
  #thread: number | null = null;
  /** Stops the watch over the loading of the plugin's code. */
  #loading = () => {};
  #state: 'starting' | 'running' | 'closing' | 'over' = 'starting';
  /** Resolves when model and plugin are loaded. Rejects with what {@link openHostPerformer} throws. */
  readonly ready: Promise<Extract<FromWorker, { type: 'ready' }>>;

  /** If `signal` aborts before the worker is ready, the worker is ended and {@link ready} rejects. */
  constructor(
    start: Omit<WorkerStart, 'bell' | 'foreign'>,
    private readonly listener: LinkListener,
    /** The plugins of the members, the first one first. */
    private readonly owners: readonly CodeOwner[],
    signal?: AbortSignal,
  ) {
    const bell = new SharedArrayBuffer(BELL_WORDS * Int32Array.BYTES_PER_ELEMENT);
    const foreign = owners.flatMap(({ builtIn }, member) => (builtIn ? [] : [member]));
    this.#bell = new Int32Array(bell);
    this.ready = new Promise((resolve, reject) => {
      this.#ready = resolve;
      this.#failed = reject;
    });
    this.#worker = new Worker(new URL('./session-worker.js', import.meta.url), {
      workerData: { ...start, bell, foreign } satisfies WorkerStart,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    });
    this.#worker.on('message', (message: FromWorker) => this.#hear(message));
    this.#worker.on('error', (error) => this.#lost(this.#blamed(error)));
    this.#worker.on('exit', () =>
      this.#lost(this.#blamed(new ContinuoError('ENGINE_CRASHED', 'The engine of the session stopped.'))),
    );
    const tooLong = `The engine was not ready after ${LOADING_MS / 1000} s.`;
    this.#watch = setTimeout(() => this.#lost(new ContinuoError('ENGINE_CRASHED', tooLong)), LOADING_MS);
    signal?.addEventListener('abort', () => {
      if (this.#state === 'starting') this.#lost(signal.reason as Error);
    });
  }

  /** The place of the member whose code runs, or ran last. */
  get #member(): number {
    return Atomics.load(this.#bell, RUNNING);
  }

  get #owner(): CodeOwner {
    return this.owners[this.#member]!;
  }

  #watchLoading({ id }: CodeOwner): void {
    this.#loading();
    this.#loading = watchLoading(id, threadTimes(this.#thread), (error) => this.#lost(error));
  }

  /** Starts the watchdog: a worker without a heartbeat counts as dead. */
  #beWatched(): void {
    clearTimeout(this.#watch);
    const watchdog = new Watchdog(
      () => Atomics.load(this.#bell, BEATS),
      monotonic,
      threadTimes(this.#thread),
    );
    this.#watch = setInterval(() => {
      const opening = this.#requests.size > 0;
      const silent = opening ? SILENT_OPENING : SILENT;
      const own = this.#owner.builtIn || opening;
      if (watchdog.look({ silent, ...(!own && { computing: COMPUTING }) })) this.#lost(this.#hung());
    }, LOOK_MS);
    this.#watch.unref();
  }

  #hung(): ContinuoError {
    return this.#owner.builtIn
      ? new ContinuoError('ENGINE_CRASHED', 'It hung: it gave no sign of life.')
      : new ContinuoError('PLUGIN_HUNG', 'Its code does not return.');
  }

  post(message: ToWorker): void {
    if (this.#state === 'over') return;
    this.#worker.postMessage(message);
    Atomics.add(this.#bell, BELL, 1);
    Atomics.notify(this.#bell, BELL);
  }

  /** Connects an output (`again`: the one in use is gone) and resolves with the name of the port in use. */
  output(name: string | null, again: boolean, lent: Lent | null): Promise<string | null> {
    const request = this.#nextRequest++;
    return new Promise((resolve, reject) => {
      if (this.#state === 'over' || this.#state === 'closing') throw gone();
      this.#requests.set(request, { resolve, reject });
      this.post({ type: 'output', name, request, again, lent });
    });
  }

  /**
   * Stops the session, silences its output and ends the thread. Resolves with the worker's final message; null where it had died or
   * did not answer, and may have left notes sounding.
   */
  close(takeEnds = true): Promise<Extract<FromWorker, { type: 'closed' }> | null> {
    if (this.#state === 'over') return Promise.resolve(null);
    this.#closing ??= this.#close(takeEnds);
    return this.#closing;
  }

  async #close(takeEnds: boolean): Promise<Extract<FromWorker, { type: 'closed' }> | null> {
    this.#state = 'closing';
    const last = await new Promise<Extract<FromWorker, { type: 'closed' }> | null>((resolve) => {
      const timer = setTimeout(() => resolve(null), STOPPING_MS);
      this.#closed = (words) => {
        clearTimeout(timer);
        resolve(words);
      };
      this.post({ type: 'close', takeEnds });
    });
    this.#end(gone());
    await this.#die();
    return last;
  }

  /** Ends the link: rejects open requests and stops the watches. */
  #end(error: Error): void {
    this.#state = 'over';
    clearInterval(this.#watch);
    this.#loading();
    for (const { reject } of this.#requests.values()) reject(error);
    this.#requests.clear();
  }

  /** Terminates the thread, whatever it is doing. */
  async #die(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, DYING_MS);
    });
    await Promise.race([this.#worker.terminate(), enough]);
    clearTimeout(timer);
  }

  #hear(message: FromWorker): void {
    switch (message.type) {
      case 'ready':
        if (this.#state !== 'starting') return;
        this.#state = 'running';
        this.#loading();
        this.#thread = message.thread;
        this.#beWatched();
        this.#ready(message);
        return;
      case 'loading':
        this.#thread = message.thread;
        if (!this.owners[message.member]!.builtIn) this.#watchLoading(this.owners[message.member]!);
        return;
      case 'loaded': {
        this.#loading();
        const owner = this.owners[message.member]!;
        if (!owner.builtIn && owner.predicts) this.#watchLoading(owner);
        return;
      }
      case 'died':
        this.#lost(this.#blamed(errorOf(message.error)));
        return;
      case 'failed':
        this.#lost(
          message.error.code === 'DEFECT' ? this.#blamed(errorOf(message.error)) : errorOf(message.error),
        );
        return;
      case 'closed':
        this.#closed?.(message);
        return;
      case 'output':
        this.#answer(message);
        this.listener.message(message);
        return;
      case 'batch':
      case 'checkpoint':
      case 'refused':
        this.listener.message(message);
        return;
      default:
        exhausted(message);
    }
  }

  /** Attributes an error of the thread to the plugin, unless the plugin is built in. */
  #blamed(error: Error): Error {
    const { builtIn, folder } = this.#owner;
    if (builtIn || (error instanceof ContinuoError && error.code.startsWith('PLUGIN_'))) return error;
    return new ContinuoError('PLUGIN_FAILED', inShort(error.message, folder), undefined, {
      cause: error,
    });
  }

  #answer({ request, name, error }: Extract<FromWorker, { type: 'output' }>): void {
    const waiting = this.#requests.get(request);
    this.#requests.delete(request);
    if (error) waiting?.reject(errorOf(error));
    else waiting?.resolve(name);
  }

  #lost(error: Error): void {
    const state = this.#state;
    if (state === 'over') return;
    if (state === 'closing') {
      this.#closed?.(null);
      return;
    }
    this.#end(error);
    if (state === 'starting') this.#failed(error);
    // Reported before the thread is terminated, which may take a while, so that its notes are silenced first.
    else this.listener.crashed({ error, member: this.#member });
    void this.#die();
  }
}

function gone(): ContinuoError {
  return new ContinuoError('ENGINE_CRASHED', 'The engine is gone.', 'Ask again in a moment.');
}

/** The error's first line and, as far as the stack shows it, the place in the plugin's folder. */
function inShort(stack: string, folder: string): string {
  const [first = '', ...lines] = stack.split('\n');
  const line = lines.find((line) => line.includes(`${folder}/`));
  const place = /\/[^\s():]+:\d+:\d+/.exec(line ?? '')?.[0].replace(/^\/\/+/, '/');
  return place === undefined ? first : `${first} (${place})`;
}
