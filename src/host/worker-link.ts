import { Worker } from 'node:worker_threads';
import { ContinuoError } from '../errors.js';
import { errorOf } from './error-report.js';
import type { FromWorker, ToWorker, WorkerStart } from './worker-protocol.js';

/** What the owner of a worker hears. */
export interface LinkListener {
  message(message: Extract<FromWorker, { type: 'batch' | 'refused' | 'output' }>): void;
  /** The worker died without being asked to. */
  crashed(error: Error): void;
}

/** How long a worker may take to stop before it is ended by force, in milliseconds. */
const PATIENCE_MS = 3000;

/** The I/O thread's end of a session's worker: messages go through the bell, requests are answered, a crash is noticed. */
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
  #closed: ((last: Extract<FromWorker, { type: 'closed' }>) => void) | null = null;
  #state: 'starting' | 'running' | 'closing' | 'over' = 'starting';
  /** Resolves when model and plugin are loaded. Rejects with what {@link assemble} throws. */
  readonly ready: Promise<Extract<FromWorker, { type: 'ready' }>>;

  constructor(
    start: Omit<WorkerStart, 'bell'>,
    private readonly listener: LinkListener,
  ) {
    const bell = new SharedArrayBuffer(4);
    this.#bell = new Int32Array(bell);
    this.ready = new Promise((resolve, reject) => {
      this.#ready = resolve;
      this.#failed = reject;
    });
    this.#worker = new Worker(new URL('./session-worker.js', import.meta.url), {
      workerData: { ...start, bell } satisfies WorkerStart,
    });
    this.#worker.on('message', (message: FromWorker) => this.#hear(message));
    this.#worker.on('error', (error) => this.#lost(error));
    this.#worker.on('exit', () =>
      this.#lost(new ContinuoError('ENGINE_CRASHED', 'The engine of the session stopped.')),
    );
  }

  post(message: ToWorker): void {
    if (this.#state === 'over') return;
    this.#worker.postMessage(message);
    Atomics.add(this.#bell, 0, 1);
    Atomics.notify(this.#bell, 0);
  }

  /** Connects the output, `again` where the one in use is gone; resolves with the name of the port in use. */
  output(name: string | null, again: boolean): Promise<string | null> {
    const request = this.#nextRequest++;
    return new Promise((resolve, reject) => {
      this.#requests.set(request, { resolve, reject });
      this.post({ type: 'output', name, request, again });
    });
  }

  /** Stops the session, silences its output and ends the thread. Resolves with its last words; null where it had died. */
  async close(): Promise<Extract<FromWorker, { type: 'closed' }> | null> {
    if (this.#state === 'over') return null;
    this.#state = 'closing';
    const last = await new Promise<Extract<FromWorker, { type: 'closed' }> | null>((resolve) => {
      const timer = setTimeout(() => resolve(null), PATIENCE_MS);
      this.#closed = (words) => {
        clearTimeout(timer);
        resolve(words);
      };
      this.post({ type: 'close' });
    });
    this.#state = 'over';
    await this.#worker.terminate();
    return last;
  }

  #hear(message: FromWorker): void {
    switch (message.type) {
      case 'ready':
        this.#state = 'running';
        this.#ready(message);
        return;
      case 'failed':
        this.#state = 'over';
        this.#failed(errorOf(message.error));
        void this.#worker.terminate();
        return;
      case 'closed':
        this.#closed?.(message);
        return;
      case 'output':
        this.#answer(message);
        this.listener.message(message);
        return;
      default:
        this.listener.message(message);
    }
  }

  #answer({ request, name, error }: Extract<FromWorker, { type: 'output' }>): void {
    const waiting = this.#requests.get(request);
    this.#requests.delete(request);
    if (error) waiting?.reject(errorOf(error));
    else waiting?.resolve(name);
  }

  #lost(error: Error): void {
    if (this.#state === 'over' || this.#state === 'closing') return;
    const starting = this.#state === 'starting';
    this.#state = 'over';
    for (const { reject } of this.#requests.values()) reject(error);
    this.#requests.clear();
    if (starting) this.#failed(error);
    else this.listener.crashed(error);
  }
}
