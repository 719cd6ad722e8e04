import { ContinuoError } from '../../../errors.js';
import { exhausted } from '../../../exhausted.js';
import { errorOf } from '../../error-report.js';
import type { HeldModel, SharedModels } from '../../models/shared-models.js';
import { type FoundPlugin, watchLoading } from '../../plugins/plugins.js';
import type { Lent } from '../ports/own-port/lent-port.js';
import type { FromSeat } from './pool/pool-protocol.js';
import type { WorkerEnd, WorkerThread } from './pool/worker-thread.js';
import type { FromWorker, ToWorker, WorkerStart } from './worker-protocol.js';

/** How a session in a worker ended. */
export interface Crash {
  readonly error: Error;
  /** Whose code ran: its place in the band, 0 for the first or only one. */
  readonly member: number;
  /** Whether the worker hung, or died, while it ran this session: another time it has a worker of its own. */
  readonly alone: boolean;
}

/** Callbacks from a session in a worker to its owner. */
export interface LinkListener {
  message(
    message: Extract<FromWorker, { type: 'batch' | 'refused' | 'output' | 'checkpoint' | 'stands' | 'kept' }>,
  ): void;
  /** It died unexpectedly. */
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

/** How long a session may take to stop before it is left, in milliseconds. */
const STOPPING_MS = 1200;
/** How long loading plugin and model may take, in milliseconds: a reference engine warms up slowly. */
const LOADING_MS = 120_000;

/** Where a session runs, and whose code. */
export interface LinkPlace {
  readonly worker: WorkerThread;
  readonly models: SharedModels;
  /** The plugins of the members, the first one first. */
  readonly owners: readonly CodeOwner[];
}

/** The I/O thread's end of a session in a worker: posts messages, answers requests, says how it ends. */
export class WorkerLink {
  readonly #worker: WorkerThread;
  /** Its number in the worker. */
  readonly #seat: number;
  readonly #requests = new Map<
    number,
    { resolve: (name: string | null) => void; reject: (error: Error) => void }
  >();
  #nextRequest = 0;
  #ready!: (ready: Extract<FromWorker, { type: 'ready' }>) => void;
  #failed!: (error: Error) => void;
  #closed: ((last: Extract<FromWorker, { type: 'closed' }> | null) => void) | null = null;
  #closing: Promise<Extract<FromWorker, { type: 'closed' }> | null> | null = null;
  /** Fires where loading takes too long. */
  readonly #timeout: NodeJS.Timeout;
  /** Stops the watch over the loading of the plugin's code. */
  #loading = () => {};
  #state: 'starting' | 'running' | 'closing' | 'over' = 'starting';
  /** The models that it plays with. */
  readonly #models: HeldModel[] = [];
  /** Resolves when model and plugin are loaded. Rejects with what {@link openHostPerformer} throws. */
  readonly ready: Promise<Extract<FromWorker, { type: 'ready' }>>;

  /** If `signal` aborts before the session is ready, it is ended and {@link ready} rejects. */
  constructor(
    private readonly place: LinkPlace,
    private readonly start: Omit<WorkerStart, 'foreign'>,
    private readonly listener: LinkListener,
    signal?: AbortSignal,
  ) {
    const { worker, owners } = place;
    const foreign = owners.flatMap(({ builtIn }, member) => (builtIn ? [] : [member]));
    this.ready = new Promise((resolve, reject) => {
      this.#ready = resolve;
      this.#failed = reject;
    });
    this.#worker = worker;
    this.#seat = worker.add({
      hear: (told) => this.#hear(told),
      lost: (end) => this.#lost(this.#blamed(end), end.own),
      isOpening: () => this.#requests.size > 0,
      isBuiltIn: (member) => owners[member]?.builtIn ?? true,
    });
    const tooLong = `The engine was not ready after ${LOADING_MS / 1000} s.`;
    this.#timeout = setTimeout(() => this.#lost(new ContinuoError('ENGINE_CRASHED', tooLong)), LOADING_MS);
    signal?.addEventListener('abort', () => {
      if (this.#state === 'starting') this.#lost(signal.reason as Error);
    });
    worker.post(this.#seat, { type: 'open', start: { ...start, foreign } });
  }

  /** The place of the member whose code runs, or ran last. */
  get #member(): number {
    return Math.min(this.#worker.member, this.place.owners.length - 1);
  }

  get #owner(): CodeOwner {
    return this.place.owners[this.#member]!;
  }

  #watchLoading({ id }: CodeOwner): void {
    this.#loading();
    this.#loading = watchLoading(id, this.#worker.times(), (error) => this.#lost(error));
  }

  async #giveModel(name: string): Promise<void> {
    const held = await this.place.models.hold(name, this.start.setup.precision);
    if (this.#state === 'over') held.release();
    else {
      this.#models.push(held);
      this.#worker.post(this.#seat, { type: 'model', name, model: held.model });
    }
  }

  post(message: ToWorker): void {
    if (this.#state !== 'over') this.#worker.post(this.#seat, message);
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
   * Stops the session, silences its output and ends it. Resolves with the worker's final message; null where it had died or
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
    await this.#worker.remove(this.#seat);
    return last;
  }

  /** Ends the link: rejects open requests, stops the watches, gives back the models. */
  #end(error: Error): void {
    this.#state = 'over';
    clearTimeout(this.#timeout);
    this.#loading();
    for (const { reject } of this.#requests.values()) reject(error);
    this.#requests.clear();
    for (const model of this.#models.splice(0)) model.release();
  }

  #hear(message: FromSeat): void {
    switch (message.type) {
      case 'ready':
        if (this.#state !== 'starting') return;
        this.#state = 'running';
        clearTimeout(this.#timeout);
        this.#loading();
        this.#ready(message);
        return;
      case 'loading':
        if (!this.place.owners[message.member]!.builtIn)
          this.#watchLoading(this.place.owners[message.member]!);
        return;
      case 'loaded': {
        this.#loading();
        const owner = this.place.owners[message.member]!;
        if (!owner.builtIn && owner.predicts) this.#watchLoading(owner);
        return;
      }
      case 'wantsModel':
        void this.#giveModel(message.name);
        return;
      case 'died':
        this.#lost(this.#plugins(errorOf(message.error)));
        return;
      case 'failed':
        this.#lost(
          message.error.code === 'DEFECT' ? this.#plugins(errorOf(message.error)) : errorOf(message.error),
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
      case 'stands':
      case 'kept':
      case 'refused':
        this.listener.message(message);
        return;
      default:
        exhausted(message);
    }
  }

  /** What the end of the worker is to this session: the fault of its plugin, or of another session. */
  #blamed({ error, hung, own }: WorkerEnd): Error {
    if (!own)
      return new ContinuoError(
        'ENGINE_CRASHED',
        `Another session in its worker ${hung ? 'hung' : 'made the worker end'}: ${error.message}`,
      );
    if (!hung) return this.#plugins(error);
    return this.#owner.builtIn
      ? new ContinuoError('ENGINE_CRASHED', 'It hung: it gave no sign of life.')
      : new ContinuoError('PLUGIN_HUNG', 'Its code does not return.');
  }

  /** Attributes an error to the plugin, unless that is built in. */
  #plugins(error: Error): Error {
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

  /** `alone`: the worker ended while it ran this session. */
  #lost(error: Error, alone = false): void {
    const state = this.#state;
    if (state === 'over') return;
    if (state === 'closing') {
      this.#closed?.(null);
      return;
    }
    const member = this.#member;
    this.#end(error);
    if (state === 'starting') this.#failed(error);
    // Reported before the thread is terminated, which may take a while, so that its notes are silenced first.
    else this.listener.crashed({ error, member, alone });
    void this.#worker.remove(this.#seat);
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
