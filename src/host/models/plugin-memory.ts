import type { MemoryExtension } from '../../plugin/memory.js';
import { findPlugins, loadPlugin } from '../plugins/plugins.js';

/** The memory that a plugin puts around this model: of the plugin that plays with it, or that has its codec; undefined for none. Throws what loading a plugin throws. */
export async function pluginMemoryOf({
  id,
  codec,
}: {
  readonly id: string;
  readonly codec: string | undefined;
}): Promise<MemoryExtension | undefined> {
  const { plugins } = await findPlugins();
  const remembering = plugins.filter(({ descriptor }) => descriptor.extensions.includes('memory'));
  const own =
    remembering.find(({ descriptor }) => descriptor.models.includes(id)) ??
    remembering.find(({ descriptor }) => descriptor.corpus?.codecs.some((one) => one === codec));
  return own && (await loadPlugin(own.ref)).definition.memory;
}
