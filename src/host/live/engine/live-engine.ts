import { ContinuoError } from '../../../errors.js';
import type { Seconds } from '../../../music/units.js';
import type { SessionEvent } from '../../../session/events.js';
import { reportOf } from '../../error-report.js';
import type { FoundPlugin } from '../../plugins/plugins.js';
import { TAKE_VERSION } from '../../takes/header.js';
import { TakeLink } from '../../takes/link.js';
import { NotationLink } from '../notation/link.js';
import type { Lent } from '../ports/own-port/lent-port.js';
import { ownerOf, WorkerLink } from './worker-link.js';
import type { FromWorker, ToWorker, WorkerStart } from './worker-protocol.js';

export interface EngineStart extends Omit<WorkerStart, 'bell'> {
  readonly plugin: FoundPlugin;
  /** What people know it by that plays: the model, or a plugin that predicts by itself. */
  readonly madeBy: string;
  /** Folder for takes; null writes none. */
  readonly takes: string | null;
  /** Session time. */
  readonly now: () => Seconds;
}

/** What a session hears of its engine. */
export interface EngineListener {
  readonly event: (event: SessionEvent) => void;
  /** The output in use is another one. */
  readonly output: (message: Extract<FromWorker, { type: 'output' }>) => void;
  /** The worker died. What it wrote is not closed yet. */
  readonly crashed: (error: Error) => void;
}

/** One plugin with one model at work: its worker, and what is written of what it plays. A session has one after the other. */
export class LiveEngine {
  readonly #link: WorkerLink;
  /** Null where none is written. */
  #take: TakeLink | null = null;
  /** Null where the plugin writes none. */
  #countsBeats = false;
  #notation: NotationLink | null = null;

  private constructor(
    start: EngineStart,
    private readonly listener: EngineListener,
    private readonly now: () => Seconds,
    signal: AbortSignal,
  ) {
    const { setup, plugin, mode, zero, time, channel, sent, firstId } = start;
    this.#link = new WorkerLink(
      { setup, mode, zero, time, channel, sent, firstId },
      { message: (message) => this.#hear(message), crashed: listener.crashed },
      ownerOf(plugin),
      signal,
    );
  }

  /**
   * Resolves when plugin and model are loaded. Throws what {@link assemble} throws, ENGINE_CRASHED, and the reason of `signal` where
   * that is aborted before; the worker is ended then.
   */
  static async start(start: EngineStart, listener: EngineListener, signal: AbortSignal): Promise<LiveEngine> {
    const engine = new LiveEngine(start, listener, start.now, signal);
    const ready = await engine.#link.ready;
    engine.#countsBeats = ready.countsBeats;
    engine.#beginToWrite(start, ready);
    return engine;
  }

  #beginToWrite(start: EngineStart, ready: Extract<FromWorker, { type: 'ready' }>): void {
    const { plugin, takes, setup, mode, time, zero, madeBy } = start;
    const { modelHash } = ready;
    if (ready.notation) {
      const making = `played with continuo, ${madeBy} ${modelHash}, seed ${setup.seed}`;
      this.#notation = new NotationLink(
        { plugin: plugin.ref, making },
        { told: (event) => this.listener.event(event), failed: (error) => this.#unwritten(error, plugin) },
      );
    }
    if (takes === null) return;
    const pluginVersion = plugin.descriptor.version;
    const date = new Date().toISOString();
    const header = {
      type: 'take',
      version: TAKE_VERSION,
      date,
      setup,
      pluginVersion,
      modelHash,
      mode,
      time,
    } as const;
    this.#take = new TakeLink({ parent: takes, header, zero }, (failure) =>
      this.listener.event({ type: 'recording', time: this.now(), failure }),
    );
  }

  #hear(message: Extract<FromWorker, { type: 'batch' | 'refused' | 'output' }>): void {
    if (message.type === 'output') this.listener.output(message);
    else if (message.type === 'refused') this.#trouble(message.error);
    else {
      const { events, records } = message;
      this.#take?.add(events, records);
      for (const event of events) this.listener.event(event);
      this.#notation?.hear(this.now(), events, records);
    }
  }

  #unwritten(error: Error, { descriptor }: FoundPlugin): void {
    const code =
      error instanceof ContinuoError && error.code === 'PLUGIN_HUNG' ? error.code : 'PLUGIN_FAILED';
    const message = `The plugin ${descriptor.name} could not write the music down, and does not any more: ${reportOf(error).message}`;
    this.#trouble({ code, message });
  }

  #trouble({ code, message }: { readonly code: string; readonly message: string }): void {
    this.listener.event({ type: 'trouble', time: this.now(), code, message });
  }

  /** Whether it follows the player's beats, which can be told. */
  get countsBeats(): boolean {
    return this.#countsBeats;
  }

  /** The music so far as ABC, as it was told last; undefined where the plugin writes none. */
  get notation(): string | undefined {
    return this.#notation?.told;
  }

  /** Where the take is being written; null while there is none. */
  get takeFolder(): string | null {
    return this.#take?.folder ?? null;
  }

  post(message: ToWorker): void {
    this.#link.post(message);
  }

  /**
   * Connects the output; resolves with the name of the port in use. `again`: the one in use is gone, and the music goes on. `lent`:
   * the port, where another thread holds it.
   * Throws PORT_NOT_FOUND, PORT_AMBIGUOUS, PORT_OPEN, MIDI_UNAVAILABLE.
   */
  output(name: string | null, again: boolean, lent: Lent | null): Promise<string | null> {
    return this.#link.output(name, again, lent);
  }

  /** Stops the session in the worker. Returns whether it could: one that died, or hangs, may have left something sounding. */
  async stop(): Promise<boolean> {
    return (await this.#link.close()) !== null;
  }

  /** Stops the session in the worker, if it lives, and ends the take. */
  async close(): Promise<void> {
    await this.#link.close();
    const book = await this.#notation?.close();
    await this.#take?.close(book);
  }
}
