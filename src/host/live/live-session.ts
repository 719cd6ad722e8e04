import { ContinuoError } from '../../errors.js';
import type { ClockBeat } from '../../midi/index.js';
import type { PerformanceEvent } from '../../music/note.js';
import type { Seconds } from '../../music/units.js';
import type { ParamValue } from '../../plugin/params.js';
import { BEAT_LENGTHS, checkCommand, type Mode, type SessionCommand } from '../../session/commands.js';
import type { SessionEvent, SessionPhase } from '../../session/events.js';
import { SESSION_PARAMS } from '../../session/params.js';
import { reportOf } from '../error-report.js';
import type { Setup } from '../models/assemble.js';
import { chosenModel } from '../models/chosen-model.js';
import { findModel, modelName, NO_MODEL } from '../models/models.js';
import { OfferedModels } from '../models/offered-models.js';
import { type FoundPlugin, findPlugin, findPlugins, knownPlugin } from '../plugins/plugins.js';
import { clockFrom, monotonic } from './clock.js';
import { EngineKeeper } from './engine/engine-keeper.js';
import { type Chosen, type PlayingEngine, paramsOf } from './engine/playing-engine.js';
import { HeldKeys } from './ports/held-keys.js';
import type { ChannelFilter } from './ports/input-channel.js';
import { LivePorts } from './ports/live-ports.js';
import type {
  Hands,
  PlayerEvent,
  PortsDescription,
  SessionControl,
  SessionDescription,
} from './session-control.js';
import { Wishes } from './wishes.js';

export interface LiveOptions extends Setup {
  readonly mode: Mode;
  /** Folder for takes; null writes none. */
  readonly takes: string | null;
  /** MIDI channel of the model's notes, 0 to 15. */
  readonly channel?: number;
}

/** A session as the I/O thread sees it: its engine, its ports. What it says of the session is what the worker said last. */
export class LiveSession implements SessionControl {
  readonly #zero = monotonic();
  readonly now = clockFrom(this.#zero);
  readonly #listeners = new Set<(event: SessionEvent) => void>();
  readonly #watchers = new Set<() => void>();
  readonly #wishes: Wishes;
  readonly #keeper: EngineKeeper;
  #chosen!: Chosen;
  #plugins: readonly FoundPlugin[] = [];
  readonly #models = new OfferedModels();
  readonly #held = new HeldKeys((event) => this.#play(event));
  #phase: SessionPhase = 'stopped';
  #mode: Mode;
  #values: Record<string, ParamValue> = {};
  #ports!: LivePorts;
  #output: string | null = null;
  #notRecording: string | null = null;
  #closed = false;
  /** Nobody has started or stopped it yet. */
  #fresh = true;

  get #playing(): PlayingEngine {
    return this.#keeper.playing;
  }

  private constructor({ mode, takes, channel = 0, ...setup }: LiveOptions) {
    this.#mode = mode;
    this.#wishes = new Wishes(mode);
    const engines = { takes, channel, sent: () => this.#ports.sent.buffer };
    this.#keeper = new EngineKeeper(setup, engines, this.#wishes, this.#zero, this.now, {
      event: (event) => this.#emit(event),
      connect: (name, use) => this.#ports.connectOutput(name, use),
      output: (name, id) => {
        this.#output = name;
        this.#ports.outputIs(name, id);
      },
      outputFailed: () => this.#ports.outputFailed(),
      outputMissing: (name) => this.#ports.outputMissing(name),
      silence: (output) => this.#ports.silence(output, channel),
      changed: (chosen) => this.#changed(chosen),
      fellBack: () => this.#tellWatchers(),
    });
  }

  /** Loads plugin and model, and opens the MIDI system where there is one. Throws what {@link assemble} throws. */
  static async open(options: LiveOptions): Promise<LiveSession> {
    const session = new LiveSession(options);
    session.#plugins = await livePlugins(options.plugin);
    session.#ports = await LivePorts.open(session.now, {
      held: session.#held,
      // What nobody sends on is not kept for a worker to come.
      moved: (message) => {
        if (session.#values.thru === true && session.#playing.listens)
          session.#playing.post({ type: 'moved', message });
      },
      meter: () => (session.#values.beatsABar as number | undefined) ?? 4,
      clock: (beat, time) => session.#tellBeat(beat, time),
      notice: (code, message) => session.#emit({ type: 'trouble', time: session.now(), code, message }),
      takeUp: (output) => session.#playing.connect(output, true),
    });
    try {
      await session.#keeper.load({ setup: session.#keeper.wanted });
    } catch (error) {
      await session.close();
      throw error;
    }
    return session;
  }

  // ---------------------------------------------------------------- the engine

  /** Another engine plays from now on. */
  #changed(chosen: Chosen): void {
    const { setup, plugin, model } = chosen;
    const { descriptor } = plugin;
    this.#chosen = chosen;
    // Its plugin.json may be another one by now.
    this.#plugins = this.#plugins.map((one) => (one.ref === plugin.ref ? plugin : one));
    if (model && setup.model !== null) this.#models.taken(setup.model, descriptor, model);
    this.#values = this.#wishes.values(paramsOf(descriptor));
    this.#mode = this.#wishes.mode;
    this.#ports.hear(this.#values.inputChannel as ChannelFilter);
    this.#ports.tellClock();
    // Another take begins, with nothing that could not be written.
    if (this.#notRecording !== null) this.#emit({ type: 'recording', time: this.now(), failure: null });
  }

  /**
   * Of several that are asked for, the last one is loaded, and what is said of it holds for all. The music goes on until it is,
   * and then with it: mode, ports, and parameters of the same id are as they were.
   */
  async load(choice: { readonly plugin?: string; readonly model?: string }): Promise<void> {
    await this.#keeper.load({ setup: this.#setupOf(choice) ?? (await refuse(choice.plugin!)) });
  }

  /** What is to be loaded; undefined where the plugin is none that plays live. Throws MODEL_NOT_FOUND. */
  #setupOf({ plugin, model }: { readonly plugin?: string; readonly model?: string }): Setup | undefined {
    const { wanted } = this.#keeper;
    const named = (id: string) => this.#plugins.find(({ descriptor }) => descriptor.id === id);
    const referred = (ref: string) => this.#plugins.find((one) => one.ref === ref);
    // A model alone goes with the plugin that is being loaded, where that knows it, else with the one that plays.
    const coming = referred(wanted.plugin);
    const knows = model !== undefined && coming?.descriptor.models.includes(model);
    const found = plugin === undefined ? (knows ? coming : this.#chosen.plugin) : named(plugin);
    if (!found) return undefined;
    const wished = model === NO_MODEL.id ? undefined : model;
    const best = chosenModel(found.descriptor, wished && this.#models.asked(wished));
    if (best !== null) findModel(best);
    return { ...wanted, plugin: found.ref, model: best };
  }

  /**
   * Takes up the weights that stand in the model's folder by now, when nobody plays, with mode, parameters and ports as they are
   * and a zero state. Throws what loading them throws; the session then goes on with those that it has.
   */
  async reload(): Promise<void> {
    await this.#keeper.load({ setup: this.#chosen.setup, unnoticed: true });
    this.#tellWatchers();
  }

  /** Where the code of the plugin lies that plays; null where it came with the program. */
  get pluginFolder(): string | null {
    const { source, folder } = this.#chosen.plugin;
    return source === 'built-in' ? null : folder;
  }

  /**
   * Loads the plugin's code again, which plays on between two phrases, or soon, from what it has heard, with parameters, mode and
   * ports as they are. Throws what loading it throws; the old code plays on then.
   */
  async reloadPlugin(): Promise<void> {
    await this.#keeper.load({ setup: this.#chosen.setup, reload: true });
    this.#tellWatchers();
  }

  /** New code of the plugin did not load: everybody is told, and the old one plays on. */
  tellUnloaded(error: unknown): void {
    const { code, message } = reportOf(error);
    const { name } = this.#chosen.plugin.descriptor;
    this.#emit({
      ...{ type: 'trouble', time: this.now(), code },
      message: `The new code of ${name} does not load, and the old one plays on: ${message}`,
    });
  }

  /** Whether nobody plays, so that the model can be exchanged unnoticed. */
  get rests(): boolean {
    return this.#keeper.rests;
  }

  /** The folder that the model was loaded from; null where the plugin predicts by itself. */
  get modelFolder(): string | null {
    return this.#chosen.model?.path ?? null;
  }

  /** Where the take is being written; null while there is none. */
  get takeFolder(): string | null {
    return this.#playing.takeFolder;
  }

  /** Why nothing is recorded, though a take is wanted; null where it is recorded, or none is wanted. */
  get notRecording(): string | null {
    return this.#notRecording;
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

  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  #tellWatchers(): void {
    for (const watcher of this.#watchers) watcher();
  }

  subscribe(listener: (event: SessionEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  describe(): SessionDescription {
    const { plugin, model } = this.#chosen;
    const { descriptor } = plugin;
    const notation = this.#playing.engine?.notation;
    return {
      time: this.now(),
      phase: this.#phase,
      firstNoteStarts: this.#fresh,
      ...(this.#wishes.held && { held: true as const }),
      mode: this.#mode,
      plugin: { id: descriptor.id, name: descriptor.name },
      model: model ? { id: model.id, name: modelName(model) } : NO_MODEL,
      plugins: this.#plugins.map(({ descriptor: { id, name } }) => ({ id, name })),
      models: model
        ? this.#models.list(descriptor, model).map((folder) => ({ id: folder.id, name: modelName(folder) }))
        : [NO_MODEL],
      params: { plugin: descriptor.params, session: SESSION_PARAMS },
      values: this.#values,
      ...(notation !== undefined && { notation }),
      ...(this.#playing.engine?.countsBeats && { countsBeats: true as const }),
      ...(this.#notRecording !== null && { notRecording: this.#notRecording }),
      ports: this.ports(),
    };
  }

  ports(): PortsDescription {
    return this.#ports.describe(this.#output);
  }

  command(command: SessionCommand): void {
    // Checked here too, so that whoever asks is told, not only the session's log.
    checkCommand(command, paramsOf(this.#chosen.plugin.descriptor));
    this.#order(command, this.now());
  }

  #order(command: SessionCommand, time: Seconds): void {
    if (command.type === 'start' || command.type === 'stop') this.#fresh = false;
    // Who asks for the model's music wants to hear that.
    if (command.type === 'start' || command.type === 'again') this.#hold(false, time);
    const holds = this.#wishes.hear(command);
    if (this.#playing.listens) this.#playing.post({ type: 'command', command, time });
    // An engine that is about to come is told of what holds; nothing that plays is there for what does not.
    else if (holds) this.#echo(command, time);
  }

  /** A clock's beat goes to the engine that plays; at a tempo that is none, it is as if there were no clock. */
  #tellBeat(told: ClockBeat | null, time: Seconds): void {
    const [shortest, longest] = BEAT_LENGTHS;
    const beat = told !== null && told.beat >= shortest && told.beat <= longest ? told.beat : 0;
    if (!this.#playing.listens) return;
    const command = { type: 'pulse', beat, bar: told?.bar ?? false, tapped: false } as const;
    this.#playing.post({ type: 'command', command, time });
  }

  #echo(command: SessionCommand, time: Seconds): void {
    if (command.type === 'mode') this.#emit({ type: 'mode', time, mode: command.mode });
    if (command.type === 'param') this.#emit({ type: 'param', time, id: command.id, value: command.value });
  }

  hold(held: boolean): void {
    this.#hold(held, this.now());
  }

  #hold(held: boolean, time: Seconds): void {
    if (held === this.#wishes.held) return;
    this.#wishes.held = held;
    if (this.#playing.listens) this.#playing.post({ type: 'hold', held, time });
  }

  hands(): Hands {
    return this.#held.hands();
  }

  #play(event: PlayerEvent): void {
    const heard = { ...event, time: event.time ?? this.now() } as PerformanceEvent;
    if (this.#fresh && !this.#wishes.held && heard.type === 'noteOn')
      this.#order({ type: 'start' }, heard.time);
    this.#playing.post({ type: 'input', event: heard });
  }

  // ---------------------------------------------------------------- the ports

  async connect(which: 'input' | 'output', name: string | null): Promise<void> {
    this.#ports.check(name);
    if (which === 'input') {
      this.#ports.connectInput(name);
      return;
    }
    await this.#playing.connect(name);
    this.#ports.forgetOutput();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#ports.close();
    await this.#keeper.close();
    await this.#ports.closeOutput();
    if (this.#phase !== 'stopped') this.#emit({ type: 'phase', time: this.now(), phase: 'stopped' });
  }
}

/** The plugins that a session offers: those that are found and play live, and the one that it begins with, wherever it lies. */
async function livePlugins(first: string): Promise<FoundPlugin[]> {
  const { plugins } = await findPlugins();
  const begins = await findPlugin(first);
  const others = plugins.filter(({ descriptor }) => descriptor.id !== begins.descriptor.id);
  const all = plugins.some(({ ref }) => ref === begins.ref) ? plugins : [begins, ...others];
  return all.filter(({ descriptor }) => descriptor.extensions.includes('live'));
}

/** Throws PLUGIN_UNKNOWN, CODEC_UNKNOWN. */
async function refuse(plugin: string): Promise<never> {
  const { descriptor } = await knownPlugin(plugin);
  throw new ContinuoError(
    'CODEC_UNKNOWN',
    `The plugin ${descriptor.id} does not play live.`,
    'continuo plugin list says which plugins do.',
  );
}
