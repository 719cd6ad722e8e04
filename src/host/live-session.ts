import { ContinuoError } from '../errors.js';
import type { PerformanceEvent } from '../music/note.js';
import type { Seconds } from '../music/units.js';
import type { PluginDescriptor } from '../plugin/descriptor.js';
import { defaultValues, type ParamValue } from '../plugin/params.js';
import { checkCommand, type Mode, type SessionCommand } from '../session/commands.js';
import type { SessionEvent, SessionPhase } from '../session/events.js';
import { SESSION_PARAMS } from '../session/params.js';
import { checkVocabulary, liveCodec, type Setup } from './assemble.js';
import { clockFrom, monotonic } from './clock.js';
import { reportOf } from './error-report.js';
import type { ChannelFilter } from './input-channel.js';
import { LiveEngine } from './live-engine.js';
import { LivePorts } from './live-ports.js';
import { defaultModel, findModel, type ModelFolder, modelName } from './models.js';
import { OfferedModels } from './offered-models.js';
import { readModel } from './open-model.js';
import { listPlugins, loadPlugin } from './plugins.js';
import type { PlayerEvent, PortsDescription, SessionControl, SessionDescription } from './session-control.js';
import { LOST, type ToWorker } from './worker-protocol.js';

export interface LiveOptions extends Setup {
  readonly mode: Mode;
  /** Folder for takes; null writes none. */
  readonly takes: string | null;
  /** MIDI channel of the model's notes, 0 to 15. */
  readonly channel?: number;
}

/** A worker is replaced within a second or two: nobody plays or asks more than this meanwhile. */
const MOST_WAITING = 1000;

/** A session as the I/O thread sees it: its engine, its ports. What it says of the session is what the worker said last. */
export class LiveSession implements SessionControl {
  readonly #zero = monotonic();
  readonly now = clockFrom(this.#zero);
  readonly #listeners = new Set<(event: SessionEvent) => void>();
  #engine: LiveEngine | null = null;
  /** One engine takes the place of another: what is asked for then waits. */
  #changing = true;
  #waiting: ToWorker[] = [];
  #descriptor!: PluginDescriptor;
  /** Known from loading: its folder may be gone by now. */
  #model!: ModelFolder;
  #plugins: readonly PluginDescriptor[] = [];
  readonly #models = new OfferedModels();
  #phase: SessionPhase = 'stopped';
  #mode: Mode;
  #values: Record<string, ParamValue> = {};
  #ports!: LivePorts;
  #output: string | null = null;
  #notRecording: string | null = null;
  #closed = false;
  /** Nobody has started or stopped it yet. */
  #fresh = true;

  private constructor(private options: LiveOptions) {
    this.#mode = options.mode;
  }

  /** Loads plugin and model, and opens the MIDI system where there is one. Throws what {@link assemble} throws. */
  static async open(options: LiveOptions): Promise<LiveSession> {
    const session = new LiveSession(options);
    session.#plugins = (await listPlugins()).filter(({ features }) => features.includes('live'));
    session.#ports = await LivePorts.open(session.now, {
      played: (event) => session.play(event),
      // What nobody sends on is not kept for a worker to come.
      moved: (message) => {
        if (session.#values.thru === true && !session.#changing) session.#post({ type: 'moved', message });
      },
      notice: (code, message) => session.#emit({ type: 'trouble', time: session.now(), code, message }),
      takeUp: (output) => session.#useOutput(output, true),
    });
    await session.#spawn();
    return session;
  }

  // ---------------------------------------------------------------- the engine

  async #spawn(): Promise<void> {
    const { plugin, model, engine, precision, seed, takes, channel = 0 } = this.options;
    const { descriptor, definition } = await loadPlugin(plugin);
    this.#descriptor = descriptor;
    const started = await LiveEngine.start(
      {
        setup: { plugin, model, engine, precision, seed },
        ...{ definition, params: descriptor.params, pluginVersion: descriptor.version, takes, channel },
        sent: this.#ports.sent.buffer,
        ...{ mode: this.#mode, zero: this.#zero, time: this.now(), now: this.now },
      },
      {
        event: (event) => this.#emit(event),
        output: ({ name, id, request }) => {
          this.#output = name;
          if (request === LOST) this.#ports.outputFailed();
          else this.#ports.outputIs(name, id);
        },
        crashed: (error) => void this.#crashed(error),
      },
    );
    this.#values = { ...defaultValues(descriptor.params), ...defaultValues(SESSION_PARAMS) };
    this.#ports.hear(this.#values.inputChannel as ChannelFilter);
    this.#model = this.#models.taken(model, descriptor);
    this.#engine = started;
    // Another take begins, with nothing that could not be written.
    if (this.#notRecording !== null) this.#emit({ type: 'recording', time: this.now(), failure: null });
    this.#changing = false;
    for (const message of this.#waiting.splice(0)) started.post(message);
  }

  #post(message: ToWorker): void {
    if (this.#engine && !this.#changing) this.#engine.post(message);
    else if (this.#waiting.length < MOST_WAITING) this.#waiting.push(message);
  }

  /** The worker died: what it left sounding is silenced from here, and a new one takes its place. */
  async #crashed(error: Error): Promise<void> {
    const output = this.#output;
    this.#output = null;
    this.#ports.outputIs(null, null);
    this.#changing = true;
    this.#ports.silence(output, this.options.channel ?? 0);
    const time = this.now();
    this.#emit({ type: 'allOff', time });
    this.#emit({ type: 'phase', time, phase: 'stopped' });
    const message = `The engine died and was started anew: ${error.message}`;
    this.#emit({ type: 'trouble', time, code: 'ENGINE_CRASHED', message });
    await this.#engine?.close();
    if (this.#closed) return;
    try {
      await this.#spawn();
      if (output !== null) await this.connect('output', output);
    } catch (cause) {
      const { code, message } = reportOf(cause);
      this.#emit({ type: 'trouble', time: this.now(), code, message });
    }
  }

  async load(choice: { readonly plugin?: string; readonly model?: string }): Promise<void> {
    const plugin = choice.plugin ?? this.options.plugin;
    const { descriptor } = await loadPlugin(plugin);
    const model = this.#models.asked(choice.model ?? defaultModel(descriptor.models));
    findModel(model);
    const before = this.options;
    const output = this.#output;
    await this.#retire();
    this.options = { ...before, plugin, model };
    try {
      await this.#spawn();
    } catch (error) {
      // What was asked for does not load: go on with what did.
      this.options = before;
      await this.#spawn();
      throw error;
    } finally {
      if (output !== null) await this.connect('output', output);
    }
  }

  /**
   * Takes up the weights that stand in the model's folder by now, with mode, parameters and ports as they are and a zero state.
   * Throws what loading them throws; the session then goes on with those that it has.
   */
  async reload(): Promise<void> {
    const { plugin, model } = this.options;
    const { definition } = await loadPlugin(plugin);
    const { metadata, network, path } = await readModel(model);
    const { inputClasses, outputClasses } = network.spec;
    const codec = liveCodec(definition, plugin, metadata.codec);
    checkVocabulary(codec, metadata, inputClasses, outputClasses, path);
    const running = this.#phase !== 'stopped';
    const values = { ...this.#values };
    await this.load({ plugin, model });
    for (const [id, value] of Object.entries(values)) this.command({ type: 'param', id, value });
    if (running) this.command({ type: 'start' });
  }

  /** Whether nobody plays, so that the model can be exchanged unnoticed. */
  get rests(): boolean {
    return !this.#changing && (this.#phase === 'waiting' || this.#phase === 'stopped');
  }

  /** The folder that the model was loaded from. */
  get modelFolder(): string {
    return this.#model.path;
  }

  /** Where the take is being written; null while there is none. */
  get takeFolder(): string | null {
    return this.#engine?.takeFolder ?? null;
  }

  /** Why nothing is recorded, though a take is wanted; null where it is recorded, or none is wanted. */
  get notRecording(): string | null {
    return this.#notRecording;
  }

  /** Ends worker and take. */
  async #retire(): Promise<void> {
    this.#changing = true;
    await this.#engine?.close();
    this.#output = null;
    this.#ports.outputIs(null, null);
    if (this.#phase !== 'stopped') this.#emit({ type: 'phase', time: this.now(), phase: 'stopped' });
  }

  // ---------------------------------------------------------------- the world

  #emit(event: SessionEvent): void {
    if (event.type === 'phase') this.#phase = event.phase;
    else if (event.type === 'mode') this.#mode = event.mode;
    else if (event.type === 'param') this.#values[event.id] = event.value;
    if (event.type === 'param' && event.id === 'inputChannel') this.#ports.hear(event.value as ChannelFilter);
    if (event.type === 'recording') this.#notRecording = event.failure;
    for (const listener of this.#listeners) listener(event);
  }

  subscribe(listener: (event: SessionEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  describe(): SessionDescription {
    const { plugin } = this.options;
    const chosen = this.#model;
    const notation = this.#engine?.notation;
    return {
      time: this.now(),
      phase: this.#phase,
      firstNoteStarts: this.#fresh,
      mode: this.#mode,
      plugin: { id: plugin, name: this.#descriptor.name },
      model: { id: chosen.id, name: modelName(chosen) },
      plugins: this.#plugins.map(({ id, name }) => ({ id, name })),
      models: this.#models
        .list(this.#descriptor, chosen)
        .map((folder) => ({ id: folder.id, name: modelName(folder) })),
      params: { plugin: this.#descriptor.params, session: SESSION_PARAMS },
      values: this.#values,
      ...(notation !== undefined && { notation }),
      ...(this.#notRecording !== null && { notRecording: this.#notRecording }),
      ports: this.ports(),
    };
  }

  ports(): PortsDescription {
    return this.#ports.describe(this.#output);
  }

  command(command: SessionCommand): void {
    // Checked here too, so that whoever asks is told, not only the session's log.
    checkCommand(command, { ...this.#descriptor.params, ...SESSION_PARAMS });
    this.#order(command, this.now());
  }

  #order(command: SessionCommand, time: Seconds): void {
    if (command.type === 'start' || command.type === 'stop') this.#fresh = false;
    this.#post({ type: 'command', command, time });
  }

  play(event: PlayerEvent): void {
    const heard = { ...event, time: event.time ?? this.now() } as PerformanceEvent;
    if (this.#fresh && heard.type === 'noteOn') this.#order({ type: 'start' }, heard.time);
    this.#post({ type: 'input', event: heard });
  }

  // ---------------------------------------------------------------- the ports

  async connect(which: 'input' | 'output', name: string | null): Promise<void> {
    this.#ports.check(name);
    if (which === 'input') {
      this.#ports.connectInput(name);
      return;
    }
    await this.#useOutput(name, false);
    this.#ports.forgetOutput();
  }

  /** `again`: the output in use is gone, and the music goes on. */
  async #useOutput(name: string | null, again: boolean): Promise<void> {
    if (this.#engine === null || this.#changing)
      throw new ContinuoError(
        'PORT_OPEN',
        'The model is being changed.',
        'Choose the port again in a moment.',
      );
    this.#output = await this.#engine.output(name, again);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#ports.close();
    await this.#retire();
  }
}
