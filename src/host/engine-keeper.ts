import { setTimeout } from 'node:timers/promises';
import { ContinuoError } from '../errors.js';
import type { PortId } from '../midi/index.js';
import type { Seconds } from '../music/units.js';
import type { PluginDescriptor } from '../plugin/descriptor.js';
import type { ParamSpecs } from '../plugin/params.js';
import type { Mode } from '../session/commands.js';
import type { SessionEvent } from '../session/events.js';
import { SESSION_PARAMS } from '../session/params.js';
import type { Setup } from './assemble.js';
import { Backoff } from './backoff.js';
import { ChangeQueue } from './change-queue.js';
import { reportOf } from './error-report.js';
import { LiveEngine } from './live-engine.js';
import { findModel, type ModelFolder } from './models.js';
import { loadPlugin } from './plugins.js';
import type { Wishes } from './wishes.js';
import { LOST, type ToWorker } from './worker-protocol.js';

/** What of a session's options concerns its engines. */
export interface EngineOptions {
  /** Folder for takes; null writes none. */
  readonly takes: string | null;
  /** MIDI channel of the model's notes, 0 to 15. */
  readonly channel?: number;
}

/** What a session hears of its engines, and does for them. */
export interface KeeperListener {
  readonly event: (event: SessionEvent) => void;
  /** The output in use is another one. */
  readonly output: (name: string | null, id: PortId | null) => void;
  /** The output in use takes no more messages. */
  readonly outputFailed: () => void;
  /** The output that was in use cannot be opened by another engine: it is gone, or will not have it yet. */
  readonly outputMissing: (name: string) => void;
  /** Of the {@link SentLog} of the session's output. */
  readonly sent: () => SharedArrayBuffer;
  /** An engine that died may have left something sounding there. */
  readonly silence: (output: string | null) => void;
  /** From now on this engine plays: nothing of it was told yet. */
  readonly changed: (chosen: Chosen) => void;
}

/** What is loaded. */
export interface Chosen {
  readonly setup: Setup;
  readonly descriptor: PluginDescriptor;
  readonly model: ModelFolder;
}

interface Change {
  readonly setup: Setup;
  /** Only where nobody plays: it waits for that. */
  readonly unnoticed?: boolean;
}

/** Where an engine stands: its events are the session's while it plays; while it leaves, those that end its notes. */
type Role = 'comes' | 'plays' | 'leaves' | 'gone';

/** One engine lets go of its notes and port before the next is given them: nobody plays more than this meanwhile. */
const MOST_WAITING = 1000;
/** Where one change overtakes another, the next waits for one that comes as quickly again, so that few threads begin in vain. */
const CALM_MS = 150;
/** Of each engine's ids of notes; engines come one after the other, so that a double holds them for long. */
const IDS = 2 ** 32;

/** The parameters of a session with this plugin. */
export const paramsOf = ({ params }: PluginDescriptor): ParamSpecs => ({ ...params, ...SESSION_PARAMS });

/**
 * The engine of a session, and how another takes its place. The new one is ready before the old one is let go, so that one that
 * does not load changes nothing; what was wished (mode, parameters, running, the output) goes along. One that dies or hangs is
 * silenced and replaced, after longer and longer waits where that fails.
 */
export class EngineKeeper {
  readonly #changes = new ChangeQueue<Change>((change, signal) => this.#make(change, signal));
  readonly #backoff = new Backoff();
  #engine: LiveEngine | null = null;
  /** Its part. */
  #part: { role: Role } | null = null;
  #chosen: Chosen | null = null;
  /** What is wanted in the end: loaded, or being loaded. */
  #wanted: Setup;
  /** One engine is let go for the next. */
  #handing = false;
  #waiting: ToWorker[] = [];
  /** Outputs that the engine is opening. */
  #connecting: Promise<unknown> = Promise.resolve();
  /** The output in use, or that the next engine is to use. */
  #output: string | null = null;
  #count = 0;
  #hurried = false;
  #rests = true;
  readonly #resting = new Set<() => void>();
  #reviving: NodeJS.Timeout | undefined;
  /** Takes of former engines that are being finished. */
  readonly #finishing = new Set<Promise<void>>();
  #lastTake: string | null = null;
  #closed = false;

  constructor(
    setup: Setup,
    private readonly options: EngineOptions,
    private readonly wishes: Wishes,
    private readonly zero: Seconds,
    private readonly now: () => Seconds,
    private readonly listener: KeeperListener,
  ) {
    this.#wanted = setup;
  }

  /** The engine that plays; null while there is none. */
  get engine(): LiveEngine | null {
    return this.#engine;
  }

  /** Where the last take is, or is being written; null where nothing was. */
  get takeFolder(): string | null {
    return this.#engine?.takeFolder ?? this.#lastTake;
  }

  /** What was asked for last, be it loaded yet or not. */
  get wanted(): Setup {
    return this.#wanted;
  }

  /** Whether nothing is under way: no change, no turn, no phrase. */
  get rests(): boolean {
    return this.#engine !== null && !this.#changes.busy && this.#rests;
  }

  /** Resolves when this, or what was asked for since, is loaded. Throws what loading throws; nothing has changed then. */
  async load(change: Change): Promise<void> {
    this.#wanted = change.setup;
    await this.#changes.ask(change);
  }

  /** Hands a message to the engine. Returns false where there is none, and it goes nowhere. */
  post(message: ToWorker): boolean {
    if (this.#handing) {
      if (this.#waiting.length >= MOST_WAITING) return false;
      this.#waiting.push(message);
      return true;
    }
    this.#engine?.post(message);
    return this.#engine !== null;
  }

  /** Whether a command of the moment reaches an engine that it is meant for. */
  get listens(): boolean {
    return this.#engine !== null && !this.#handing;
  }

  /** Connects the output, `again` where the one in use is gone and the music goes on. Throws what {@link LiveEngine.output} throws. */
  async connect(name: string | null, again = false): Promise<void> {
    if (this.#engine === null || this.#handing)
      throw new ContinuoError(
        'PORT_OPEN',
        'The model is being changed.',
        'Choose the port again in a moment.',
      );
    const done = this.#engine.output(name, again);
    const settled = done.then(
      () => undefined,
      () => undefined,
    );
    this.#connecting = Promise.all([this.#connecting, settled]);
    await done;
  }

  // ---------------------------------------------------------------- another engine

  async #make(change: Change, signal: AbortSignal): Promise<void> {
    clearTimeout(this.#reviving);
    try {
      if (this.#hurried) await setTimeout(CALM_MS, undefined, { signal });
      await this.#change(change, signal);
      this.#hurried = false;
    } catch (error) {
      this.#hurried = signal.aborted;
      if (!signal.aborted && this.#chosen) this.#wanted = this.#chosen.setup;
      throw error;
    } finally {
      if (this.#engine === null && this.#chosen && !signal.aborted) this.#revive();
    }
  }

  async #change({ setup, unnoticed }: Change, signal: AbortSignal): Promise<void> {
    const { descriptor, definition } = await loadPlugin(setup.plugin);
    const model = findModel(setup.model);
    signal.throwIfAborted();
    const { takes, channel = 0 } = this.options;
    const { mode } = this.wishes;
    const part: { role: Role } = { role: 'comes' };
    const next = await LiveEngine.start(
      {
        ...{ setup, definition, params: descriptor.params, pluginVersion: descriptor.version },
        ...{ modelId: model.id, takes, channel, mode, firstId: IDS * this.#count++ },
        ...{ zero: this.zero, time: this.now(), now: this.now, sent: this.listener.sent() },
      },
      {
        event: (event) => this.#hear(event, part.role),
        output: ({ name, id, request }) => {
          if (part.role !== 'plays') return;
          if (request === LOST) this.listener.outputFailed();
          this.#outputIs(name, id);
        },
        crashed: (error) => this.#crashed(error, part),
      },
      signal,
    );
    try {
      if (unnoticed) await this.#untilItRests(signal);
      signal.throwIfAborted();
      if (part.role === 'gone')
        throw new ContinuoError('ENGINE_CRASHED', 'The engine died before it could play.');
    } catch (error) {
      await next.close();
      throw error;
    }
    await this.#handOver({ setup, descriptor, model }, next, part, mode);
  }

  /** The old engine, if any, ends its notes and lets go of the output; then the new one gets what is wished. */
  async #handOver(chosen: Chosen, next: LiveEngine, part: { role: Role }, mode: Mode): Promise<void> {
    this.#handing = true;
    // A port that is being opened is the next engine's to use.
    await this.#connecting;
    const [old, output] = [this.#engine, this.#output];
    if (this.#part) this.#part.role = 'leaves';
    if (old) {
      if (!(await old.stop())) this.#silence(output);
      this.#finish(old);
    }
    if (this.#part) this.#part.role = 'gone';
    this.#engine = part.role === 'comes' ? next : null;
    this.#part = part;
    this.#chosen = chosen;
    if (part.role === 'comes') part.role = 'plays';
    this.listener.changed(chosen);
    this.#outputIs(null, null);
    if (output !== null) await this.#moveOutput(next, output);
    this.#handing = false;
    if (this.#closed) return;
    // The old one may have been stopped at the last moment, and was not heard any more.
    if (!this.wishes.running || this.#engine === null) this.#tellStopped();
    for (const command of this.wishes.commands(paramsOf(chosen.descriptor), mode))
      next.post({ type: 'command', command, time: this.now() });
    for (const message of this.#waiting.splice(0)) next.post(message);
  }

  async #moveOutput(engine: LiveEngine, output: string): Promise<void> {
    try {
      await engine.output(output, true);
    } catch (error) {
      this.#trouble(reportOf(error));
      if (this.#engine !== null) this.listener.outputMissing(output);
    }
    // One that died at it: the next is to have the port.
    if (this.#engine === null) this.#output = output;
  }

  /** Ends what an engine that does not answer left sounding, there and for all who listen. */
  #silence(output: string | null): void {
    this.listener.silence(output);
    this.listener.event({ type: 'allOff', time: this.now() });
  }

  #outputIs(name: string | null, id: PortId | null): void {
    this.#output = name;
    this.listener.output(name, id);
  }

  /** Its take is finished, which a slow disk may draw out; nobody waits for that. */
  #finish(engine: LiveEngine): void {
    const before = this.#lastTake;
    this.#lastTake = engine.takeFolder ?? before;
    const done = engine
      .close()
      .catch((error: unknown) => this.#trouble(reportOf(error)))
      .then(() => {
        // The thread that writes may have said only now where; a later engine's take is the last nevertheless.
        if (this.#lastTake === before) this.#lastTake = engine.takeFolder ?? before;
        this.#finishing.delete(done);
      });
    this.#finishing.add(done);
  }

  async #untilItRests(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#rests) return;
    await new Promise<void>((resolve, reject) => {
      this.#resting.add(resolve);
      signal.addEventListener('abort', () => {
        this.#resting.delete(resolve);
        reject(signal.reason as Error);
      });
    });
  }

  // ---------------------------------------------------------------- what engines say

  #hear(event: SessionEvent, role: Role): void {
    // What the one that leaves says of its turn is not the session's any more.
    if (role === 'comes' || role === 'gone' || (role === 'leaves' && event.type === 'phase')) return;
    this.#tell(event);
  }

  #tell(event: SessionEvent): void {
    if (event.type === 'phase') {
      this.#rests = event.phase === 'waiting' || event.phase === 'stopped';
      if (this.#rests) for (const resolve of this.#resting) resolve();
      if (this.#rests) this.#resting.clear();
    }
    this.listener.event(event);
  }

  /** No engine is left that would say so itself. */
  #tellStopped(): void {
    this.#tell({ type: 'phase', time: this.now(), phase: 'stopped' });
  }

  #trouble({ code, message }: { readonly code: string; readonly message: string }): void {
    this.listener.event({ type: 'trouble', time: this.now(), code, message });
  }

  /** The worker died, or hangs: what it left sounding is silenced first, then another one takes its place. */
  #crashed(error: Error, part: { role: Role }): void {
    const played = part.role === 'plays';
    part.role = 'gone';
    const engine = this.#engine;
    if (!played || engine === null) return;
    const output = this.#output;
    this.#silence(output);
    this.#engine = null;
    this.#outputIs(null, null);
    this.#output = output;
    this.#tellStopped();
    const message = `The engine died and is started anew; what you play until then is not heard: ${error.message}`;
    this.#trouble({ code: 'ENGINE_CRASHED', message });
    this.#finish(engine);
    if (!this.#changes.busy) this.#revive();
  }

  /** Starts what was chosen anew, at once or, where that went wrong, after a while. */
  #revive(): void {
    if (this.#closed || this.#chosen === null) return;
    const { setup } = this.#chosen;
    clearTimeout(this.#reviving);
    this.#reviving = globalThis.setTimeout(() => {
      if (this.#engine !== null || this.#changes.busy || this.#closed) return;
      this.load({ setup }).catch((error: unknown) => {
        if (!this.#closed) this.#trouble(reportOf(error));
      });
    }, 1000 * this.#backoff.wait(this.now()));
  }

  /** Gives up what is being loaded, ends worker and takes. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#reviving);
    await this.#changes.close();
    const { engine, output } = { engine: this.#engine, output: this.#output };
    if (engine) {
      if (!(await engine.stop())) this.#silence(output);
      this.#finish(engine);
    }
    this.#engine = null;
    await Promise.all(this.#finishing);
  }
}
