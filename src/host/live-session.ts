import { ContinuoError } from '../errors.js';
import { openSystemPorts, type PortList, type PortSystem, silence, watchPorts } from '../midi/index.js';
import type { PerformanceEvent } from '../music/note.js';
import type { Seconds } from '../music/units.js';
import type { PluginDescriptor } from '../plugin/descriptor.js';
import { checkParam, defaultValues, type ParamValue } from '../plugin/params.js';
import { MODES, type Mode, type SessionCommand } from '../session/commands.js';
import type { SessionEvent, SessionPhase } from '../session/events.js';
import { SESSION_PARAMS } from '../session/params.js';
import type { TakeRecord } from '../session/take.js';
import { checkVocabulary, liveCodec, type Setup } from './assemble.js';
import { clockFrom, monotonic } from './clock.js';
import { reportOf } from './error-report.js';
import { KeyboardInput } from './keyboard-input.js';
import { LiveNotation } from './live-notation.js';
import { defaultModel, findModel, listModels } from './models.js';
import { readModel } from './open-model.js';
import { listPlugins, loadPlugin } from './plugins.js';
import { OWN_NAME, openOutput, portChoices } from './ports.js';
import type { PlayerEvent, PortsDescription, SessionControl, SessionDescription } from './session-control.js';
import { TakeFile } from './take-file.js';
import { WorkerLink } from './worker-link.js';
import type { FromWorker, ToWorker } from './worker-protocol.js';

export interface LiveOptions extends Setup {
  readonly mode: Mode;
  /** Folder for takes; null writes none. */
  readonly takes: string | null;
  /** MIDI channel of the model's notes, 0 to 15. */
  readonly channel?: number;
}

/** The notation of music that goes on is told no more often than this. */
const NOTATION_EVERY: Seconds = 0.5;
/** A worker is replaced within a second or two: nobody plays or asks more than this meanwhile. */
const MOST_WAITING = 1000;

/**
 * A session as the I/O thread sees it: its worker, its ports, its take. What it says of the session is what the worker
 * said last.
 */
export class LiveSession implements SessionControl {
  readonly #zero = monotonic();
  readonly now = clockFrom(this.#zero);
  readonly #listeners = new Set<(event: SessionEvent) => void>();
  /** Null while one worker takes the place of another: what is asked for then waits. */
  #link: WorkerLink | null = null;
  #waiting: ToWorker[] = [];
  #take: TakeFile | null = null;
  /** Null where the plugin writes none. */
  #notation: LiveNotation | null = null;
  #notationTold = '';
  #notationDue: Seconds | null = null;
  #descriptor!: PluginDescriptor;
  #plugins: readonly PluginDescriptor[] = [];
  #phase: SessionPhase = 'stopped';
  #mode: Mode;
  #values: Record<string, ParamValue> = {};
  #system: PortSystem | null = null;
  #unavailable: string | null = null;
  #input: KeyboardInput | null = null;
  #output: string | null = null;
  #unwatch: () => void = () => {};
  #closed = false;

  private constructor(private options: LiveOptions) {
    this.#mode = options.mode;
  }

  /** Loads plugin and model, and opens the MIDI system where there is one. Throws what {@link assemble} throws. */
  static async open(options: LiveOptions): Promise<LiveSession> {
    const session = new LiveSession(options);
    session.#plugins = (await listPlugins()).filter(({ features }) => features.includes('live'));
    await session.#openSystem();
    await session.#spawn();
    return session;
  }

  async #openSystem(): Promise<void> {
    try {
      this.#system = await openSystemPorts(this.now);
      this.#system.list();
      this.#unwatch = watchPorts(this.#system, (ports) => void this.#portsChanged(ports));
    } catch (error) {
      if (!(error instanceof ContinuoError)) throw error;
      this.#system = null;
      this.#unavailable = [error.message, error.hint].filter(Boolean).join(' ');
    }
  }

  async #spawn(): Promise<void> {
    const { descriptor, definition } = await loadPlugin(this.options.plugin);
    this.#descriptor = descriptor;
    const { plugin, model, engine, precision, seed } = this.options;
    const setup = { plugin, model, engine, precision, seed };
    const time = this.now();
    const link = new WorkerLink(
      { setup, mode: this.#mode, zero: this.#zero, time, channel: this.options.channel ?? 0 },
      {
        message: (message) => this.#hear(message),
        crashed: (error) => void this.#crashed(error),
      },
    );
    const { modelHash } = await link.ready;
    this.#values = { ...defaultValues(this.#descriptor.params), ...defaultValues(SESSION_PARAMS) };
    const making = `played with continuo, model ${findModel(model).id} ${modelHash}, seed ${seed}`;
    this.#notation = definition.notation
      ? new LiveNotation(definition.notation, descriptor.params, making)
      : null;
    this.#notationTold = '';
    this.#take =
      this.options.takes === null
        ? null
        : new TakeFile(
            this.options.takes,
            {
              type: 'take',
              version: 1,
              date: new Date().toISOString(),
              setup,
              pluginVersion: this.#descriptor.version,
              modelHash,
              mode: this.#mode,
              time,
            },
            ({ code, message }) => this.#emit({ type: 'trouble', time: this.now(), code, message }),
          );
    this.#link = link;
    for (const message of this.#waiting.splice(0)) link.post(message);
  }

  #post(message: ToWorker): void {
    if (this.#link) this.#link.post(message);
    else if (this.#waiting.length < MOST_WAITING) this.#waiting.push(message);
  }

  #hear(message: Extract<FromWorker, { type: 'batch' | 'refused' | 'output' }>): void {
    switch (message.type) {
      case 'batch':
        this.#take?.add(message.events, message.records);
        for (const event of message.events) this.#emit(event);
        this.#tellNotation(message.records);
        return;
      case 'refused':
        this.#emit({
          type: 'trouble',
          time: this.now(),
          code: message.error.code,
          message: message.error.message,
        });
        return;
      case 'output':
        this.#output = message.name;
    }
  }

  /** Now and then while the music goes on, a bar at a time, and to the last note when it rests. */
  #tellNotation(records: readonly TakeRecord[]): void {
    const notation = this.#notation;
    if (notation === null) return;
    const time = this.now();
    if (notation.add(records)) this.#notationDue ??= time + NOTATION_EVERY;
    const rests = this.#phase === 'waiting' || this.#phase === 'stopped';
    if (this.#notationDue === null || (time < this.#notationDue && !rests)) return;
    this.#notationDue = rests ? null : time + NOTATION_EVERY;
    const abc = notation.shown(rests);
    if (abc === this.#notationTold) return;
    this.#notationTold = abc;
    this.#emit({ type: 'notation', time, abc });
  }

  #emit(event: SessionEvent): void {
    if (event.type === 'phase') this.#phase = event.phase;
    else if (event.type === 'mode') this.#mode = event.mode;
    else if (event.type === 'param') this.#values[event.id] = event.value;
    for (const listener of this.#listeners) listener(event);
  }

  /** The worker died: what it left sounding is silenced from here, and a new one takes its place. */
  async #crashed(error: Error): Promise<void> {
    const output = this.#output;
    this.#output = null;
    this.#link = null;
    this.#silenceFromHere(output);
    const time = this.now();
    this.#emit({ type: 'allOff', time });
    this.#emit({ type: 'phase', time, phase: 'stopped' });
    this.#emit({
      type: 'trouble',
      time,
      code: 'ENGINE_CRASHED',
      message: `The engine died and was started anew: ${error.message}`,
    });
    await this.#take?.close(time, this.#notation?.book());
    if (this.#closed) return;
    try {
      await this.#spawn();
      if (output !== null) await this.connect('output', output);
    } catch (cause) {
      const { code, message } = reportOf(cause);
      this.#emit({ type: 'trouble', time: this.now(), code, message });
    }
  }

  #silenceFromHere(name: string | null): void {
    if (name === null || this.#system === null) return;
    try {
      const port = openOutput(this.#system, name);
      for (let pitch = 0; pitch < 128; pitch++) port.send([0x80 | (this.options.channel ?? 0), pitch, 0]);
      for (const message of silence()) port.send(message);
      port.close();
    } catch {
      // The port went with the worker: there is nothing left to silence.
    }
  }

  describe(): SessionDescription {
    const { plugin, model } = this.options;
    const modelId = findModel(model).id;
    return {
      time: this.now(),
      phase: this.#phase,
      mode: this.#mode,
      plugin: { id: plugin, name: this.#descriptor.name },
      model: { id: modelId, name: modelId },
      plugins: this.#plugins.map(({ id, name }) => ({ id, name })),
      models: listModels()
        .filter(({ id }) => this.#descriptor.models.includes(id) || id === modelId)
        .map(({ id }) => ({ id, name: id })),
      params: { plugin: this.#descriptor.params, session: SESSION_PARAMS },
      values: this.#values,
      ...(this.#notation && { notation: this.#notationTold }),
      ports: this.#ports(),
    };
  }

  #ports(): PortsDescription {
    const choices = this.#system ? portChoices(this.#system) : { inputs: [], outputs: [] };
    return {
      ...choices,
      input: this.#input?.name ?? null,
      output: this.#output,
      unavailable: this.#unavailable,
    };
  }

  command(command: SessionCommand): void {
    // Checked here too, so that whoever asks is told, not only the session's log.
    if (command.type === 'param')
      checkParam({ ...this.#descriptor.params, ...SESSION_PARAMS }, command.id, command.value);
    if (command.type === 'mode' && !MODES.includes(command.mode)) {
      throw new ContinuoError(
        'MODE_UNKNOWN',
        `There is no mode "${command.mode}"; there are ${MODES.join(', ')}.`,
      );
    }
    this.#post({ type: 'command', command, time: this.now() });
  }

  play(event: PlayerEvent): void {
    this.#post({ type: 'input', event: { ...event, time: event.time ?? this.now() } as PerformanceEvent });
  }

  async connect(which: 'input' | 'output', name: string | null): Promise<void> {
    if (name !== null && this.#system === null) {
      throw new ContinuoError('MIDI_UNAVAILABLE', this.#unavailable ?? 'MIDI ports cannot be used here.');
    }
    if (which === 'output') {
      if (this.#link === null)
        throw new ContinuoError(
          'PORT_OPEN',
          'The model is being changed.',
          'Choose the port again in a moment.',
        );
      this.#output = await this.#link.output(name);
    } else this.#connectInput(name);
  }

  #connectInput(name: string | null): void {
    const next =
      name === null ? null : new KeyboardInput(this.#system!, name, (event) => this.play(event), this.now);
    this.#input?.close();
    this.#input = next;
  }

  /** A device that was in use and is gone is let go of; the session plays on. */
  async #portsChanged({ inputs, outputs }: PortList): Promise<void> {
    const gone = (name: string | null | undefined, there: readonly string[]) =>
      name != null && !there.includes(name) && name !== OWN_NAME;
    if (gone(this.#input?.name, inputs)) {
      this.#tellLost('input', this.#input!.name);
      this.#connectInput(null);
    }
    if (gone(this.#output, outputs)) {
      this.#tellLost('output', this.#output!);
      await this.connect('output', null).catch(() => undefined);
    }
  }

  #tellLost(kind: string, name: string): void {
    const message = `The MIDI ${kind} "${name}" is gone. Plug it in again, then choose it anew.`;
    this.#emit({ type: 'trouble', time: this.now(), code: 'PORT_LOST', message });
  }

  async load(choice: { readonly plugin?: string; readonly model?: string }): Promise<void> {
    const plugin = choice.plugin ?? this.options.plugin;
    const { descriptor } = await loadPlugin(plugin);
    const model = choice.model ?? defaultModel(descriptor.models);
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
    return this.#link !== null && (this.#phase === 'waiting' || this.#phase === 'stopped');
  }

  /** The folder of the model. Throws MODEL_NOT_FOUND where it is gone. */
  get modelFolder(): string {
    return findModel(this.options.model).path;
  }

  /** Ends worker and take. */
  async #retire(): Promise<void> {
    const link = this.#link;
    this.#link = null;
    await link?.close();
    this.#output = null;
    await this.#take?.close(this.now(), this.#notation?.book());
    if (this.#phase !== 'stopped') this.#emit({ type: 'phase', time: this.now(), phase: 'stopped' });
  }

  subscribe(listener: (event: SessionEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Where the take is being written; null while there is none. */
  get takeFolder(): string | null {
    return this.#take?.folder ?? null;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#unwatch();
    this.#connectInput(null);
    await this.#retire();
  }
}
