import type { OpenedPlugin } from '../../../../performer/performer.js';
import {
  type HostPerformer,
  hashOfModels,
  hostPerformer,
  modelsOf,
  openHostPerformer,
  openModels,
  type Setup,
} from '../../../models/open-host-performer.js';
import type { ChosenModel } from '../../../models/read-model.js';
import { codeHash } from '../../../plugins/code-files.js';
import type { LoadedPlugin } from '../../../plugins/load-plugin.js';
import { loadPlugin } from '../../../plugins/plugins.js';
import { warmUp } from '../warm-up.js';

/** A performer, and how to give back what it shares with others. */
export interface Lease {
  readonly performer: HostPerformer;
  release(): void;
}

/** A plugin that is loaded, with the hash of its code. */
interface Code {
  readonly plugin: LoadedPlugin;
  readonly code: string;
}

/** A plugin and model that are open, and how many sessions play with them. */
interface Shared {
  readonly opened: Promise<OpenedPlugin>;
  users: number;
}

/**
 * The built-in plugins and models that the sessions of a worker play with: code, codec and engine once, however many they are. What
 * belongs to one session (grammar, learnt state, random numbers) it gets for itself.
 */
export class SharedPerformers {
  readonly #code = new Map<string, Promise<Code>>();
  readonly #shared = new Map<string, Shared>();

  constructor(
    /** Whether nobody plays in this worker, so that it may be busy for a while. */
    private readonly isQuiet: () => boolean,
  ) {}

  /** Throws what {@link openHostPerformer} throws. */
  async lease(setup: Setup, read: (name: string) => Promise<ChosenModel>): Promise<Lease> {
    const { plugin, code } = await this.#codeOf(setup.plugin);
    if (plugin.definition.predictor) return alone(setup);
    const models = await modelsOf(plugin, setup.model, read);
    const { precision, memory } = setup;
    const modelHash = hashOfModels(models);
    const key = JSON.stringify([plugin.ref, modelHash, precision, memory]);
    let shared = this.#shared.get(key);
    const isNew = shared === undefined;
    shared ??= { opened: openModels(plugin, models, setup), users: 0 };
    this.#shared.set(key, shared);
    shared.users++;
    const release = once(() => this.#release(key, shared));
    try {
      const opened = await shared.opened;
      const own = () => hostPerformer(opened, { plugin, code, modelHash, seed: setup.seed });
      // While others play, it is compiled as it plays.
      if (isNew && this.isQuiet()) warmUp(own());
      return { performer: own(), release };
    } catch (error) {
      release();
      throw error;
    }
  }

  #release(key: string, shared: Shared): void {
    if (--shared.users > 0) return;
    if (this.#shared.get(key) === shared) this.#shared.delete(key);
    shared.opened.then(
      ({ engine }) => engine.dispose(),
      () => undefined,
    );
  }

  #codeOf(id: string): Promise<Code> {
    const known = this.#code.get(id);
    if (known) return known;
    const loaded = loadPlugin(id).then((plugin) => ({ plugin, code: codeHash(plugin.folder) }));
    this.#code.set(id, loaded);
    loaded.catch(() => this.#code.delete(id));
    return loaded;
  }
}

async function alone(setup: Setup): Promise<Lease> {
  const performer = await openHostPerformer(setup);
  return { performer, release: once(() => performer.engine.dispose()) };
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (!done) act();
    done = true;
  };
}
