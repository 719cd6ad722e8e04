import { setTimeout } from 'node:timers/promises';
import { anySignal } from '../../../any-signal.js';
import { ContinuoError } from '../../../errors.js';
import type { Seconds } from '../../../music/units.js';
import { reportOf } from '../../error-report.js';
import { findModel } from '../../models/models.js';
import type { Setup } from '../../models/open-host-performer.js';
import { findPlugin } from '../../plugins/plugins.js';
import type { ResumeFrom } from '../../states/saved-state.js';
import type { HostResources } from '../resources.js';
import type { UserSettings } from '../user-settings.js';
import { Backoff } from './backoff.js';
import { ChangeQueue } from './change-queue.js';
import { FallBack } from './fall-back.js';
import type { Journals } from './journals.js';
import {
  alike,
  type Chosen,
  type ChosenMember,
  type EnginesListener,
  type Part,
  PlayingEngine,
} from './playing-engine.js';
import { SessionHandle } from './session-handle.js';
import type { Crash } from './worker-link.js';

/** The session options that concern its engines. */
export interface EngineOptions {
  /** Folder for takes; null writes none. */
  readonly takes: string | null;
  /** MIDI channel of the model's notes, 0 to 15. */
  readonly channel?: number;
  /** The buffer of the {@link SentLog} of the session's output. */
  readonly sent: () => SharedArrayBuffer;
  /** The buffer of the session's {@link Permit}; absent: it may always play. */
  readonly permit?: SharedArrayBuffer;
  /** What it shares with other sessions. */
  readonly resources: HostResources;
  /** What the first engine goes on from; null: it begins from zero. */
  readonly resume: ResumeFrom | null;
  /** Who is told how the session stands. */
  readonly journals: Journals;
}

/** What is being loaded beside what plays; `ready`: it is loaded, and plays at the next phrase. */
export interface Comes extends Pick<Chosen, 'plugin' | 'model' | 'others'> {
  readonly ready: boolean;
}

export interface KeeperListener extends EnginesListener {
  /** Something is being loaded, or ready; null: no more. */
  readonly comes: (comes: Comes | null) => void;
  /** Another model plays than the one last requested. */
  readonly fellBack: () => void;
}

interface Change {
  readonly setup: Setup;
  /** When it takes over, once it is loaded: between two phrases or turns (the default), or at once. */
  readonly when?: 'phrase' | 'now';
  /** Load the model anew although it plays already: its weights have changed. */
  readonly again?: boolean;
  /** Reload the plugin's code and continue from where the playing engine is. */
  readonly reload?: boolean;
  /** What it goes on from. Default: it begins from zero. */
  readonly resume?: ResumeFrom | undefined;
}

/**
 * How long what is loaded waits for the end of a phrase or turn, in milliseconds: some four bars, for who plays on and on. Reloaded
 * plugin code waits less, since its author waits for it.
 */
const LONGEST_WAIT_MS = 8000;
const LONGEST_RELOAD_MS = 2000;
/** An engine that fails again this soon after resuming starts from zero. */
const AGAIN: Seconds = 10;

/** When one change overtakes another, the next is delayed for this long, so that rapid choices do not start threads in vain. */
const CALM_MS = 150;
/** Note ids per engine. Engines run one after the other, so a double holds these for long. */
const IDS = 2 ** 32;

/**
 * Chooses and replaces a session's engine. The new engine is ready before the old one is released, so a failed load changes
 * nothing. An engine that dies or hangs is restarted with backoff; if it dies soon after it was chosen, the previous model is
 * loaded instead.
 */
export class EngineKeeper {
  readonly #changes = new ChangeQueue<Change>(
    (change, signal) => this.#make(change, signal),
    // A reload, and what goes on from a state, always load anew, even with an equal setup.
    (one, other) =>
      ![one, other].some(({ again, reload, resume }) => again || reload || resume) && alike(one, other),
  );
  readonly #backoff = new Backoff();
  readonly #fallBack = new FallBack<Chosen>(alike);
  /** The fallback for the engine that died. */
  #next: Chosen | null = null;
  readonly playing: PlayingEngine;
  /** The setup last requested: loaded, or being loaded. */
  #wanted: Setup;
  #count = 0;
  #hurried = false;
  /** The next engine has a worker of its own. */
  #alone = false;
  /** Ends the waiting of what is loaded, or is to end it. */
  #now = new AbortController();
  #reviving: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(
    setup: Setup,
    private readonly options: EngineOptions,
    settings: UserSettings,
    private readonly zero: Seconds,
    private readonly now: () => Seconds,
    private readonly listener: KeeperListener,
  ) {
    this.#wanted = setup;
    this.playing = new PlayingEngine(settings, now, listener, (crash) => this.#died(crash));
  }

  /** The setup last requested, whether or not it is loaded yet. */
  get wanted(): Setup {
    return this.#wanted;
  }

  /** Resolves when this setup or a newer one is loaded. Throws what loading throws; nothing has changed then. */
  async load(change: Change): Promise<void> {
    const meant = this.#changes.busy && alike({ setup: this.#wanted }, change);
    if (change.when === 'now' && meant) this.hurry();
    this.#alone = false;
    await this.#load(change);
  }

  async #load(change: Change): Promise<void> {
    this.#wanted = change.setup;
    await this.#changes.ask(change);
  }

  /** What is being loaded takes over as soon as it can. */
  hurry(): void {
    this.#now.abort();
  }

  /** Cancels what is being loaded, unless it takes over already: what plays plays on. Those who asked for it get LOAD_CANCELLED. */
  cancel(): void {
    const { chosen } = this.playing;
    const reason = new ContinuoError('LOAD_CANCELLED', 'The loading was cancelled: what played plays on.');
    if (chosen !== null && this.#changes.cancel(reason)) this.#wanted = chosen.setup;
  }

  async #make(change: Change, signal: AbortSignal): Promise<void> {
    clearTimeout(this.#reviving);
    this.#now = new AbortController();
    if (change.when === 'now') this.hurry();
    try {
      if (this.#hurried) await setTimeout(CALM_MS, undefined, { signal });
      await this.#change(change, signal);
      this.#hurried = false;
    } catch (error) {
      this.#hurried = signal.aborted;
      const { chosen } = this.playing;
      if (!signal.aborted && chosen) this.#wanted = chosen.setup;
      throw error;
    } finally {
      this.listener.comes(null);
      if (this.playing.engine === null && !signal.aborted) this.#revive();
    }
  }

  async #change({ setup, reload, resume }: Change, signal: AbortSignal): Promise<void> {
    const plugin = await findPlugin(setup.plugin);
    const { descriptor } = plugin;
    const model = setup.model === null ? null : findModel(setup.model);
    const others = await othersOf(setup);
    signal.throwIfAborted();
    if (this.playing.engine !== null) this.listener.comes({ plugin, model, others, ready: false });
    const { takes, channel = 0, sent, permit, resources, journals } = this.options;
    const dead = new AbortController();
    const part: Part = { role: 'comes', died: () => dead.abort() };
    const next = await SessionHandle.load(
      {
        others: others.map((other) => other.plugin),
        ...{ setup, plugin, madeBy: model ? `model ${model.id}` : `plugin ${descriptor.id}` },
        ...{ takes, channel, firstId: IDS * this.#count++ },
        ...{ zero: this.zero, now: this.now, sent: sent(), resources, journals, alone: this.#alone },
        ...(permit && { permit }),
        resume: resume ?? (this.playing.chosen === null ? this.options.resume : null),
      },
      this.playing.listenerOf(part),
      signal,
    );
    try {
      if (this.playing.engine !== null && !this.playing.rests) {
        this.listener.comes({ plugin, model, others, ready: true });
        await this.#untilItMay(reload ? LONGEST_RELOAD_MS : LONGEST_WAIT_MS, signal, dead.signal);
      }
      signal.throwIfAborted();
      if (part.role === 'gone')
        throw new ContinuoError('ENGINE_CRASHED', 'The engine died before it could play.');
    } catch (error) {
      await next.close();
      throw error;
    }
    const chosen = { setup, plugin, model, others };
    this.#next = null;
    this.#fallBack.taken(chosen, this.now());
    await this.playing.handOver(chosen, next, part, reload);
  }

  /** Resolves between two phrases or turns, when it is hurried or `dead`, or after a timeout. */
  async #untilItMay(longest: number, signal: AbortSignal, dead: AbortSignal): Promise<void> {
    const overdue = new AbortController();
    const timer = globalThis.setTimeout(() => overdue.abort(), longest);
    const enough = anySignal(signal, this.#now.signal, dead, overdue.signal);
    try {
      await this.playing.untilItRests(enough.signal).catch(() => signal.throwIfAborted());
    } finally {
      clearTimeout(timer);
      enough.done();
    }
  }

  /** The playing engine died: restart the same model, or the previous one if it died soon after it was chosen. */
  #died(crash: Crash): void {
    // What ended a worker ends no worker of others again.
    this.#alone ||= crash.alone;
    const { chosen } = this.playing;
    const now = this.now();
    const before = chosen && this.#fallBack.died(chosen, now);
    this.#next = before;
    if (before !== null || now - this.playing.resumedAt < AGAIN) this.playing.forget();
    const { resumesFrom } = this.playing;
    const known = resumesFrom === null ? null : now - resumesFrom;
    this.playing.trouble(deathOf(crash, { chosen, before, known }));
    if (!this.#changes.busy) this.#revive();
  }

  /** Restarts the chosen setup or its fallback: at once, or after a backoff if that failed. */
  #revive(): void {
    const { chosen } = this.playing;
    if (this.#closed || chosen === null) return;
    clearTimeout(this.#reviving);
    this.#reviving = globalThis.setTimeout(() => {
      if (this.playing.engine !== null || this.#changes.busy || this.#closed) return;
      const { setup } = this.#next ?? chosen;
      const told = setup === chosen.setup ? () => {} : this.listener.fellBack;
      // A fallback is tried once.
      this.#next = null;
      this.#load({ setup }).then(told, (error: unknown) => {
        if (!this.#closed) this.playing.trouble(reportOf(error));
      });
    }, 1000 * this.#backoff.wait(this.now()));
  }

  /** Aborts loading, ends the worker and closes the takes. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#reviving);
    await this.playing.close(this.#changes.close());
  }
}

/** The plugins and models of the further members of a band. Throws what finding them throws. */
async function othersOf({ members = [] }: Setup): Promise<ChosenMember[]> {
  const others: ChosenMember[] = [];
  for (const { id, plugin, model, mode } of members)
    others.push({
      id,
      mode,
      plugin: await findPlugin(plugin),
      model: model === null ? null : findModel(model),
    });
  return others;
}

/** Describes the death of an engine. */
interface Death {
  readonly chosen: Chosen | null;
  /** The setup that replaces it, if it is another one. */
  readonly before: Chosen | null;
  /** Age of the checkpoint that the next engine resumes from; null: it starts from zero. */
  readonly known: Seconds | null;
}

/** The message to the player: the cause, what happens to the notes, and what plays next. */
function deathOf(
  { error, member }: Crash,
  { chosen, before, known }: Death,
): { code: string; message: string } {
  const plugin = member === 0 ? chosen?.plugin : chosen?.others[member - 1]?.plugin;
  const own = plugin === undefined || plugin.source === 'built-in';
  const code = !own && error instanceof ContinuoError ? error.code : 'ENGINE_CRASHED';
  const who = own ? 'The engine' : `The plugin ${plugin.descriptor.name}`;
  const does = code === 'PLUGIN_HUNG' ? 'hung' : own ? 'died' : 'failed';
  if (!before) {
    const goesOn =
      known === null
        ? 'is started anew, without what it has heard'
        : `goes on from what it had heard up to ${known.toFixed(1)} s before`;
    return {
      code,
      message: `${who} ${does} and ${goesOn}${own ? '' : '; its notes are ended'}. What you play until then is not heard: ${error.message}`,
    };
  }
  const gone = own && chosen?.model ? `The model ${chosen.model.id} died` : `${who} ${does}`;
  const next = before.model?.id ?? before.plugin.descriptor.name;
  return {
    code,
    message: `${gone} right after it was loaded; ${next} plays again. What you play until then is not heard: ${error.message}`,
  };
}
