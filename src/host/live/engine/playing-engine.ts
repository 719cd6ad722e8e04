import { ContinuoError } from '../../../errors.js';
import type { PortId } from '../../../midi/index.js';
import type { Seconds } from '../../../music/units.js';
import type { PluginDescriptor } from '../../../plugin/descriptor.js';
import type { ParamSpecs } from '../../../plugin/params.js';
import type { LearntState } from '../../../session/checkpoint.js';
import type { SessionEvent } from '../../../session/events.js';
import { SESSION_PARAMS } from '../../../session/params.js';
import { reportOf } from '../../error-report.js';
import type { Setup } from '../../models/assemble.js';
import type { ModelFolder } from '../../models/models.js';
import type { FoundPlugin } from '../../plugins/plugins.js';
import type { OwnOutput } from '../ports/own-port/own-output.js';
import type { Wishes } from '../wishes.js';
import type { Inheritance } from './inheritance.js';
import { LeavingEngines } from './leaving-engines.js';
import type { HandleListener, SessionHandle } from './session-handle.js';
import { LOST, type ToWorker } from './worker-protocol.js';

/** What a session hears of its engines, and does for them. */
export interface EnginesListener {
  readonly event: (event: SessionEvent) => void;
  /** Connects the output in use, or another one, as {@link OwnOutput.connect} does. */
  readonly connect: OwnOutput['connect'];
  /** The output in use is another one. */
  readonly output: (name: string | null, id: PortId | null) => void;
  /** The output in use takes no more messages. */
  readonly outputFailed: () => void;
  /** The output that was in use cannot be opened by another engine: it is gone, or will not have it yet. */
  readonly outputMissing: (name: string) => void;
  /** An engine that died may have left something sounding there. */
  readonly silence: (output: string | null) => void;
  /** From now on this engine plays: nothing of it was told yet. */
  readonly changed: (chosen: Chosen) => void;
}

/** What is loaded. */
export interface Chosen {
  readonly setup: Setup;
  readonly plugin: FoundPlugin;
  /** null where the plugin predicts by itself. */
  readonly model: ModelFolder | null;
}

type WithSetup = Pick<Chosen, 'setup'>;

/** Whether two are the same plugin with the same model. */
export const alike = ({ setup: one }: WithSetup, { setup: other }: WithSetup): boolean =>
  one.plugin === other.plugin && one.model === other.model;

/** Where an engine stands: its events are the session's while it plays; while it leaves, those that end its notes. */
export interface Part {
  role: 'comes' | 'plays' | 'leaves' | 'gone';
  /** What it died of. */
  death?: Error;
}

/** One engine lets go of its notes and port before the next is given them: nobody plays more than this meanwhile. */
const MOST_WAITING = 1000;

/** The parameters of a session with this plugin. */
export const paramsOf = ({ params }: PluginDescriptor): ParamSpecs => ({ ...params, ...SESSION_PARAMS });

/**
 * The engine of a session that plays, its output, and how another takes its place: what was wished (mode, parameters, running,
 * the output) goes along. What one that dies or hangs left sounding is silenced.
 */
export class PlayingEngine {
  #engine: SessionHandle | null = null;
  /** Its part. */
  #part: Part | null = null;
  #chosen: Chosen | null = null;
  /** One engine is let go for the next. */
  #handing = false;
  #waiting: ToWorker[] = [];
  /** Outputs that the engine is opening. */
  #connecting: Promise<unknown> = Promise.resolve();
  /** The output in use, or that the next engine is to use. */
  #output: string | null = null;
  /** What the engine that died left: another one goes on from it. */
  #inherited: Inheritance | null = null;
  #resumedAt: Seconds = Number.NEGATIVE_INFINITY;
  /** What each plugin has learnt in this session. */
  readonly #learnt = new Map<string, LearntState>();
  #rests = true;
  readonly #resting = new Set<() => void>();
  readonly #leaving = new LeavingEngines((report) => this.trouble(report));
  #closed = false;

  constructor(
    private readonly wishes: Wishes,
    private readonly now: () => Seconds,
    private readonly listener: EnginesListener,
    /** It died, and none is left: the player is to be told, and another to take its place. */
    private readonly onDeath: (error: Error) => void,
  ) {}

  /** Null while there is none. */
  get engine(): SessionHandle | null {
    return this.#engine;
  }

  /** What plays, or played last. */
  get chosen(): Chosen | null {
    return this.#chosen;
  }

  /** Where the last take is, or is being written; null where nothing was. */
  get takeFolder(): string | null {
    return this.#engine?.takeFolder ?? this.#inherited?.takeFolder ?? this.#leaving.takeFolder;
  }

  /** Whether there is one, and no turn or phrase is under way. */
  get rests(): boolean {
    return this.#engine !== null && this.#rests;
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

  /** Connects the output, `again` where the one in use is gone and the music goes on. Throws what {@link SessionHandle.output} throws. */
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

  /** What an engine says that has this part. */
  listenerOf(part: Part): HandleListener {
    return {
      event: (event) => this.#hear(event, part),
      output: ({ name, id, request }) => {
        if (part.role !== 'plays') return;
        if (request === LOST) this.listener.outputFailed();
        this.#outputIs(name, id);
      },
      crashed: (error) => this.#crashed(error, part),
    };
  }

  /** When an engine last went on from where one that died had been. */
  get resumedAt(): Seconds {
    return this.#resumedAt;
  }

  /** Session time up to which the next engine knows what the one that died has heard; null where it begins from zero. */
  get resumesFrom(): Seconds | null {
    return this.#inherited?.resumption?.checkpoint.time ?? null;
  }

  /** The next engine begins from zero. */
  forget(): void {
    if (this.#inherited) this.#leaving.add(this.#inherited);
    this.#inherited = null;
  }

  /** What an engine leaves, which will not play any more. */
  #leave(engine: SessionHandle, hung = false): Inheritance {
    const left = engine.leave(hung);
    const { chosen } = this;
    if (chosen && left.learnt) this.#learnt.set(chosen.plugin.descriptor.id, left.learnt);
    return left;
  }

  /** What `next` goes on from, if anything: of the engine that died, or of the same plugin whose code was loaded again. */
  #inheritedBy(next: SessionHandle, chosen: Chosen, reloaded: boolean): Inheritance | null {
    const left = this.#inherited;
    this.#inherited = null;
    if (left === null) return null;
    const same = this.#chosen !== null && alike(this.#chosen, chosen);
    if (same && next.continues(left)) return left;
    // Of a session that was stopped for this.
    if (reloaded) left.end(this.now());
    this.#leaving.add(left);
    return null;
  }

  /**
   * The old engine, if any, ends its notes and lets go of the output; then `next` begins, with what is wished. `reloaded`: it is the
   * same as before with other code, and goes on from where that one is.
   */
  async handOver(chosen: Chosen, next: SessionHandle, part: Part, reloaded = false): Promise<void> {
    this.#handing = true;
    // A port that is being opened is the next engine's to use.
    await this.#connecting;
    const [old, output] = [this.#engine, this.#output];
    if (this.#part) this.#part.role = 'leaves';
    // Before the old one closes it, which is no loss.
    this.#outputIs(null, null);
    if (old) {
      if (!(await old.stop(!reloaded))) this.#silence(output);
      const left = this.#leave(old);
      if (reloaded) this.#inherited = left;
      else this.#leaving.add(left);
      this.#leaving.add(old);
    }
    if (this.#part) this.#part.role = 'gone';
    const came = part.role === 'comes';
    const inherited = came ? this.#inheritedBy(next, chosen, reloaded) : null;
    const { mode } = this.wishes;
    if (came) this.#begin(next, chosen, inherited, reloaded);
    this.#engine = came ? next : null;
    this.#part = part;
    this.#chosen = chosen;
    if (came) part.role = 'plays';
    this.listener.changed(chosen);
    if (output !== null) await this.#moveOutput(next, output);
    this.#handing = false;
    if (this.#closed) return;
    // The old one may have been stopped at the last moment, and was not heard any more.
    if (!this.wishes.running || this.#engine === null) this.#tellStopped();
    if (!came) this.onDeath(part.death!);
    if (this.wishes.held) next.post({ type: 'hold', held: true, time: this.now() });
    for (const command of this.wishes.commands(paramsOf(chosen.plugin.descriptor), mode))
      next.post({ type: 'command', command, time: this.now() });
    for (const message of this.#waiting.splice(0)) next.post(message);
  }

  #begin(next: SessionHandle, chosen: Chosen, inherited: Inheritance | null, reloaded: boolean): void {
    const { descriptor } = chosen.plugin;
    if (inherited && !reloaded) this.#resumedAt = this.now();
    next.begin({
      ...{ mode: this.wishes.mode, values: this.wishes.values(paramsOf(descriptor)), inherited, reloaded },
      learnt: this.#learnt.get(descriptor.id),
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

  /** Resolves when no turn and no phrase is under way. Throws the reason of `signal`. */
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

  #hear(event: SessionEvent, { role }: Part): void {
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

  trouble({ code, message }: { readonly code: string; readonly message: string }): void {
    this.listener.event({ type: 'trouble', time: this.now(), code, message });
  }

  /** The worker died, or hangs: what it left sounding is silenced first, then another one takes its place. */
  #crashed(error: Error, part: Part): void {
    const played = part.role === 'plays';
    part.role = 'gone';
    part.death = error;
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
    this.onDeath(error);
  }

  /** Ends its notes, its take and those of the ones before, as soon as `changing` is over: another may be taking its place. */
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
