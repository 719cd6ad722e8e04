import type { PluginDescriptor } from '../plugin/descriptor.js';
import { findModel, listModels, type ModelFolder } from './models.js';

/**
 * The models that a session offers: those of its plugin that are installed, and those that were given as a folder elsewhere, which
 * no list knows: they can be chosen again by their id. A given one hides an installed one of the same id.
 */
export class OfferedModels {
  readonly #given = new Map<string, { readonly folder: ModelFolder; readonly plugin: string }>();

  /** What the rest of the program, and a take, know a model by: the path of one that was given, else as it was asked for. */
  asked(idOrPath: string): string {
    return this.#given.get(idOrPath)?.folder.path ?? idOrPath;
  }

  /** A plugin took a model up. Throws MODEL_NOT_FOUND. */
  taken(idOrPath: string, plugin: string): void {
    const folder = findModel(idOrPath);
    if (!listModels().some(({ path }) => path === folder.path))
      this.#given.set(folder.id, { folder, plugin });
  }

  /** What can be chosen with a plugin, while `chosen` plays. */
  list({ id, models }: PluginDescriptor, chosen: ModelFolder): ModelFolder[] {
    const given = [...this.#given.values()].filter(({ plugin }) => plugin === id).map(({ folder }) => folder);
    const hidden = new Set(given.map((folder) => folder.id));
    const installed = listModels().filter(
      (folder) => !hidden.has(folder.id) && (models.includes(folder.id) || folder.id === chosen.id),
    );
    return [...installed, ...given];
  }
}
