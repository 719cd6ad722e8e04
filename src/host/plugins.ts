import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ContinuoError } from '../errors.js';
import type { PluginDefinition } from '../plugin/definition.js';
import { type PluginDescriptor, parseDescriptor } from '../plugin/descriptor.js';
import { FOLDERS } from './folders.js';

/** Ids of the plugins that there are. */
function pluginIds(): string[] {
  return readdirSync(FOLDERS.bundledPlugins, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** Reads a plugin's descriptor; its code is not run. Throws PLUGIN_UNKNOWN (listing what there is), PLUGIN_API, PLUGIN_BROKEN. */
export async function readDescriptor(id: string): Promise<PluginDescriptor> {
  const ids = pluginIds();
  if (!ids.includes(id)) {
    throw new ContinuoError('PLUGIN_UNKNOWN', `There is no plugin "${id}"; there is ${ids.join(', ')}.`);
  }
  const file = join(FOLDERS.bundledPlugins, id, 'plugin.json');
  const text = await readFile(file, 'utf8').catch((cause) => {
    throw new ContinuoError('PLUGIN_BROKEN', `${file} cannot be read.`, undefined, { cause });
  });
  return parseDescriptor(parseJson(text, file), file);
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ContinuoError('PLUGIN_BROKEN', `${file} is not JSON: ${(cause as Error).message}`, undefined, {
      cause,
    });
  }
}

/** Every plugin's descriptor, by id. */
export async function listPlugins(): Promise<PluginDescriptor[]> {
  return Promise.all(pluginIds().map(readDescriptor));
}

/** Runs a plugin's code and returns its definition. Throws as {@link readDescriptor} does. */
export async function loadPlugin(
  id: string,
): Promise<{ descriptor: PluginDescriptor; definition: PluginDefinition }> {
  const descriptor = await readDescriptor(id);
  const file = join(FOLDERS.bundledPlugins, id, 'index.js');
  const module: { default?: PluginDefinition } = await import(pathToFileURL(file).href).catch((cause) => {
    throw new ContinuoError(
      'PLUGIN_BROKEN',
      `${file} cannot be loaded: ${(cause as Error).message}`,
      undefined,
      { cause },
    );
  });
  if (typeof module.default !== 'object' || module.default === null) {
    throw new ContinuoError(
      'PLUGIN_BROKEN',
      `${file} exports no plugin.`,
      'Its default export should be definePlugin({ … }).',
    );
  }
  return { descriptor, definition: module.default };
}
