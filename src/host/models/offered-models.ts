import type { PluginDescriptor } from '../../plugin/descriptor.js';
import { listModels, type ModelFolder } from './models.js';

interface Given {
  /** As it was requested: an id, or the path of a folder outside the lists. */
  readonly asked: string;
  readonly folder: ModelFolder;
  readonly plugin: string;
}

/**
 * The models that a session offers: those that its plugin names, and those that were opened by path, which can be chosen again by id.
 * The latter hide a model of the same id that the plugin names.
 */
export class OfferedModels {
  readonly #given = new Map<string, Given>();
  /** A plugin's models when they could last be listed. */
  readonly #listed = new Map<string, readonly ModelFolder[]>();

  /** The name by which the program and takes know a model that is chosen by id. */
  asked(idOrPath: string): string {
    return this.#given.get(idOrPath)?.asked ?? idOrPath;
  }

  /** Records that a plugin opened the model in `folder`. */
  taken(asked: string, plugin: PluginDescriptor, folder: ModelFolder): void {
    if (!this.#named(plugin).some(({ path }) => path === folder.path))
      this.#given.set(folder.id, { asked, folder, plugin: plugin.id });
  }

  /** The models that can be chosen with a plugin, with `chosen` even if its folder is gone. */
  list(plugin: PluginDescriptor, chosen: ModelFolder): ModelFolder[] {
    const given = [...this.#given.values()].filter((one) => one.plugin === plugin.id);
    const hidden = new Set(given.map(({ folder }) => folder.id));
    const all = [
      ...this.#named(plugin).filter(({ id }) => !hidden.has(id)),
      ...given.map(({ folder }) => folder),
    ];
    return all.some(({ id }) => id === chosen.id) ? all : [...all, chosen];
  }

  /** The model folders; those of the last time where they cannot be listed now. */
  #named({ id: plugin, models }: PluginDescriptor): readonly ModelFolder[] {
    try {
      const there = listModels().filter(({ id }) => models.includes(id));
      this.#listed.set(plugin, there);
      return there;
    } catch {
      return this.#listed.get(plugin) ?? [];
    }
  }
}
