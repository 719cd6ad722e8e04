import { basename } from 'node:path';
import { ContinuoError } from '../../../errors.js';
import type { PortId } from '../../../midi/index.js';
import type { Pitch, Seconds, Velocity } from '../../../music/units.js';
import type { PluginDescriptor } from '../../../plugin/descriptor.js';
import type { ParamSpecs } from '../../../plugin/params.js';
import type { LearntState } from '../../../session/checkpoint.js';
import type { Mode } from '../../../session/commands.js';
import type { SessionEvent } from '../../../session/events.js';
import { MEMBER_PARAMS, SESSION_PARAMS } from '../../../session/params.js';
import { reportOf } from '../../error-report.js';
import type { ModelFolder } from '../../models/models.js';
import type { Setup } from '../../models/open-host-performer.js';
import type { FoundPlugin } from '../../plugins/plugins.js';
import type { ResumeFrom } from '../../states/saved-state.js';
import type { OwnOutput } from '../ports/own-port/own-output.js';
import type { UserSettings } from '../user-settings.js';
import type { Inheritance } from './inheritance.js';
import { LeavingEngines } from './leaving-engines.js';
import type { HandleListener, SessionHandle } from './session-handle.js';
import type { Crash } from './worker-link.js';
import { LOST, type ToWorker } from './worker-protocol.js';

/** Callbacks from the engines to their session. */
export interface EnginesListener {
  readonly event: (event: SessionEvent) => void;
  /** A take has its folder. */
  readonly recorded?: () => void;
  /** Connects the current output or another one, as {@link OwnOutput.connect} does. */
  readonly connect: OwnOutput['connect'];
  /** Another output is in use. */
  readonly output: (name: string | null, id: PortId | null) => void;
  /** The output in use fails: it takes no more messages. */
  readonly outputFailed: () => void;
  /** A new engine cannot open the output that was in use: the port is gone, or not available yet. */
  readonly outputMissing: (name: string) => void;
  /** Silences an output where an engine that died may have left notes sounding. */
  readonly silence: (output: string | null) => void;
  /** The keys that players hold, as note-ons. */
  readonly heldKeys: () => readonly HeldKey[];
  /** A new engine plays from now on; it has not emitted any event yet. `left`: how the one before it stood. */
  readonly changed: (chosen: Chosen, left: ResumeFrom | null) => void;
}

/** A key that is down, and how hard it was struck. */
export interface HeldKey {
  readonly pitch: Pitch;
  readonly velocity: Velocity;
}

/** A loaded plugin and model. */
export interface Chosen {
  readonly setup: Setup;
  readonly plugin: FoundPlugin;
  /** null where the plugin predicts without a model. */
  readonly model: ModelFolder | null;
  /** The further members of a band. */
  readonly others: readonly ChosenMember[];
}

/** A further member of a band. */
export interface ChosenMember extends Pick<Chosen, 'plugin' | 'model'> {
  readonly id: string;
  /** The mode that the setup asks for. */
  readonly mode: Mode | undefined;
}

type WithSetup = Pick<Chosen, 'setup'>;

/** Whether both have the same plugin and model, and the same band. */
export const alike = ({ setup: one }: WithSetup, { setup: other }: WithSetup): boolean =>
  one.plugin === other.plugin &&
  one.model === other.model &&
  JSON.stringify(one.members ?? []) === JSON.stringify(other.members ?? []);

/** An engine's role. The session forwards all events of the engine that plays, and only the note endings of one that leaves. */
export interface Part {
  role: 'comes' | 'plays' | 'leaves' | 'gone';
  /** It took over from one that ran, and has not begun to run yet. */
  starts?: boolean;
  /** What it died of. */
  death?: Crash;
  /** Is called as it dies. */
  readonly died?: () => void;
}

/**
 * Most messages queued during a handover, while one engine releases its notes and port before the next gets them: more than anybody
 * plays in that time.
 */
const MOST_WAITING = 1000;

/** What another engine can go on from where this one stopped; null where it has heard and played nothing. */
function standingOf(engine: SessionHandle): ResumeFrom | null {
  const { takeFolder } = engine;
  const state = engine.state();
  return state && { state, take: takeFolder === null ? null : basename(takeFolder) };
}

/** The parameters of a session with this plugin, the session's own included. */
export const paramsOf = ({ params }: PluginDescriptor): ParamSpecs => ({ ...params, ...SESSION_PARAMS });

/** The parameters of a further member of a band. */
export const memberParamsOf = ({ params }: PluginDescriptor): ParamSpecs => ({ ...params, ...MEMBER_PARAMS });

/**
 * Holds the session's playing engine and its output, and hands over to the next. The user's settings (mode, parameters, running,
 * output) carry over. Notes that a dead or hung engine left sounding are silenced.
 */
export class PlayingEngine {
  #engine: SessionHandle | null = null;
  /** The role of the playing engine. */
  #part: Part | null = null;
  #chosen: Chosen | null = null;
  /** A handover is under way. */
  #handing = false;
  #waiting: ToWorker[] = [];
  /** Settles when the engine has opened its outputs. */
  #connecting: Promise<unknown> = Promise.resolve();
  /** The output in use, or the one for the next engine. */
  #output: string | null = null;
  /** What a dead engine left for its successor to resume from. */
  #inherited: Inheritance | null = null;
  #resumedAt: Seconds = Number.NEGATIVE_INFINITY;
  /** What each plugin has learnt in this session, by plugin id. */
  readonly #learnt = new Map<string, LearntState>();
  /** Notes of the playing engine that have not ended. */
  readonly #open = new Set<number>();
  #rests = true;
  readonly #resting = new Set<() => void>();
  readonly #leaving = new LeavingEngines((report) => this.trouble(report));
  #closed = false;

  constructor(
    private readonly settings: UserSettings,
    private readonly now: () => Seconds,
    private readonly listener: EnginesListener,
    /** The engine died: the owner tells the player and starts another. */
    private readonly onDeath: (crash: Crash) => void,
  ) {}

  /** The playing engine; null while there is none. */
  get engine(): SessionHandle | null {
    return this.#engine;
  }

  /** What plays, or played last. */
  get chosen(): Chosen | null {
    return this.#chosen;
  }

  /** Folder of the current or last take; null where nothing was written. */
  get takeFolder(): string | null {
    return this.#engine?.takeFolder ?? this.#inherited?.takeFolder ?? this.#leaving.takeFolder;
  }

  /** Whether an engine plays and no turn or phrase is under way. */
  get rests(): boolean {
    return this.#engine !== null && this.#rests;
  }

  /** Posts a message to the engine, or queues it during a handover. Returns false where it is dropped. */
  post(message: ToWorker): boolean {
    if (this.#handing) {
      if (this.#waiting.length >= MOST_WAITING) return false;
      this.#waiting.push(message);
      return true;
    }
    this.#engine?.post(message);
    return this.#engine !== null;
  }

  /** Whether a momentary command would reach the engine that it is meant for. */
  get listens(): boolean {
    return this.#engine !== null && !this.#handing;
  }

  /** Connects an output; `again`: the one in use is gone and the music goes on. Throws what {@link SessionHandle.output} throws. */
  async connect(name: string | null, again = false): Promise<void> {
    const engine = this.#engine;
    if (engine === null || this.#handing)
      throw new ContinuoError(
        'PORT_OPEN',
        'The model is being changed.',
        'Choose the port again in a moment.',
      );
    const done = this.listener.connect(name, (lent) => engine.output(name, again, lent));
    const settled = done.then(
      () => undefined,
      () => undefined,
    );
    this.#connecting = Promise.all([this.#connecting, settled]);
    await done;
  }

  // ---------------------------------------------------------------- another engine

  /** The listener of an engine with this role. */
  listenerOf(part: Part): HandleListener {
    return {
      event: (event) => this.#hear(event, part),
      recorded: () => this.listener.recorded?.(),
      output: ({ name, id, request }) => {
        if (part.role !== 'plays') return;
        if (request === LOST) this.listener.outputFailed();
        this.#outputIs(name, id);
      },
      crashed: (crash) => this.#crashed(crash, part),
    };
  }

  /** When an engine last resumed from one that died. */
  get resumedAt(): Seconds {
    return this.#resumedAt;
  }

  /** Time of the checkpoint that the next engine resumes from; null: it starts from zero. */
  get resumesFrom(): Seconds | null {
    return this.#inherited?.resumption?.checkpoint.time ?? null;
  }

  /** Makes the next engine start from zero. */
  forget(): void {
    if (this.#inherited) this.#leaving.add(this.#inherited);
    this.#inherited = null;
  }

  /** Takes over what an engine leaves that will not play any more. */
  #leave(engine: SessionHandle, hung = false): Inheritance {
    const left = engine.leave(hung);
    const { chosen } = this;
    if (chosen && left.learnt) this.#learnt.set(chosen.plugin.descriptor.id, left.learnt);
    return left;
  }

  /** What `next` resumes from, if anything: from the engine that died, or from the same plugin before a code reload. */
  #inheritedBy(next: SessionHandle, chosen: Chosen, reloaded: boolean): Inheritance | null {
    const left = this.#inherited;
    this.#inherited = null;
    if (left === null) return null;
    const same = this.#chosen !== null && alike(this.#chosen, chosen);
    if (same && next.continues(left)) return left;
    // It was stopped for this reload without ending its take.
    if (reloaded) left.end(this.now());
    this.#leaving.add(left);
    return null;
  }

  /**
   * Stops the old engine, if any: it ends its notes and releases the output. Then starts `next` with the user's settings.
   * `reloaded`: the same plugin and model with new code, which resumes from where the old engine is.
   */
  async handOver(chosen: Chosen, next: SessionHandle, part: Part, reloaded = false): Promise<void> {
    this.#handing = true;
    const held = this.#engine === null ? [] : this.listener.heldKeys();
    // Wait for a port that is being opened: the next engine uses it.
    await this.#connecting;
    const [old, output] = [this.#engine, this.#output];
    if (this.#part) this.#part.role = 'leaves';
    // Reported before the old engine closes the port, so that this does not count as a loss.
    this.#outputIs(null, null);
    let stood: ResumeFrom | null = null;
    if (old) {
      if (!(await old.stop(!reloaded))) this.#silence(output);
      stood = standingOf(old);
      const left = this.#leave(old);
      if (reloaded) this.#inherited = left;
      else this.#leaving.add(left);
      this.#leaving.add(old);
    }
    if (this.#part) this.#part.role = 'gone';
    if (!reloaded) this.#endOpen();
    const came = part.role === 'comes';
    const inherited = came ? this.#inheritedBy(next, chosen, reloaded) : null;
    const { mode } = this.settings;
    if (came) this.#begin(next, chosen, inherited, reloaded);
    this.#engine = came ? next : null;
    this.#part = part;
    this.#chosen = chosen;
    if (came) part.role = 'plays';
    this.listener.changed(chosen, stood);
    if (output !== null) await this.#moveOutput(next, output);
    this.#handing = false;
    if (this.#closed) return;
    // The old engine may have been stopped at the last moment, when its events were no longer forwarded.
    if (!this.settings.running || this.#engine === null) this.#tellStopped();
    if (!came) this.onDeath(part.death!);
    if (this.settings.held) next.post({ type: 'hold', held: true, time: this.now() });
    part.starts = old !== null && this.settings.running;
    if (!next.catchesUp) this.#settle(next, chosen, mode);
    // What goes on from a checkpoint has heard them.
    if (inherited === null && this.settings.running)
      for (const key of held)
        next.post({ type: 'input', event: { type: 'noteOn', time: this.now(), ...key } });
    for (const message of this.#waiting.splice(0)) next.post(message);
  }

  /** Brings an engine that began in `mode` to the user's settings. */
  #settle(next: SessionHandle, chosen: Chosen, mode: Mode): void {
    const others = chosen.others.map(({ id, plugin }) => ({ id, specs: memberParamsOf(plugin.descriptor) }));
    for (const command of this.settings.commands(paramsOf(chosen.plugin.descriptor), mode, others))
      next.post({ type: 'command', command, time: this.now() });
  }

  #begin(next: SessionHandle, chosen: Chosen, inherited: Inheritance | null, reloaded: boolean): void {
    const { descriptor } = chosen.plugin;
    if (inherited && !reloaded) this.#resumedAt = this.now();
    next.begin({
      ...{
        mode: this.settings.mode,
        values: this.settings.values(paramsOf(descriptor)),
        inherited,
        reloaded,
      },
      learnt: this.#learnt.get(descriptor.id),
      others: chosen.others.map(({ id, plugin, mode }) => ({
        id,
        mode: this.settings.modeOf(id) ?? mode,
        values: this.settings.values(memberParamsOf(plugin.descriptor), id),
      })),
    });
    if (!reloaded) return;
    const goesOn = inherited
      ? 'plays on from what it has heard'
      : 'begins from zero, in another take, since its codec is another one now';
    this.trouble({ code: 'PLUGIN_RELOADED', message: `${descriptor.name} was loaded again, and ${goesOn}.` });
  }

  async #moveOutput(engine: SessionHandle, output: string): Promise<void> {
    try {
      await this.listener.connect(output, (lent) => engine.output(output, true, lent));
    } catch (error) {
      this.trouble(reportOf(error));
      if (this.#engine !== null) this.listener.outputMissing(output);
    }
    // The new engine died while connecting: keep the port for the next.
    if (this.#engine === null) this.#output = output;
  }

  /** Ends the notes that an unresponsive engine left, on its output and for all listeners. */
  #silence(output: string | null): void {
    this.listener.silence(output);
    this.listener.event({ type: 'allOff', time: this.now() });
  }

  #outputIs(name: string | null, id: PortId | null): void {
    this.#output = name;
    this.listener.output(name, id);
  }

  /** Resolves when no turn and no phrase is under way. Rejects with the reason of `signal`. */
  async untilItRests(signal: AbortSignal): Promise<void> {
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

  #hear(event: SessionEvent, part: Part): void {
    const { role } = part;
    if (role === 'comes' || role === 'gone') return;
    if (event.type === 'phase') {
      // A leaving engine's phases are no longer the session's, which does not stop for the next one.
      if (role === 'leaves') return;
      if (part.starts && event.phase === 'stopped' && this.settings.running) return;
      if (event.member === undefined) part.starts = false;
    }
    if (event.type === 'noteOn') this.#open.add(event.id);
    else if (event.type === 'noteOff') this.#open.delete(event.id);
    this.#tell(event);
  }

  /** Ends for all listeners the notes that an engine has left open: those of keys that are held, which the next one hears anew. */
  #endOpen(): void {
    const time = this.now();
    for (const id of this.#open) this.listener.event({ type: 'noteOff', id, time });
    this.#open.clear();
  }

  #tell(event: SessionEvent): void {
    if (event.type === 'phase' && event.member === undefined) {
      this.#rests = event.phase === 'waiting' || event.phase === 'stopped';
      if (this.#rests) for (const resolve of this.#resting) resolve();
      if (this.#rests) this.#resting.clear();
    }
    this.listener.event(event);
  }

  /** Emits the phase `stopped` in place of an engine that is gone. */
  #tellStopped(): void {
    this.#tell({ type: 'phase', time: this.now(), phase: 'stopped' });
  }

  trouble({ code, message }: { readonly code: string; readonly message: string }): void {
    this.listener.event({ type: 'trouble', time: this.now(), code, message });
  }

  /** The worker died or hangs: silence its notes, then have another take its place. */
  #crashed(crash: Crash, part: Part): void {
    const { error } = crash;
    const played = part.role === 'plays';
    part.role = 'gone';
    part.death = crash;
    part.died?.();
    const engine = this.#engine;
    if (!played || engine === null) return;
    const output = this.#output;
    this.#silence(output);
    this.#engine = null;
    this.#outputIs(null, null);
    this.#output = output;
    this.#tellStopped();
    this.#inherited = this.#leave(engine, error instanceof ContinuoError && error.code === 'PLUGIN_HUNG');
    this.#leaving.add(engine);
    this.onDeath(crash);
  }

  /** Ends the notes and all takes once `changing` is over, since another engine may be starting. */
  async close(changing: Promise<void>): Promise<void> {
    this.#closed = true;
    await changing;
    this.forget();
    const { engine, output } = { engine: this.#engine, output: this.#output };
    if (engine) {
      if (!(await engine.stop())) this.#silence(output);
      this.#leaving.add(engine);
    }
    this.#engine = null;
    await this.#leaving.gone();
  }
}
