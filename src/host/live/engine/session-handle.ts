import { basename } from 'node:path';
import { ContinuoError } from '../../../errors.js';
import type { Seconds } from '../../../music/units.js';
import type { ParamValues } from '../../../plugin/definition.js';
import type { PluginVoice } from '../../../plugin/live.js';
import type { MemberStands } from '../../../session/band-parts.js';
import type { LearntState, Resumption } from '../../../session/checkpoint.js';
import { LEAD, type Mode } from '../../../session/commands.js';
import type { SessionEvent } from '../../../session/events.js';
import type { TakeRecord } from '../../../session/take.js';
import { reportOf } from '../../error-report.js';
import type { FoundPlugin } from '../../plugins/plugins.js';
import { requireFit } from '../../states/fit.js';
import { isWhole, type Moment, type ResumeFrom, type SavedState } from '../../states/saved-state.js';
import type { Tail } from '../../states/tail.js';
import { TakeLink } from '../../takes/take-link.js';
import type { WatchedNetwork } from '../network/views.js';
import { NotationLink } from '../notation/notation-link.js';
import { Notations } from '../notation/notations.js';
import type { Lent } from '../ports/own-port/lent-port.js';
import type { HostResources } from '../resources.js';
import { Inheritance } from './inheritance.js';
import type { Journals } from './journals.js';
import { Keeping } from './keeping.js';
import { LastCheckpoint } from './last-checkpoint.js';
import { type MemberPlays, Standing } from './standing.js';
import { headerOf, restartsOf } from './take-header.js';
import { type Crash, ownerOf, WorkerLink } from './worker-link.js';
import type { FromWorker, SoundingVoice, ToldMoment, ToWorker, WorkerStart } from './worker-protocol.js';

export interface HandleStart extends Omit<WorkerStart, 'foreign' | 'shared'> {
  readonly plugin: FoundPlugin;
  /** The plugins of the further members of a band. */
  readonly others: readonly FoundPlugin[];
  /** Display name of what plays: the model, or a plugin without one. */
  readonly madeBy: string;
  /** Folder for takes; null writes none. */
  readonly takes: string | null;
  /** The session's clock. */
  readonly now: () => Seconds;
  /** What it shares with other sessions. */
  readonly resources: HostResources;
  /** What the session goes on from; null: it begins from zero. */
  readonly resume: ResumeFrom | null;
  /** Who is told how the session stands. */
  readonly journals: Journals;
  /** It has a worker of its own, whatever plays. */
  readonly alone: boolean;
}

/** Callbacks from one engine to its session. */
export interface HandleListener {
  readonly event: (event: SessionEvent) => void;
  /** Its take has a folder. */
  readonly recorded?: () => void;
  /** Another output is in use. */
  readonly output: (message: Extract<FromWorker, { type: 'output' }>) => void;
  /** The worker died. Its take is still open. */
  readonly crashed: (crash: Crash) => void;
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
  /** The further members of a band; `mode`: what was asked for, undefined: by what they play. */
  readonly others: readonly {
    readonly id: string;
    readonly mode: Mode | undefined;
    readonly values: ParamValues;
  }[];
}

/** A member that plays percussion alone, on this channel, plays along. */
const PERCUSSION = 10;

/** A session in a worker, with one plugin and model: its thread, its take and its notations. */
export class SessionHandle {
  readonly #link: WorkerLink;
  /** null where no take is written. */
  #take: TakeLink | null = null;
  #notations = new Notations();
  #ready!: Extract<FromWorker, { type: 'ready' }>;
  /** By member (undefined: the first, or the only one). */
  #last = new Map<string | undefined, LastCheckpoint>();
  readonly #modes = new Map<string, Mode>();
  #standing!: Standing;
  /** How many records of the worker's came so far. */
  #received = 0;
  /** It catches up with what the session did that it goes on from. */
  #catchesUp = false;
  readonly #keeping = new Keeping();

  private constructor(
    private readonly start: HandleStart,
    private readonly listener: HandleListener,
    signal: AbortSignal,
  ) {
    const { setup, plugin, zero, channel, sent, permit, firstId, resources, alone } = start;
    const builtIn = [plugin, ...start.others].every(({ source }) => source === 'built-in');
    // What others wrote, or an engine that may compute for long, disturbs nobody but itself.
    const shared = builtIn && setup.engine === 'kernel' && !alone;
    this.#link = new WorkerLink(
      {
        worker: resources.pool.place(!shared),
        models: resources.models,
        owners: [plugin, ...start.others].map(ownerOf),
      },
      { setup, zero, channel, sent, firstId, shared, ...(permit && { permit }) },
      {
        message: (message) => this.#hear(message),
        crashed: (crash) => {
          this.#keeping.lost();
          listener.crashed(crash);
        },
      },
      signal,
    );
  }

  /**
   * Loads plugin and model in a worker; {@link begin} starts it. Throws what {@link openHostPerformer} throws, ENGINE_CRASHED, and the
   * reason of `signal` if it aborts first, which ends the worker.
   */
  static async load(
    start: HandleStart,
    listener: HandleListener,
    signal: AbortSignal,
  ): Promise<SessionHandle> {
    const handle = new SessionHandle(start, listener, signal);
    handle.#ready = await handle.#link.ready;
    handle.#keepCheckpoints(() => null);
    const { setup, resume } = start;
    handle.#standing = new Standing(setup, handle.#plays);
    try {
      if (resume) requireFit(resume, handle.#plays);
      for (const { state } of resume?.recalled ?? []) handle.requireFit(state);
    } catch (error) {
      await handle.close();
      throw error;
    }
    return handle;
  }

  /** @param from what a member (undefined: the first) goes on from */
  #keepCheckpoints(from: (member?: string) => Resumption | null): void {
    const { codec, others } = this.#ready;
    this.#last = new Map([
      [undefined, new LastCheckpoint(codec.startToken, from())],
      ...others.map(
        ({ id, codec: { startToken } }) => [id, new LastCheckpoint(startToken, from(id), id)] as const,
      ),
    ]);
  }

  /** What each member plays with, the first one first. */
  get #plays(): MemberPlays[] {
    const { codec, modelHash, others } = this.#ready;
    const pluginVersion = this.start.plugin.descriptor.version;
    return [
      { id: LEAD, pluginVersion, modelHash, codec: codec.name },
      ...others.map(({ id, pluginVersion, modelHash, codec }) => ({
        ...{ id, pluginVersion, modelHash, codec: codec.name },
      })),
    ];
  }

  /** Name of the session's codec, and of those of the further members of a band. */
  get codec(): string {
    const { codec, others } = this.#ready;
    return [codec.name, ...others.map((other) => `${other.id} ${other.codec.name}`)].join(', ');
  }

  /** The voices of a member (undefined: of the first). */
  voicesOf(member?: string): readonly SoundingVoice[] {
    const { sounding, others } = this.#ready;
    return member === undefined ? sounding : (others.find(({ id }) => id === member)?.voices ?? []);
  }

  /** The mode in which a member starts. */
  #modeOf({ id, mode }: SessionBegin['others'][number], first: Mode): Mode {
    const along = this.voicesOf(id).every(({ channel }) => channel === PERCUSSION);
    return mode ?? (along ? 'duet' : first);
  }

  /** Whether it can resume from an inheritance: there is a checkpoint, and the codec is the same. */
  continues(inherited: Inheritance): boolean {
    return inherited.resumption !== null && inherited.codec === this.codec;
  }

  /** Starts the session. */
  begin(begin: SessionBegin): void {
    const { mode, values, learnt, inherited } = begin;
    const { resume: saved, journals } = this.start;
    const tail = inherited ? undefined : saved?.tail;
    this.#catchesUp = tail !== undefined;
    const time = saved && tail ? saved.state.time : this.start.now();
    const from = (member?: string) =>
      inherited
        ? member === undefined
          ? inherited.resumption
          : (inherited.others.get(member) ?? null)
        : this.#savedOf(member);
    const resume = from();
    this.#keepCheckpoints(from);
    const others = begin.others.map((other) => ({ ...other, mode: this.#modeOf(other, mode) }));
    this.#standing.begin(LEAD, begin);
    for (const { id, ...other } of others) this.#standing.begin(id, other);
    if (inherited && resume) this.#takeOver(inherited, resume, { ...begin, others }, time);
    else this.#beginToWrite({ ...begin, others }, time);
    const starts = others.map(({ id, mode, values }) => {
      const resumed = resume && from(id);
      return { id, mode, ...(resume && { values }), ...(resumed && { resume: resumed }) };
    });
    this.post({
      ...{ type: 'begin', time, mode, others: starts, ...(resume ? { resume, values } : { learnt }) },
      ...(saved && tail && { tail: startedTail(saved.state, tail) }),
      moments: tail ? this.#momentsOfTail(saved?.recalled) : [],
    });
    journals.plays(this);
    for (const { id, mode } of others) this.#modes.set(id, mode);
  }

  /** The moments that are gone back to in what is done again; its take keeps them, too. */
  #momentsOfTail(moments: readonly Moment[] = []): ToldMoment[] {
    for (const { id, state } of moments) this.keepBeside(id, state);
    return moments.map(toldMoment);
  }

  /** What a member (undefined: the first) goes on from in another process. */
  #savedOf(member = LEAD): Resumption | null {
    const { resume } = this.start;
    const saved = resume?.state.members.find(({ id }) => id === member)?.resumption ?? null;
    return saved && resume?.tail && isWhole(resume.state) ? { ...saved, same: true } : saved;
  }

  /** How the session stands: its last checkpoints; null where there are none yet. */
  state(tokens = true): SavedState | null {
    return this.#standing.state((id) => this.#last.get(id === LEAD ? undefined : id)?.resumption ?? null, {
      tokens,
    });
  }

  /** Its members stood so after the first `records` records. */
  #stood(of: readonly MemberStands[], records: number): void {
    const { journals } = this.start;
    const state = (tokens: boolean) =>
      this.#standing.state(
        (id) => {
          const member = id === LEAD ? undefined : id;
          const stood = of.find((one) => one.member === member);
          return (stood && this.#last.get(member)?.resumptionAt(stood.checkpoint)) ?? null;
        },
        { tokens },
      );
    const told = journals.isFollowed ? state(true) : null;
    if (told) journals.stands(this, told, records);
    const kept = this.#take && state(false);
    if (kept) this.#take?.stands(kept, this.#received - records);
  }

  /** Has the worker say how the session stands, for those who follow it, or no more. */
  follow(follows: boolean): void {
    this.post({ type: 'follow', follows });
  }

  // ---------------------------------------------------------------- moments

  /** Keeps how the session stands at `time`, to the token. Throws SNAPSHOT_FAILED. */
  keep(id: string, time: Seconds): Promise<SavedState> {
    return this.#keeping.ask(id, () => this.post({ type: 'command', command: { type: 'keep', id }, time }));
  }

  #kept({ id, of }: Extract<FromWorker, { type: 'kept' }>): void {
    const checkpointOf = (member: string) =>
      of.find((one) => (one.member ?? LEAD) === member)?.checkpoint ?? null;
    const resumptionOf = (member: string) => {
      const checkpoint = checkpointOf(member);
      return checkpoint && this.#last.get(member === LEAD ? undefined : member)!.resumptionAt(checkpoint);
    };
    this.#keeping.answer(id, this.#standing.state(resumptionOf, { tokens: true }));
  }

  /** Throws STATE_OTHER where what plays here cannot go on from a state. */
  requireFit(state: SavedState): void {
    requireFit({ state, take: null }, this.#plays);
  }

  /** Goes back to a moment and on from there. Throws STATE_OTHER. */
  recall(moment: Moment, when: 'now' | 'phrase', time: Seconds): void {
    const { id, state } = moment;
    this.requireFit(state);
    this.keepBeside(id, state);
    this.post({ type: 'moment', ...toldMoment(moment) });
    const command = { type: 'recall', id, ...(when === 'phrase' && { when }) } as const;
    this.post({ type: 'command', command, time });
  }

  /** Has the take keep a moment beside its log. */
  keepBeside(id: string, state: SavedState): void {
    this.#take?.moment(id, state);
  }

  /** A moment was given up: the take need not keep it, unless it was recalled. */
  dropBeside(id: string): void {
    this.#take?.dropMoment(id);
  }

  /** Whether it does again what its session did before: its settings come of that. */
  get catchesUp(): boolean {
    return this.#catchesUp;
  }

  /** The mode in which a further member of a band began. */
  beganIn(member: string): Mode | undefined {
    return this.#modes.get(member);
  }

  #beginToWrite({ mode, learnt, others }: SessionBegin, time: Seconds): void {
    const { plugin, takes, setup, zero, resume } = this.start;
    this.#notations = this.#newNotations();
    if (takes === null) return;
    // With the mode and the parameters of now, which may have been changed since it was saved.
    const from = resume && this.#standing.state((id) => this.#savedOf(id), { tokens: true });
    const header = headerOf({
      ...{ setup, pluginVersion: plugin.descriptor.version, ready: this.#ready, mode, learnt, others, time },
      ...{ resumed: from && { take: resume.take, from: from.time }, catchesUp: this.#catchesUp },
    });
    this.#take = new TakeLink(
      this.start.resources.takes,
      { parent: takes, header, zero, ...(from && { from }) },
      (failure) => this.listener.event({ type: 'recording', time: this.start.now(), failure }),
      () => this.listener.recorded?.(),
    );
    const stands = resume && this.#standing.state((id) => this.#savedOf(id), { tokens: false });
    if (stands) this.#take.stands(stands, 0);
  }

  /** Continues the take and notation: no end is recorded in them. */
  #takeOver(
    { take, notations, hung, others }: Inheritance,
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
      ...(begin.others.length > 0 && { others: restartsOf(begin.others, others) }),
      ...(reloaded && { plugin: { version, code: this.#ready.code } }),
    };
    this.#take = take;
    take?.add([{ type: 'allOff', time }], [restart]);
    if (!reloaded) {
      this.#notations = notations;
      notations.hear(time, [], [restart]);
      return;
    }
    // The reloaded code writes the notation anew from the beginning.
    void notations.close();
    this.#notations = this.#newNotations();
    const heard = (all: ArrayLike<number>) => ({ type: 'fed', tokens: Array.from(all).slice(1) }) as const;
    const streams = [...others].map(([member, other]) => ({ ...heard(other.tokens), member }));
    this.#notations.hear(time, [], [heard(tokens), ...streams]);
  }

  #newNotations(): Notations {
    const { plugin, madeBy, setup, others } = this.start;
    const { notation, modelHash } = this.#ready;
    const links = new Map<string | undefined, NotationLink>();
    if (notation) links.set(undefined, this.#newNotation(plugin, `${madeBy} ${modelHash}`));
    for (const [index, ready] of this.#ready.others.entries()) {
      const { model } = setup.members![index]!;
      const own = others[index]!;
      const made = model === null ? `plugin ${own.descriptor.id}` : `model ${basename(model)}`;
      if (ready.notation) links.set(ready.id, this.#newNotation(own, `${made} ${ready.modelHash}`, ready.id));
    }
    return new Notations(links);
  }

  #newNotation(plugin: FoundPlugin, made: string, member?: string): NotationLink {
    const provenance = `played with continuo, ${made}, seed ${this.start.setup.seed}`;
    return new NotationLink(
      this.start.resources.notationOf(plugin),
      { plugin: plugin.ref, provenance, member },
      { told: (event) => this.listener.event(event), failed: (error) => this.#unwritten(error, plugin) },
    );
  }

  #hear(
    message: Extract<FromWorker, { type: 'batch' | 'refused' | 'output' | 'checkpoint' | 'stands' | 'kept' }>,
  ): void {
    if (message.type === 'output') this.listener.output(message);
    else if (message.type === 'refused') this.#trouble(message.error);
    else if (message.type === 'kept') this.#kept(message);
    else if (message.type === 'checkpoint') {
      const { checkpoint, member, records } = message;
      this.#last.get(member)?.made(checkpoint);
      // A band says how all stand at one time.
      if (this.#last.size === 1) this.#stood([{ member, checkpoint }], records);
    } else if (message.type === 'stands') this.#stood(message.of, message.records);
    else {
      const { events, records } = message;
      this.start.journals.records(this, records, this.#received);
      this.#received += records.length;
      this.#standing.hear(events);
      for (const last of this.#last.values()) last.add(records);
      this.#take?.add(events, records);
      for (const event of events) this.listener.event(event);
      this.#notations.hear(this.start.now(), events, records);
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

  /** What the network of a member does (undefined: of the first), for who looks. */
  networkOf(member?: string): WatchedNetwork | null {
    const { network, others } = this.#ready;
    return member === undefined ? network : (others.find(({ id }) => id === member)?.network ?? null);
  }

  /** The plugin's instruments; empty where it names none. */
  get voices(): readonly PluginVoice[] {
    return this.#ready.voices;
  }

  /** A member's music so far as ABC, as last reported; undefined where its plugin writes none. */
  notationOf(member?: string): string | undefined {
    return this.#notations.told(member);
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
    this.#keeping.lost();
    const last = await this.#link.close(takeEnds);
    if (last?.checkpoint) this.#last.get(undefined)!.made(last.checkpoint);
    return last !== null;
  }

  /** Returns what another session can resume from. The successor owns the take and notation from now on, and closes them. */
  leave(hung = false): Inheritance {
    const { resumption, learnt } = this.#last.get(undefined)!;
    const others = new Map<string, Resumption>();
    for (const [id, last] of this.#last)
      if (id !== undefined && last.resumption !== null) others.set(id, last.resumption);
    const left = new Inheritance({
      ...{ resumption, others, codec: this.codec, learnt, hung },
      ...{ take: this.#take, notations: this.#notations },
    });
    this.#take = null;
    this.#notations = new Notations();
    return left;
  }

  /** Stops the session, if the worker lives, and closes the take. */
  async close(): Promise<void> {
    this.#keeping.lost();
    const last = await this.#link.close();
    if (last?.checkpoint) {
      this.#last.get(undefined)!.made(last.checkpoint);
      if (this.#last.size === 1)
        this.#stood([{ member: undefined, checkpoint: last.checkpoint }], this.#received);
    }
    await this.#take?.close(await this.#notations.close());
  }
}

/** What is done again. A state that does not say whether its session ran is one that ran: nothing would be heard otherwise. */
function startedTail(state: SavedState, { records, until }: Tail): Tail {
  if (isWhole(state)) return { records, until };
  const start: TakeRecord = { type: 'command', time: state.time, command: { type: 'start' } };
  return { records: [start, ...records], until };
}

function toldMoment({ id, state }: Moment): ToldMoment {
  const of = state.members.map(({ id: member, resumption }) => ({
    ...(member !== LEAD && { member }),
    resumption,
  }));
  return { id, own: state.foreign !== true, of };
}
