/** Plugins: where they are found, their plugin.json, and their code. */
import type { PluginDescriptor } from '../../plugin/descriptor.js';
import { findPlugin } from './find-plugins.js';

export { findPlugin, findPlugins, knownPlugin } from './find-plugins.js';
export { loadPlugin } from './load-plugin.js';
export { watchLoading } from './loading-watch.js';
export type { FoundPlugin } from './read-plugin.js';
export { watchPlugin } from './watch-plugin.js';

/** Reads a plugin's plugin.json, by id or path; runs no code. Throws what {@link findPlugin} throws. */
export async function readDescriptor(idOrPath: string): Promise<PluginDescriptor> {
  return (await findPlugin(idOrPath)).descriptor;
}
