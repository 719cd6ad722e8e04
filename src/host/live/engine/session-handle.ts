import { ContinuoError } from '../../../errors.js';
import type { Seconds } from '../../../music/units.js';
import type { ParamValues } from '../../../plugin/definition.js';
import type { PluginVoice } from '../../../plugin/live.js';
import type { LearntState, Resumption } from '../../../session/checkpoint.js';
import type { Mode } from '../../../session/commands.js';
import type { SessionEvent } from '../../../session/events.js';
import type { TakeRecord } from '../../../session/take.js';
import { reportOf } from '../../error-report.js';
import type { FoundPlugin } from '../../plugins/plugins.js';
import { TAKE_VERSION, type TakeHeader } from '../../takes/header.js';
import { TakeLink } from '../../takes/take-link.js';
import type { WatchedNetwork } from '../network/views.js';
import { NotationLink } from '../notation/notation-link.js';
import type { Lent } from '../ports/own-port/lent-port.js';
import { Inheritance } from './inheritance.js';
import { LastCheckpoint } from './last-checkpoint.js';
import { ownerOf, WorkerLink } from './worker-link.js';
import type { FromWorker, ToWorker, WorkerStart } from './worker-protocol.js';

export interface HandleStart extends Omit<WorkerStart, 'bell'> {
  readonly plugin: FoundPlugin;
  /** Display name of what plays: the model, or a plugin without one. */
  readonly madeBy: string;
  /** Folder for takes; null writes none. */
  readonly takes: string | null;
  /** The session's clock. */
  readonly now: () => Seconds;
}

/** Callbacks from one engine to its session. */
export interface HandleListener {
  readonly event: (event: SessionEvent) => void;
  /** Another output is in use. */
  readonly output: (message: Extract<FromWorker, { type: 'output' }>) => void;
  /** The worker died. Its take is still open. */
  readonly crashed: (error: Error) => void;
}

/** How a session starts in a ready worker. */
export interface SessionBegin {
  readonly mode: Mode;
  readonly values: ParamValues;
  /** What the session resumes from, in the same take; null: it starts from zero. */
  readonly inherited: Inheritance | null;
  /** The plugin's code differs from that of the previous session. */
  readonly reloaded: boolean;
  /** What the plugin had learnt, for a start from zero. */
  readonly learnt: LearntState | undefined;
}

/** A session in a worker, with one plugin and model: its thread, its take and its notation. */
export class SessionHandle {
  readonly #link: WorkerLink;
  /** null where no take is written. */
  #take: TakeLink | null = null;
  #notation: NotationLink | null = null;
  #ready!: Extract<FromWorker, { type: 'ready' }>;
  #last!: LastCheckpoint;

  private constructor(
    private readonly start: HandleStart,
    private readonly listener: HandleListener,
    signal: AbortSignal,
  ) {
    const { setup, plugin, zero, channel, sent, firstId } = start;
    this.#link = new WorkerLink(
      { setup, zero, channel, sent, firstId },
      { message: (message) => this.#hear(message), crashed: listener.crashed },
      ownerOf(plugin),
      signal,
    );
  }

  /**
   * Loads plugin and model in a new worker; {@link begin} starts it. Throws what {@link openHostPerformer} throws, ENGINE_CRASHED, and the
   * reason of `signal` if it aborts first, which ends the worker.
   */
  static async load(
    start: HandleStart,
    listener: HandleListener,
    signal: AbortSignal,
  ): Promise<SessionHandle> {
    const handle = new SessionHandle(start, listener, signal);
    handle.#ready = await handle.#link.ready;
    handle.#last = new LastCheckpoint(handle.#ready.codec.startToken);
    return handle;
  }

  /** Name of the session's codec. */
  get codec(): string {
    return this.#ready.codec.name;
  }

  /** Whether it can resume from an inheritance: there is a checkpoint, and the codec is the same. */
  continues(inherited: Inheritance): boolean {
    return inherited.resumption !== null && inherited.codec === this.codec;
  }

  /** Starts the session. */
  begin(begin: SessionBegin): void {
    const time = this.start.now();
    const resume = begin.inherited?.resumption ?? null;
    this.#last = new LastCheckpoint(this.#ready.codec.startToken, resume);
    if (begin.inherited && resume) this.#takeOver(begin.inherited, resume, begin, time);
    else this.#beginToWrite(begin, time);
    const { mode, values, learnt } = begin;
    this.post({ type: 'begin', time, mode, ...(resume ? { resume, values } : { learnt }) });
  }

  #beginToWrite({ mode, learnt }: SessionBegin, time: Seconds): void {
    const { plugin, takes, setup, zero } = this.start;
    const { modelHash } = this.#ready;
    if (this.#ready.notation) this.#notation = this.#newNotation();
    if (takes === null) return;
    const pluginVersion = plugin.descriptor.version;
    const date = new Date().toISOString();
    const header: TakeHeader = {
      type: 'take',
      version: TAKE_VERSION,
      ...{ date, setup, pluginVersion, modelHash, mode, time },
      ...(learnt !== undefined && { learnt }),
    };
    this.#take = new TakeLink({ parent: takes, header, zero }, (failure) =>
      this.listener.event({ type: 'recording', time: this.start.now(), failure }),
    );
  }

  /** Continues the take and notation: no end is recorded in them. */
  #takeOver(
    { take, notation, hung }: Inheritance,
    resume: Resumption,
    begin: SessionBegin,
    time: Seconds,
  ): void {
    const { mode, values, reloaded } = begin;
    const { checkpoint, branch, tokens } = resume;
    const { length, time: from } = checkpoint;
    const { version } = this.start.plugin.descriptor;
    const restart: TakeRecord = {
      type: 'restart',
      ...{ time, from, length, branch, mode, values: { ...values } },
      ...(hung && { hung: true as const }),
      ...(reloaded && { plugin: { version, code: this.#ready.code } }),
    };
    this.#take = take;
    take?.add([{ type: 'allOff', time }], [restart]);
    if (!reloaded) {
      this.#notation = notation;
      notation?.hear(time, [], [restart]);
      return;
    }
    // The reloaded code writes the notation anew from the beginning.
    void notation?.close();
    if (!this.#ready.notation) return;
    this.#notation = this.#newNotation();
    this.#notation.hear(time, [], [{ type: 'fed', tokens: Array.from(tokens).slice(1) }]);
  }

  #newNotation(): NotationLink {
    const { plugin, madeBy, setup } = this.start;
    const provenance = `played with continuo, ${madeBy} ${this.#ready.modelHash}, seed ${setup.seed}`;
    return new NotationLink(
      { plugin: plugin.ref, provenance },
      { told: (event) => this.listener.event(event), failed: (error) => this.#unwritten(error, plugin) },
    );
  }

  #hear(message: Extract<FromWorker, { type: 'batch' | 'refused' | 'output' | 'checkpoint' }>): void {
    if (message.type === 'output') this.listener.output(message);
    else if (message.type === 'refused') this.#trouble(message.error);
    else if (message.type === 'checkpoint') this.#last.made(message.checkpoint);
    else {
      const { events, records } = message;
      this.#last.add(records);
      this.#take?.add(events, records);
      for (const event of events) this.listener.event(event);
      this.#notation?.hear(this.start.now(), events, records);
    }
  }

  #unwritten(error: Error, { descriptor }: FoundPlugin): void {
    const code =
      error instanceof ContinuoError && error.code === 'PLUGIN_HUNG' ? error.code : 'PLUGIN_FAILED';
    const message = `The plugin ${descriptor.name} could not write the music down, and does not any more: ${reportOf(error).message}`;
    this.#trouble({ code, message });
  }

  #trouble({ code, message }: { readonly code: string; readonly message: string }): void {
    this.listener.event({ type: 'trouble', time: this.start.now(), code, message });
  }

  /** Whether it follows the player's beats, so that tapping helps. */
  get countsBeats(): boolean {
    return this.#ready.countsBeats;
  }

  /** What its network does, for who looks. */
  get network(): WatchedNetwork {
    return this.#ready.network;
  }

  /** The plugin's instruments; empty where it names none. */
  get voices(): readonly PluginVoice[] {
    return this.#ready.voices;
  }

  /** The music so far as ABC, as last reported; undefined where the plugin writes none. */
  get notation(): string | undefined {
    return this.#notation?.told;
  }

  /** Folder of the take; null while there is none. */
  get takeFolder(): string | null {
    return this.#take?.folder ?? null;
  }

  post(message: ToWorker): void {
    this.#link.post(message);
  }

  /**
   * Connects an output and resolves with the name of the port in use. `again`: the one in use is gone, and the music goes on.
   * `lent`: the port, where another thread holds it. Throws PORT_NOT_FOUND, PORT_AMBIGUOUS, PORT_OPEN, MIDI_UNAVAILABLE.
   */
  output(name: string | null, again: boolean, lent: Lent | null): Promise<string | null> {
    return this.#link.output(name, again, lent);
  }

  /**
   * Stops the session in the worker. `takeEnds`: no other session continues its take. Returns false where the worker died or hangs,
   * and may have left notes sounding.
   */
  async stop(takeEnds = true): Promise<boolean> {
    const last = await this.#link.close(takeEnds);
    if (last?.checkpoint) this.#last.made(last.checkpoint);
    return last !== null;
  }

  /** Returns what another session can resume from. The successor owns the take and notation from now on, and closes them. */
  leave(hung = false): Inheritance {
    const { resumption, learnt } = this.#last;
    const left = new Inheritance({
      ...{ resumption, codec: this.codec, learnt, hung },
      ...{ take: this.#take, notation: this.#notation },
    });
    this.#take = null;
    this.#notation = null;
    return left;
  }

  /** Stops the session, if the worker lives, and closes the take. */
  async close(): Promise<void> {
    await this.#link.close();
    const book = await this.#notation?.close();
    await this.#take?.close(book);
  }
}
