import { type FoundPlugin, findPlugin, findPlugins } from './plugins.js';

/** The plugins that a session offers: all that are found and play live, and the one it starts with, wherever it lies. */
export async function livePlugins(first: string): Promise<FoundPlugin[]> {
  const { plugins } = await findPlugins();
  const begins = await findPlugin(first);
  const others = plugins.filter(({ descriptor }) => descriptor.id !== begins.descriptor.id);
  const all = plugins.some(({ ref }) => ref === begins.ref) ? plugins : [begins, ...others];
  return all.filter(({ descriptor }) => descriptor.extensions.includes('live'));
}
