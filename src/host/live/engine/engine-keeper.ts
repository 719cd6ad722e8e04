import { setTimeout } from 'node:timers/promises';
import { ContinuoError } from '../../../errors.js';
import type { Seconds } from '../../../music/units.js';
import { reportOf } from '../../error-report.js';
import type { Setup } from '../../models/assemble.js';
import { findModel } from '../../models/models.js';
import { findPlugin } from '../../plugins/plugins.js';
import type { Wishes } from '../wishes.js';
import { Backoff } from './backoff.js';
import { ChangeQueue } from './change-queue.js';
import { FallBack } from './fall-back.js';
import { alike, type Chosen, type EnginesListener, type Part, PlayingEngine } from './playing-engine.js';
import { SessionHandle } from './session-handle.js';

/** What of a session's options concerns its engines. */
export interface EngineOptions {
  /** Folder for takes; null writes none. */
  readonly takes: string | null;
  /** MIDI channel of the model's notes, 0 to 15. */
  readonly channel?: number;
  /** Of the {@link SentLog} of the session's output. */
  readonly sent: () => SharedArrayBuffer;
}

export interface KeeperListener extends EnginesListener {
  /** Another model plays than was asked for last. */
  readonly fellBack: () => void;
}

interface Change {
  readonly setup: Setup;
  /** Only where nobody plays: it waits for that. */
  readonly unnoticed?: boolean;
  /** The plugin's code is to be loaded again, and to go on where the one that plays is. */
  readonly reload?: boolean;
}

/** Other code of a plugin waits so long for the end of a phrase or turn, in milliseconds. */
const LONGEST_RELOAD_MS = 2000;
/** What fails again so soon after it went on from where it had failed begins from zero. */
const AGAIN: Seconds = 10;

/** Where one change overtakes another, the next waits for one that comes as quickly again, so that few threads begin in vain. */
const CALM_MS = 150;
/** Of each engine's ids of notes; engines come one after the other, so that a double holds them for long. */
const IDS = 2 ** 32;

/**
 * Which engine a session has. The new one is ready before the old one is let go, so that one that does not load changes nothing.
 * One that dies or hangs is replaced, after longer and longer waits where that fails; by the model before it where it dies at once.
 */
export class EngineKeeper {
  readonly #changes = new ChangeQueue<Change>(
    (change, signal) => this.#make(change, signal),
    // New weights are other weights each time.
    (one, other) => ![one, other].some(({ unnoticed, reload }) => unnoticed || reload) && alike(one, other),
  );
  readonly #backoff = new Backoff();
  readonly #fallBack = new FallBack<Chosen>(alike);
  /** What takes the place of the engine that died. */
  #next: Chosen | null = null;
  readonly playing: PlayingEngine;
  /** What is wanted in the end: loaded, or being loaded. */
  #wanted: Setup;
  #count = 0;
  #hurried = false;
  #reviving: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(
    setup: Setup,
    private readonly options: EngineOptions,
    wishes: Wishes,
    private readonly zero: Seconds,
    private readonly now: () => Seconds,
    private readonly listener: KeeperListener,
  ) {
    this.#wanted = setup;
    this.playing = new PlayingEngine(wishes, now, listener, (error) => this.#died(error));
  }

  /** What was asked for last, be it loaded yet or not. */
  get wanted(): Setup {
    return this.#wanted;
  }

  /** Whether nothing is under way: no change, no turn, no phrase. */
  get rests(): boolean {
    return this.playing.rests && !this.#changes.busy;
  }

  /** Resolves when this, or what was asked for since, is loaded. Throws what loading throws; nothing has changed then. */
  async load(change: Change): Promise<void> {
    this.#wanted = change.setup;
    await this.#changes.ask(change);
  }

  async #make(change: Change, signal: AbortSignal): Promise<void> {
    clearTimeout(this.#reviving);
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
      if (this.playing.engine === null && !signal.aborted) this.#revive();
    }
  }

  async #change({ setup, unnoticed, reload }: Change, signal: AbortSignal): Promise<void> {
    const plugin = await findPlugin(setup.plugin);
    const { descriptor } = plugin;
    const model = setup.model === null ? null : findModel(setup.model);
    signal.throwIfAborted();
    const { takes, channel = 0, sent } = this.options;
    const part: Part = { role: 'comes' };
    const next = await SessionHandle.load(
      {
        ...{ setup, plugin, madeBy: model ? `model ${model.id}` : `plugin ${descriptor.id}` },
        ...{ takes, channel, firstId: IDS * this.#count++ },
        ...{ zero: this.zero, now: this.now, sent: sent() },
      },
      this.playing.listenerOf(part),
      signal,
    );
    try {
      if (unnoticed) await this.playing.untilItRests(signal);
      if (reload && this.playing.engine !== null) await this.#untilItMay(signal);
      signal.throwIfAborted();
      if (part.role === 'gone')
        throw new ContinuoError('ENGINE_CRASHED', 'The engine died before it could play.');
    } catch (error) {
      await next.close();
      throw error;
    }
    const chosen = { setup, plugin, model };
    this.#next = null;
    this.#fallBack.taken(chosen, this.now());
    await this.playing.handOver(chosen, next, part, reload);
  }

  /** Resolves between two phrases or turns, or after a while where there is no such moment. */
  async #untilItMay(signal: AbortSignal): Promise<void> {
    const enough = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_RELOAD_MS)]);
    await this.playing.untilItRests(enough).catch(() => signal.throwIfAborted());
  }

  /** The engine that plays died: another one of the same model takes its place, or of the one before where it died at once. */
  #died(error: Error): void {
    const { chosen } = this.playing;
    const now = this.now();
    const before = chosen && this.#fallBack.died(chosen, now);
    this.#next = before;
    if (before !== null || now - this.playing.resumedAt < AGAIN) this.playing.forget();
    const { resumesFrom } = this.playing;
    const known = resumesFrom === null ? null : now - resumesFrom;
    this.playing.trouble(deathOf(error, { chosen, before, known }));
    if (!this.#changes.busy) this.#revive();
  }

  /** Starts what was chosen anew, or what it falls back to: at once or, where that went wrong, after a while. */
  #revive(): void {
    const { chosen } = this.playing;
    if (this.#closed || chosen === null) return;
    clearTimeout(this.#reviving);
    this.#reviving = globalThis.setTimeout(() => {
      if (this.playing.engine !== null || this.#changes.busy || this.#closed) return;
      const { setup } = this.#next ?? chosen;
      const told = setup === chosen.setup ? () => {} : this.listener.fellBack;
      // Whatever becomes of it: it is not tried for a second time.
      this.#next = null;
      this.load({ setup }).then(told, (error: unknown) => {
        if (!this.#closed) this.playing.trouble(reportOf(error));
      });
    }, 1000 * this.#backoff.wait(this.now()));
  }

  /** Gives up what is being loaded, ends worker and takes. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#reviving);
    await this.playing.close(this.#changes.close());
  }
}

/** What is known of an engine that died. */
interface Death {
  readonly chosen: Chosen | null;
  /** What plays in its place, where that is another one. */
  readonly before: Chosen | null;
  /** How long ago what the next one goes on from was heard; null: it begins from zero. */
  readonly known: Seconds | null;
}

/** What a player is told of an engine that died: whose fault it was, what becomes of the notes, and what plays next. */
function deathOf(error: Error, { chosen, before, known }: Death): { code: string; message: string } {
  const own = chosen === null || chosen.plugin.source === 'built-in';
  const code = !own && error instanceof ContinuoError ? error.code : 'ENGINE_CRASHED';
  const who = own ? 'The engine' : `The plugin ${chosen.plugin.descriptor.name}`;
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
