import type { PluginDescriptor } from '../../plugin/descriptor.js';
import { listModels, type ModelFolder } from './models.js';

interface Given {
  /** As it was asked for: an id, or the path of a folder that no list knows. */
  readonly asked: string;
  readonly folder: ModelFolder;
  readonly plugin: string;
}

/**
 * The models that a session offers: those that its plugin names, and whatever else was taken up with it, which can be chosen again by
 * its id. That hides one of the same id that the plugin names.
 */
export class OfferedModels {
  readonly #given = new Map<string, Given>();
  /** What there was of a plugin's models when they could last be listed. */
  readonly #listed = new Map<string, readonly ModelFolder[]>();

  /** What the rest of the program, and a take, know a model by that is chosen by its id. */
  asked(idOrPath: string): string {
    return this.#given.get(idOrPath)?.asked ?? idOrPath;
  }

  /** A plugin took up a model that lies there. */
  taken(asked: string, plugin: PluginDescriptor, folder: ModelFolder): void {
    if (!this.#named(plugin).some(({ path }) => path === folder.path))
      this.#given.set(folder.id, { asked, folder, plugin: plugin.id });
  }

  /** What can be chosen with a plugin. `chosen` is among it, though its folder be gone by now. */
  list(plugin: PluginDescriptor, chosen: ModelFolder): ModelFolder[] {
    const given = [...this.#given.values()].filter((one) => one.plugin === plugin.id);
    const hidden = new Set(given.map(({ folder }) => folder.id));
    const all = [
      ...this.#named(plugin).filter(({ id }) => !hidden.has(id)),
      ...given.map(({ folder }) => folder),
    ];
    return all.some(({ id }) => id === chosen.id) ? all : [...all, chosen];
  }

  /** The folders on the disk; those of the last time where they cannot be listed now. */
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
