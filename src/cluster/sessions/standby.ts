import { type LiveOptions, LiveSession } from '../../host/live/live-session.js';
import { NO_MODEL } from '../../host/models/models.js';
import { livePlugins } from '../../host/plugins/live-plugins.js';
import type { SessionEntry } from '../../host/sessions/control.js';

/** Of so many kinds of sessions, a host has plugin and model loaded beforehand. */
const MOST_KINDS = 4;

type Kind = Pick<LiveOptions, 'plugin' | 'model'>;

/**
 * What sessions of the cluster play with, loaded beforehand in each worker: a session that is taken over then needs no more than its
 * state. Nothing of it sounds or is recorded.
 */
export class Standby {
  readonly #kinds = new Set<string>();
  readonly #sessions: LiveSession[] = [];
  #loading: Promise<void> = Promise.resolve();
  #over = false;

  /** `base`: how the host was started. */
  constructor(private readonly base: LiveOptions) {
    this.#ready(base);
  }

  /** Has what a session plays with ready, unless others wrote it: such a session has a worker of its own. */
  async readyFor({ plugin, model }: SessionEntry): Promise<void> {
    const found = (await livePlugins(this.base.plugin)).find(({ descriptor }) => descriptor.id === plugin.id);
    if (found?.source !== 'built-in') return;
    this.#ready({ plugin: found.ref, model: model.id === NO_MODEL.id ? null : model.id });
  }

  #ready({ plugin, model }: Kind): void {
    const kind = JSON.stringify([plugin, model]);
    if (this.#kinds.has(kind) || this.#kinds.size >= MOST_KINDS || this.#over) return;
    this.#kinds.add(kind);
    // What cannot be loaded is said when a session is to play with it.
    this.#loading = this.#loading.then(() => this.#load({ plugin, model })).catch(() => undefined);
  }

  async #load(kind: Kind): Promise<void> {
    const { members: _, resume: __, ...base } = this.base;
    // Each goes to the worker that has the fewest.
    for (let workers = base.resources?.pool.most ?? 0; workers > 0 && !this.#over; workers--)
      this.#sessions.push(await LiveSession.open({ ...base, ...kind, takes: null }));
  }

  async close(): Promise<void> {
    this.#over = true;
    await this.#loading;
    await Promise.allSettled(this.#sessions.map((session) => session.close()));
  }
}
