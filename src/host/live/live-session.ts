import { basename } from 'node:path';
import { ContinuoError } from '../../errors.js';
import type { ClockBeat } from '../../midi/index.js';
import type { PerformanceEvent } from '../../music/note.js';
import type { Seconds } from '../../music/units.js';
import { idOfRole, type ParamValue } from '../../plugin/params.js';
import {
  BEAT_LENGTHS,
  checkCommand,
  LEAD,
  type Mode,
  memberOf,
  type SessionCommand,
} from '../../session/commands.js';
import type { SessionEvent, SessionPhase } from '../../session/events.js';
import { MEMBER_PARAMS, SESSION_PARAMS } from '../../session/params.js';
import { reportOf } from '../error-report.js';
import { chosenModel } from '../models/chosen-model.js';
import { findModel, modelName, NO_MODEL } from '../models/models.js';
import { OfferedModels } from '../models/offered-models.js';
import type { MemberSetup, Setup } from '../models/open-host-performer.js';
import { livePlugins } from '../plugins/live-plugins.js';
import { type FoundPlugin, knownPlugin } from '../plugins/plugins.js';
import type { SessionJournal } from '../states/journal.js';
import { endOf, type ResumeFrom, type SavedState, settingsOf } from '../states/saved-state.js';
import {
  describePlaying,
  MemberStates,
  memberSetups,
  memberSpecs,
  notLive,
  requireMember,
  unknownPlugin,
} from './band-members.js';
import { clockFrom, monotonic } from './clock.js';
import { type Comes, EngineKeeper } from './engine/engine-keeper.js';
import { Journals } from './engine/journals.js';
import { notNow } from './engine/keeping.js';
import { alike, type Chosen, memberParamsOf, type PlayingEngine, paramsOf } from './engine/playing-engine.js';
import type { SessionHandle } from './engine/session-handle.js';
import { NetworkWatch } from './network/network-watch.js';
import type { NetworkChoice, NetworkView } from './network/view.js';
import type { Permit } from './permit.js';
import { HeldKeys } from './ports/held-keys.js';
import type { ChannelFilter } from './ports/input-channel.js';
import { LivePorts } from './ports/live-ports.js';
import { HostResources } from './resources.js';
import type {
  ComingDescription,
  Hands,
  LoadChoice,
  MemberDescription,
  PlayerEvent,
  PortsDescription,
  SessionBrief,
  SessionControl,
  SessionDescription,
  VoiceDescription,
} from './session-control.js';
import { commandsTo, type SessionSetup } from './session-setup.js';
import { Snapshots } from './snapshots/snapshots.js';
import { TappedBeat } from './tapped-beat.js';
import type { Undoable } from './undo/undo-stack.js';
import { type ChangedMember, type Plays, UserChanges } from './undo/user-changes.js';
import { UserSettings } from './user-settings.js';

export interface LiveOptions extends Setup {
  readonly mode: Mode;
  /** Folder for takes; null writes none. */
  readonly takes: string | null;
  /** MIDI channel of the model's notes, 0 to 15. */
  readonly channel?: number;
  /** What it shares with other sessions of this process. Default: it shares nothing. */
  readonly resources?: HostResources;
  /** Until when it may play. Default: what `resources` gives; without those it may always play. */
  readonly permit?: Permit;
  /** What it goes on from, with its mode and parameters; its setup is to be that of the state. Default: it begins from zero. */
  readonly resume?: ResumeFrom | undefined;
}

/** Once a resumed session has told more events than these, nobody keeps its music, as in a jam at the terminal. */
const MOST_SO_FAR = 2 ** 14;
/** So long is waited for a session to be set up as another was, in milliseconds. */
const SETTING_MS = 3000;
/** On the session's clock, it goes on so long after the state that was saved. */
export const RESUME_GAP: Seconds = 1;
/** Beats in a bar of a MIDI clock, where the plugin has no parameter for them. */
const USUAL_METER = 4;

/** The I/O thread's view of a session: its engine and ports. What it reports of the session is what the worker said last. */
export class LiveSession implements SessionControl {
  readonly #zero: Seconds;
  readonly now: () => Seconds;
  /** null: it may always play. */
  readonly permit: Permit | null;
  readonly #listeners = new Set<(event: SessionEvent) => void>();
  readonly #watchers = new Set<() => void>();
  readonly #comingWatchers = new Set<() => void>();
  readonly #setupWatchers = new Set<() => void>();
  readonly #channel: number;
  #coming: ComingDescription | null = null;
  readonly #settings: UserSettings;
  readonly #keeper: EngineKeeper;
  #chosen!: Chosen;
  #plugins: readonly FoundPlugin[] = [];
  readonly #models = new OfferedModels();
  /** By member, those that somebody has watched. */
  readonly #networks = new Map<string, NetworkWatch>();
  readonly #held = new HeldKeys((event) => this.#play(event));
  #phase: SessionPhase = 'stopped';
  #mode: Mode;
  #values: Record<string, ParamValue> = {};
  /** Id of the parameter that says how many beats a bar of a MIDI clock has. */
  #meterId: string | undefined;
  #muted = false;
  /** The further members of a band. */
  readonly #members = new MemberStates();
  #ports!: LivePorts;
  #output: string | null = null;
  #notRecording: string | null = null;
  #closed = false;
  readonly #tapped = new TappedBeat();
  /** Whether nobody has started or stopped it yet. */
  #fresh = true;
  readonly #changes = new UserChanges({
    now: () => this.now(),
    member: (id) => this.#memberOf(id),
    order: (command) => this.#order(command, this.now()),
    moments: {
      keep: (id) => this.snapshots.keepUnnamed(id),
      recall: (id) => this.snapshots.recallUnnamed(id),
      forget: (id) => this.snapshots.forget(id),
    },
    snapshots: {
      remove: (id) => this.snapshots.removeAgain(id),
      restore: (id) => this.snapshots.bringBack(id),
    },
    load: async (setup, resume) => {
      await this.#keeper.load({ setup, resume: resume ?? undefined });
      this.#tellWatchers();
    },
  });
  readonly #journals = new Journals();
  readonly #resume: ResumeFrom | undefined;
  /** What a resumed session has told so far, until somebody takes that who keeps it. */
  #soFar: SessionEvent[] | null;
  /** What its engine goes on from; null: it began from zero. */
  #from: ResumeFrom | null;

  readonly snapshots = new Snapshots(
    {
      keep: (id) => this.#engine.keep(id, this.now()),
      recall: (moment, when) => this.#engine.recall(moment, when, this.now()),
      requireFit: (state) => {
        const { engine } = this.#playing;
        if (engine === null) throw notNow();
        engine.requireFit(state);
      },
      keepBeside: (id, state) => this.#playing.engine?.keepBeside(id, state),
      dropBeside: (id) => this.#playing.engine?.dropBeside(id),
    },
    this.#changes,
  );

  get #playing(): PlayingEngine {
    return this.#keeper.playing;
  }

  /** What plays, for what cannot wait until something does. Throws SNAPSHOT_FAILED. */
  get #engine(): SessionHandle {
    const { engine, listens } = this.#playing;
    if (engine === null || !listens) throw notNow();
    return engine;
  }

  private constructor({
    mode,
    takes,
    channel = 0,
    resources = new HostResources(),
    permit = resources.permits?.(),
    resume,
    ...setup
  }: LiveOptions) {
    this.permit = permit ?? null;
    // Its time goes on too: nothing that it remembers lies in the future.
    this.#zero = monotonic() - (resume ? endOf(resume) + RESUME_GAP : 0);
    this.now = clockFrom(this.#zero);
    this.#channel = channel;
    this.#settings = new UserSettings(mode);
    if (resume) for (const command of settingsOf(resume)) this.#settings.apply(command);
    this.#mode = this.#settings.mode;
    this.#fresh = !this.#settings.running;
    this.snapshots.takeOver(resume?.moments ?? []);
    this.#resume = resume;
    this.#from = resume ?? null;
    this.#soFar = resume?.tail ? [] : null;
    const engines = {
      takes,
      channel,
      resources,
      resume: resume ?? null,
      journals: this.#journals,
      sent: () => this.#ports.sent.buffer,
      ...(permit && { permit: permit.buffer }),
    };
    this.#keeper = new EngineKeeper(setup, engines, this.#settings, this.#zero, this.now, {
      event: (event) => this.#emit(event),
      recorded: () => this.#setupChanged(),
      connect: (name, use) => this.#ports.connectOutput(name, use),
      output: (name, id) => {
        this.#output = name;
        this.#ports.outputIs(name, id);
        this.#setupChanged();
      },
      outputFailed: () => this.#ports.outputFailed(),
      outputMissing: (name) => this.#ports.outputMissing(name),
      silence: (output) => this.#ports.silence(output, channel),
      changed: (chosen, left) => this.#changed(chosen, left),
      heldKeys: () => this.#held.down,
      comes: (comes) => this.#comes(comes),
      fellBack: () => {
        this.#changes.fellBack();
        this.#tellWatchers();
      },
    });
  }

  /** Loads plugin and model, and opens the MIDI system where there is one. Throws what {@link openHostPerformer} throws. */
  static async open(options: LiveOptions): Promise<LiveSession> {
    const session = new LiveSession(options);
    session.#plugins = await livePlugins(options.plugin);
    session.#ports = await LivePorts.open(
      session.now,
      {
        held: session.#held,
        // Without `thru` nothing is forwarded; nor is it queued for a future worker.
        moved: (message) => {
          if (session.#values.thru === true && session.#playing.listens)
            session.#playing.post({ type: 'moved', message });
        },
        meter: () => {
          const beats = session.#values[session.#meterId ?? ''];
          return typeof beats === 'number' ? beats : USUAL_METER;
        },
        clock: (beat, time) => session.#tellBeat(beat, time),
        notice: (code, message) => session.#emit({ type: 'trouble', time: session.now(), code, message }),
        takeUp: (output) => session.#playing.connect(output, true),
        disconnect: () => session.#playing.connect(null),
        taken: () => {
          session.#tellWatchers();
          session.#setupChanged();
        },
      },
      options.resources && { ports: options.resources.ports, zero: session.#zero },
    );
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
  #changed(chosen: Chosen, left: ResumeFrom | null): void {
    const { setup, plugin, model } = chosen;
    const { descriptor } = plugin;
    const before = this.#chosen as Chosen | undefined;
    if (before && !alike(before, chosen)) {
      this.#changes.exchanged(playsOf(before), playsOf(chosen), left);
      this.#from = null;
    }
    this.#chosen = chosen;
    // Its plugin.json may have changed.
    this.#plugins = this.#plugins.map((one) => (one.ref === plugin.ref ? plugin : one));
    if (model && setup.model !== null) this.#models.taken(setup.model, descriptor, model);
    this.#values = this.#settings.values(paramsOf(descriptor));
    this.#meterId = idOfRole(descriptor.params, 'meter');
    this.#mode = this.#settings.mode;
    this.#members.changed(chosen.others, this.#settings, (id) => this.#playing.engine?.beganIn(id));
    this.#ports.hear(this.#values.inputChannel as ChannelFilter);
    this.#ports.tellClock();
    // The beats that were tapped go on, from the next one on, as those of a clock do.
    this.#tapped.again(this.now(), (command) => {
      if (!this.#closed && this.#playing.listens)
        this.#playing.post({ type: 'command', command, time: this.now() });
    });
    this.snapshots.engineChanged();
    // A new take begins: an earlier write failure no longer applies.
    if (this.#notRecording !== null) this.#emit({ type: 'recording', time: this.now(), failure: null });
    this.#setupChanged();
  }

  /**
   * Of several requests the last is loaded, and all get its outcome. The music goes on until the new engine is ready and a phrase or turn
   * ends (`when`: or at once), and then with it; mode, ports, held keys, tapped beats, and parameters with the same id are kept.
   */
  async load({ when = 'phrase', ...choice }: LoadChoice): Promise<void> {
    const setup = this.#setupOf(choice) ?? (await refuse(choice.plugin!));
    await this.#keeper.load({ setup, when });
    this.#changes.loaded();
  }

  hurryLoad(): void {
    this.#keeper.hurry();
  }

  cancelLoad(): void {
    this.#keeper.cancel();
  }

  coming(): ComingDescription | null {
    return this.#coming;
  }

  watchComing(changed: () => void): () => void {
    this.#comingWatchers.add(changed);
    return () => this.#comingWatchers.delete(changed);
  }

  #comes(comes: Comes | null): void {
    if (comes === null && this.#coming === null) return;
    this.#coming = comes && {
      ...{ plugin: nameOf(comes.plugin), model: describePlaying(comes).model },
      ...(comes.others.length > 0 && { members: comes.others.map((one) => nameOf(one.plugin)) }),
      ready: comes.ready,
    };
    for (const watcher of this.#comingWatchers) watcher();
  }

  /** The setup to load; undefined where the plugin does not play live. Throws MODEL_NOT_FOUND, PLUGIN_UNKNOWN. */
  #setupOf({ plugin, model, members }: LoadChoice): Setup | undefined {
    const { wanted } = this.#keeper;
    const named = (id: string) => this.#plugins.find(({ descriptor }) => descriptor.id === id);
    const referred = (ref: string) => this.#plugins.find((one) => one.ref === ref);
    // A model without a plugin is for the plugin that is being loaded, if that lists it, else for the one that plays.
    const coming = referred(wanted.plugin);
    const knows = model !== undefined && coming?.descriptor.models.includes(model);
    const found = plugin === undefined ? (knows ? coming : this.#chosen.plugin) : named(plugin);
    if (!found) return undefined;
    const requested = model === NO_MODEL.id ? undefined : model;
    const best = chosenModel(found.descriptor, requested && this.#models.asked(requested));
    if (best !== null) findModel(best);
    const first = found.descriptor.id;
    const others = members && { members: this.#membersOf(members, { first, seed: wanted.seed }) };
    return { ...wanted, plugin: found.ref, model: best, ...others };
  }

  /** The band that a user chose among the plugins and models that are offered. */
  #membersOf(
    asked: NonNullable<LoadChoice['members']>,
    by: { readonly first: string; readonly seed: number },
  ): readonly MemberSetup[] | undefined {
    const found = asked.map(({ plugin, model }) => {
      const one = this.#plugins.find(({ descriptor }) => descriptor.id === plugin);
      if (!one) throw unknownPlugin(plugin, this.#plugins);
      return { plugin: one, model: model === NO_MODEL.id ? undefined : model && this.#models.asked(model) };
    });
    return memberSetups(found, by);
  }

  /**
   * Reloads the weights from the model's folder; they play from the next phrase on, with mode, parameters and ports unchanged and a zero
   * state. Throws what loading them throws; the session then keeps the old weights.
   */
  async reload(): Promise<void> {
    await this.#keeper.load({ setup: this.#chosen.setup, again: true });
    this.#tellWatchers();
  }

  /** Folder of the playing plugin's code; null for a built-in plugin. */
  get pluginFolder(): string | null {
    const { source, folder } = this.#chosen.plugin;
    return source === 'built-in' ? null : folder;
  }

  /**
   * Reloads the plugin's code, which takes over between two phrases (or after a timeout) and resumes with what it has heard;
   * parameters, mode and ports are unchanged. Throws what loading it throws; the old code then plays on.
   */
  async reloadPlugin(): Promise<void> {
    await this.#keeper.load({ setup: this.#chosen.setup, reload: true });
    this.#tellWatchers();
  }

  #trouble(error: unknown): void {
    const { code, message } = reportOf(error);
    this.#emit({ type: 'trouble', time: this.now(), code, message });
  }

  /** Tells all who listen what has happened outside of the session that concerns it. */
  tell(code: string, message: string): void {
    this.#emit({ type: 'trouble', time: this.now(), code, message });
  }

  /** Reports that new plugin code did not load and the old code plays on. */
  tellUnloaded(error: unknown): void {
    const { code, message } = reportOf(error);
    const { name } = this.#chosen.plugin.descriptor;
    this.#emit({
      ...{ type: 'trouble', time: this.now(), code },
      message: `The new code of ${name} does not load, and the old one plays on: ${message}`,
    });
  }

  /** Whether something is being loaded beside what plays. */
  get loads(): boolean {
    return this.#coming !== null;
  }

  /** Folder of the model; null where the plugin predicts without one. */
  get modelFolder(): string | null {
    return this.#chosen.model?.path ?? null;
  }

  /** How the session stood last, for another to go on from; null where it has heard and played nothing yet. */
  get state(): SavedState | null {
    return this.#playing.engine?.state() ?? null;
  }

  /** Has `journal` told what another process needs to go on with this session, from now on until the returned function is called. */
  follow(journal: SessionJournal): () => void {
    const { state = null, tail } = this.#resume ?? {};
    return this.#journals.add(journal, state, tail?.records ?? []);
  }

  /** Folder of the take; null while there is none. */
  get takeFolder(): string | null {
    return this.#playing.takeFolder;
  }

  /** Why a wanted take is not being recorded; null where it is recorded, or none is wanted. */
  get notRecording(): string | null {
    return this.#notRecording;
  }

  // ---------------------------------------------------------------- how it is set up

  /** How it is set up, for another process that opens one alike. */
  get setup(): SessionSetup {
    const others = this.#chosen.others.map(({ id }) => {
      const { mode, muted, values } = this.#members.stateOf(id);
      return { id, mode, muted, values };
    });
    const first = { id: LEAD, mode: this.#mode, muted: this.#muted, values: { ...this.#values } };
    return {
      ...{ setup: this.#chosen.setup, channel: this.#channel, ports: this.#ports.wanted },
      members: [first, ...others],
    };
  }

  /** What it goes on from, as long as nothing has been recorded since; null: it began from zero, or has a take. */
  get begun(): ResumeFrom | null {
    return this.takeFolder === null ? this.#from : null;
  }

  /** Calls back when {@link setup} may have changed. Returns a function that unsubscribes. */
  watchSetup(changed: () => void): () => void {
    this.#setupWatchers.add(changed);
    return () => this.#setupWatchers.delete(changed);
  }

  #setupChanged(): void {
    for (const watcher of this.#setupWatchers) watcher();
  }

  /** Sets mode, parameters and mutes as they were in another process, which is no change to undo. Resolves when they are so. */
  async setUpAs({ members }: SessionSetup): Promise<void> {
    let left = 0;
    let settled = () => {};
    const isSo = new Promise<void>((resolve) => {
      settled = resolve;
    });
    const unsubscribe = this.subscribe(({ type }) => {
      if ((type === 'mode' || type === 'param' || type === 'mute') && --left <= 0) settled();
    });
    const commands = commandsTo(members, this.setup.members).filter((command) => this.#means(command));
    left = commands.length;
    for (const command of commands) this.#order(command, this.now());
    // An engine that hangs is not waited for: it is set so once another takes its place.
    const timer = setTimeout(settled, SETTING_MS);
    if (commands.length > 0) await isSo;
    clearTimeout(timer);
    unsubscribe();
  }

  /** Whether a command of another process means something here: a parameter of another version of the plugin keeps its default. */
  #means(command: SessionCommand): boolean {
    try {
      checkCommand(command, paramsOf(this.#chosen.plugin.descriptor), memberSpecs(this.#chosen.others));
      return true;
    } catch (error) {
      if (error instanceof ContinuoError) return false;
      throw error;
    }
  }

  /** Connects a port that this session had in another process, or waits for it, as for a lost one. Throws PORT_OPEN, MIDI_UNAVAILABLE. */
  async connectAgain(which: 'input' | 'output', name: string): Promise<void> {
    const there = this.#ports.knownAs(which, name);
    if (there !== null) await this.connect(which, there);
    else this.#ports.await(which, name);
    this.#setupChanged();
  }

  // ---------------------------------------------------------------- the world

  takeSoFar(): readonly SessionEvent[] {
    const soFar = this.#soFar ?? [];
    this.#soFar = null;
    return soFar;
  }

  #emit(event: SessionEvent): void {
    // It was said before this process stood still: by now another host may tell the notes of this session.
    if (event.type === 'noteOn' && this.permit?.holds === false) return;
    if (this.#soFar && this.#soFar.push(event) > MOST_SO_FAR) this.#soFar = null;
    this.#changes.hear(event);
    if ('member' in event && event.member !== undefined) this.#members.hear(event.member, event);
    else this.#hear(event);
    if (event.type === 'mode' || event.type === 'param' || event.type === 'mute') this.#setupChanged();
    for (const listener of this.#listeners) listener(event);
  }

  #hear(event: SessionEvent): void {
    if (event.type === 'phase') this.#phase = event.phase;
    else if (event.type === 'mode') this.#mode = event.mode;
    else if (event.type === 'param') this.#values[event.id] = event.value;
    else if (event.type === 'mute') this.#muted = event.muted;
    if (event.type === 'param' && event.id === 'inputChannel') this.#ports.hear(event.value as ChannelFilter);
    if (event.type === 'recording') this.#notRecording = event.failure;
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

  watchNetwork(
    listener: (view: NetworkView) => void,
    { member = LEAD, gate }: NetworkChoice = {},
  ): () => void {
    requireMember(member, this.#chosen.others);
    const id = member === LEAD ? undefined : member;
    const watch =
      this.#networks.get(member) ?? new NetworkWatch(() => this.#playing.engine?.networkOf(id) ?? null, id);
    this.#networks.set(member, watch);
    return watch.add(listener, gate);
  }

  brief(): SessionBrief {
    const { plugin, model } = this.#chosen;
    return {
      plugin: { id: plugin.descriptor.id, name: plugin.descriptor.name },
      model: model ? { id: model.id, name: modelName(model) } : NO_MODEL,
      mode: this.#mode,
      phase: this.#phase,
      take: this.takeFolder === null ? null : basename(this.takeFolder),
    };
  }

  describe(): SessionDescription {
    const { plugin, model } = this.#chosen;
    const { descriptor } = plugin;
    const { voices = [] } = this.#playing.engine ?? {};
    const notation = this.#playing.engine?.notationOf();
    return {
      time: this.now(),
      phase: this.#phase,
      firstNoteStarts: this.#fresh,
      ...(this.#settings.held && { held: true as const }),
      mode: this.#mode,
      ...(this.#muted && { muted: true as const }),
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
      ...(voices.length > 0 && { voices }),
      ...(this.#notRecording !== null && { notRecording: this.#notRecording }),
      ...(this.#chosen.others.length > 0 && { members: [this.#describeFirst(), ...this.#describeOthers()] }),
      ...(this.#coming !== null && { coming: this.#coming }),
      undoable: this.undoable(),
      ports: this.ports(),
    };
  }

  #describeFirst(): MemberDescription {
    const { plugin, model } = this.#chosen;
    return {
      ...{ id: LEAD, ...describePlaying({ plugin, model }) },
      ...{ mode: this.#mode, phase: this.#phase, muted: this.#muted, values: this.#values },
      params: { plugin: plugin.descriptor.params, session: MEMBER_PARAMS },
      ...this.#writtenBy(),
      voices: this.#playing.engine?.voicesOf() ?? [],
    };
  }

  #describeOthers(): MemberDescription[] {
    return this.#chosen.others.map(({ id, plugin, model }) => ({
      ...{ id, ...describePlaying({ plugin, model }, id) },
      ...this.#members.stateOf(id),
      params: { plugin: plugin.descriptor.params, session: MEMBER_PARAMS },
      ...this.#writtenBy(id),
      voices: this.#playing.engine?.voicesOf(id) ?? [],
    }));
  }

  /** What a member has written. */
  #writtenBy(member?: string): Pick<MemberDescription, 'notation'> {
    const notation = this.#playing.engine?.notationOf(member);
    return notation === undefined ? {} : { notation };
  }

  voicesOf(member?: string): readonly VoiceDescription[] {
    return this.#playing.engine?.voicesOf(member) ?? [];
  }

  ports(): PortsDescription {
    return this.#ports.describe(this.#output);
  }

  command(command: SessionCommand, gesture?: string): void {
    // Checked here as well, so that the caller gets the error, not only the session's log.
    checkCommand(command, paramsOf(this.#chosen.plugin.descriptor), memberSpecs(this.#chosen.others));
    if (command.type === 'recall') this.snapshots.recall(command.id, command.when ?? 'now');
    else if (command.type === 'keep')
      this.snapshots.keepAs(command.id).catch((error: unknown) => this.#trouble(error));
    else {
      this.#changes.commands(command, gesture);
      this.#order(command, this.now());
    }
  }

  /** A member of the band (undefined: the first) as the user wants it. */
  #memberOf(id: string | undefined): ChangedMember {
    const { plugin, model, others } = this.#chosen;
    const other = others.find((member) => member.id === id);
    const specs = other ? memberParamsOf(other.plugin.descriptor) : paramsOf(plugin.descriptor);
    const { mode } = other ? this.#members.stateOf(other.id) : this.#settings;
    return {
      ...{ specs, values: this.#settings.values(specs, id), muted: this.#settings.mutes(id) },
      mode: this.#settings.modeOf(id) ?? mode,
      name: others.length === 0 ? undefined : describePlaying(other ?? { plugin, model }, id).name,
    };
  }

  undo(): Promise<void> {
    return this.#changes.undo();
  }

  redo(): Promise<void> {
    return this.#changes.redo();
  }

  undoable(): Undoable {
    return this.#changes.undoable;
  }

  watchUndoable(changed: () => void): () => void {
    return this.#changes.watch(changed);
  }

  #order(command: SessionCommand, time: Seconds): void {
    if (command.type === 'start' || command.type === 'stop') this.#fresh = false;
    // Asking for the model's music ends a hold.
    if (command.type === 'start' || command.type === 'again') this.#hold(false, time);
    const holds = this.#settings.apply(command);
    if (command.type === 'pulse') this.#tapped.told(command, time);
    if (this.#playing.listens) this.#playing.post({ type: 'command', command, time });
    // Without an engine, lasting commands are echoed and passed to the next one; momentary ones are dropped.
    else if (holds) this.#echo(command, time);
  }

  /** Passes a MIDI clock's beat to the engine; a tempo out of range counts as no clock. */
  #tellBeat(told: ClockBeat | null, time: Seconds): void {
    const [shortest, longest] = BEAT_LENGTHS;
    const beat = told !== null && told.beat >= shortest && told.beat <= longest ? told.beat : 0;
    if (!this.#playing.listens) return;
    const command = { type: 'pulse', beat, bar: told?.bar ?? false, tapped: false } as const;
    this.#playing.post({ type: 'command', command, time });
  }

  #echo(command: SessionCommand, time: Seconds): void {
    const member = memberOf(command);
    const of = member !== undefined && { member };
    if (command.type === 'mode') this.#emit({ type: 'mode', time, mode: command.mode, ...of });
    if (command.type === 'param')
      this.#emit({ type: 'param', time, id: command.id, value: command.value, ...of });
    if (command.type === 'mute') this.#emit({ type: 'mute', time, muted: command.muted, ...of });
  }

  hold(held: boolean): void {
    this.#hold(held, this.now());
  }

  #hold(held: boolean, time: Seconds): void {
    if (held === this.#settings.held) return;
    this.#settings.held = held;
    if (this.#playing.listens) this.#playing.post({ type: 'hold', held, time });
  }

  hands(): Hands {
    return this.#held.hands();
  }

  #play(event: PlayerEvent): void {
    const heard = { ...event, time: event.time ?? this.now() } as PerformanceEvent;
    if (this.#fresh && !this.#settings.held && heard.type === 'noteOn')
      this.#order({ type: 'start' }, heard.time);
    this.#playing.post({ type: 'input', event: heard });
  }

  // ---------------------------------------------------------------- the ports

  async connect(which: 'input' | 'output', name: string | null): Promise<void> {
    const port = await this.#ports.choose(which, name);
    if (which === 'input') this.#ports.connectInput(port);
    else {
      await this.#playing.connect(port);
      this.#ports.forgetOutput();
    }
    this.#setupChanged();
  }

  titled(title: string): void {
    this.#ports.titled(title);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const network of this.#networks.values()) network.close();
    this.#tapped.close();
    this.#ports.close();
    await this.#keeper.close();
    await this.#ports.closeOutput();
    if (this.#phase !== 'stopped') this.#emit({ type: 'phase', time: this.now(), phase: 'stopped' });
  }
}

const playsOf = ({ setup, plugin, model, others }: Chosen): Plays => ({
  ...{ setup, plugin: plugin.descriptor.name, model: describePlaying({ plugin, model }).model.name },
  members: others.map((other) => describePlaying(other, other.id).name),
});

const nameOf = ({ descriptor: { id, name } }: FoundPlugin) => ({ id, name });

/** Rejects a plugin that does not play live. Throws PLUGIN_UNKNOWN, CODEC_UNKNOWN. */
async function refuse(plugin: string): Promise<never> {
  const { descriptor } = await knownPlugin(plugin);
  throw notLive(descriptor.id);
}
