import { basename, resolve } from 'node:path';
import { ContinuoError } from '../../errors.js';
import { builtInPlaces, isPlugin, pluginPlaces } from './places.js';
import { type FoundPlugin, readPlugin } from './read-plugin.js';

/** The plugins found, and why others were rejected. */
export interface FoundPlugins {
  readonly plugins: readonly FoundPlugin[];
  readonly troubles: readonly PluginTrouble[];
}

/** Why a plugin was rejected. */
export interface PluginTrouble {
  /** Its id or, if that cannot be read, the name of its folder. */
  readonly name: string;
  readonly error: ContinuoError;
}

/**
 * Reads the plugin.json of every plugin in the places where plugins are looked for; runs no code. If several share an id, only a
 * built-in one is used.
 */
export async function findPlugins(): Promise<FoundPlugins> {
  const troubles: PluginTrouble[] = [];
  const byId = new Map<string, FoundPlugin[]>();
  for (const place of pluginPlaces()) {
    const found = await readPlugin(place).catch((error: unknown) => {
      if (!(error instanceof ContinuoError)) throw error;
      troubles.push({ name: basename(place.folder), error });
      return null;
    });
    if (!found) continue;
    const same = byId.get(found.descriptor.id) ?? [];
    // A link to a plugin that was already found is not a duplicate.
    if (!same.some(({ folder }) => folder === found.folder)) same.push(found);
    byId.set(found.descriptor.id, same);
  }
  const plugins: FoundPlugin[] = [];
  for (const [id, same] of byId) {
    const builtIn = same.find(({ source }) => source === 'built-in');
    if (builtIn) plugins.push(builtIn);
    else if (same.length === 1) plugins.push(same[0]!);
    if (same.length > 1) troubles.push({ name: id, error: duplicates(id, same) });
  }
  return { plugins: plugins.sort((a, b) => (a.descriptor.id < b.descriptor.id ? -1 : 1)), troubles };
}

function duplicates(id: string, same: readonly FoundPlugin[]): ContinuoError {
  const builtIn = same.some(({ source }) => source === 'built-in');
  const others = same.filter(({ source }) => source !== 'built-in').map(({ folder }) => folder);
  return new ContinuoError(
    'PLUGIN_DUPLICATE',
    builtIn
      ? `The id "${id}" is that of a built-in plugin; ${others.join(' and ')} has it too, and is left out.`
      : `The id "${id}" is that of ${others.length} plugins: ${others.join(' and ')}. None of them is taken.`,
    builtIn
      ? 'Give it another id in its plugin.json.'
      : 'Remove one, give it another id, or say which by its path: --plugin PATH.',
  );
}

/** Finds a plugin by its id or the path of its folder. Throws what {@link knownPlugin} and {@link readPlugin} throw. */
export async function findPlugin(idOrPath: string): Promise<FoundPlugin> {
  if (isPath(idOrPath)) return byPath(idOrPath);
  try {
    return await knownPlugin(idOrPath);
  } catch (error) {
    const unknown = error instanceof ContinuoError && error.code === 'PLUGIN_UNKNOWN';
    if (unknown && isPlugin(resolve(idOrPath))) return byPath(idOrPath);
    throw error;
  }
}

/** Finds a plugin by its id. Throws PLUGIN_UNKNOWN (listing the plugins), PLUGIN_DUPLICATE, and what {@link readPlugin} throws. */
export async function knownPlugin(id: string): Promise<FoundPlugin> {
  const builtIn = builtInPlace(id);
  if (builtIn) return readPlugin(builtIn);
  const { plugins, troubles } = await findPlugins();
  const known = plugins.find(({ descriptor }) => descriptor.id === id);
  if (known) return known;
  const refused = troubles.find(({ name }) => name === id);
  if (refused) throw refused.error;
  throw new ContinuoError(
    'PLUGIN_UNKNOWN',
    `There is no plugin "${id}", neither by that id nor as a folder with a plugin.json.`,
    [
      `Plugins here: ${plugins.map(({ descriptor }) => descriptor.id).join(', ')}.`,
      ...troubles.map(({ error }) => error.message),
    ].join(' '),
  );
}

/** A built-in plugin's folder is named by its id. */
const builtInPlace = (id: string) => builtInPlaces().find(({ folder }) => basename(folder) === id);

/** A path has a separator or begins with . or ~, which no id does. */
const isPath = (text: string): boolean => /^[.~]|[\\/]/.test(text);

async function byPath(path: string): Promise<FoundPlugin> {
  const found = await readPlugin({ folder: resolve(path), source: 'path' });
  const { id } = found.descriptor;
  const other = builtInPlace(id);
  if (!other) return found;
  const builtIn = await readPlugin(other);
  if (builtIn.folder === found.folder) return builtIn;
  throw duplicates(id, [builtIn, found]);
}
