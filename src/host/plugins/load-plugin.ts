import { pathToFileURL } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { ContinuoError } from '../../errors.js';
import type { PluginDefinition } from '../../plugin/definition.js';
import { EXTENSIONS, type PluginDescriptor } from '../../plugin/descriptor.js';
import { entryOf } from './entry.js';
import { findPlugin } from './find-plugins.js';
import { loadOwnModules } from './own-modules.js';
import type { FoundPlugin } from './read-plugin.js';
import { syntaxPlace } from './syntax-place.js';
import { tryOut } from './try-out.js';

export interface LoadedPlugin extends FoundPlugin {
  readonly definition: PluginDefinition;
  /** Its entry file. */
  readonly entry: string;
}

/**
 * Runs a plugin's code and returns its definition. On the main thread, third-party code is first tried out in a thread of its own,
 * so that an endless loop is detected. `loading` is called before third-party code runs. Throws what {@link findPlugin} and {@link
 * entryOf} throw, PLUGIN_CODE where the code fails or exports no such plugin, PLUGIN_HUNG where it does not finish loading.
 */
export async function loadPlugin(idOrPath: string, loading = () => {}): Promise<LoadedPlugin> {
  const found = await findPlugin(idOrPath);
  const builtIn = found.source === 'built-in';
  const entry = builtIn ? `${found.folder}/index.js` : entryOf(found);
  if (isMainThread && !builtIn) await tryOut(found);
  if (!builtIn) {
    await loadOwnModules();
    loading();
  }
  const definition = checkedDefinition(await importEntry(entry, found), found.descriptor, entry);
  return { ...found, definition, entry };
}

async function importEntry(entry: string, { descriptor, folder }: FoundPlugin): Promise<unknown> {
  try {
    const module: { default?: unknown } = await import(pathToFileURL(entry).href);
    return module.default;
  } catch (cause) {
    if (cause instanceof ContinuoError) throw cause;
    const error = cause as Error & { code?: string };
    const isSyntax = error instanceof SyntaxError;
    const what = isSyntax ? 'has an error of syntax' : 'threw an error when it was loaded';
    const place = placeIn(error, folder) ?? (isSyntax ? syntaxPlace(folder, entry) : null) ?? entry;
    throw new ContinuoError(
      'PLUGIN_CODE',
      `The code of the plugin ${descriptor.id} ${what}: ${error?.message ?? String(cause)} (${place}).`,
      `Its author can mend it. node ${entry} says more.`,
      { cause },
    );
  }
}

/** The place of an error in the plugin's folder, as far as its stack shows it. */
function placeIn(error: Error | undefined, folder: string): string | null {
  const lines = String(error?.stack ?? '').split('\n');
  const line = lines.find((line) => line.includes(pathToFileURL(folder).href));
  const place = /file:\/\/[^\s()]+?:\d+(?::\d+)?/.exec(line ?? '')?.[0];
  return place === undefined ? null : place.slice('file://'.length);
}

/** Throws PLUGIN_CODE where the export does not match plugin.json. */
function checkedDefinition(exported: unknown, descriptor: PluginDescriptor, entry: string): PluginDefinition {
  const wrong = (message: string, hint: string) =>
    new ContinuoError('PLUGIN_CODE', `${entry} ${message}`, hint);
  if (typeof exported !== 'object' || exported === null)
    throw wrong('exports no plugin.', 'Its default export should be definePlugin({ … }).');
  const definition = exported as Readonly<Record<string, unknown>>;
  for (const name of descriptor.extensions) {
    const missing = missingOf(name, definition[name]);
    if (missing !== null)
      throw wrong(
        `exports a plugin without ${missing}, and plugin.json names the extension ${name}.`,
        `Add it to definePlugin({ ${name}: { … } }), or take ${name} out of plugin.json.`,
      );
  }
  const unsaid = EXTENSIONS.find(
    (name) => definition[name] !== undefined && !descriptor.extensions.includes(name),
  );
  if (unsaid !== undefined)
    throw wrong(
      `exports a plugin with ${unsaid}, which its plugin.json does not name.`,
      `Add "${unsaid}" to "extensions" in plugin.json.`,
    );
  return definition as PluginDefinition;
}

/** Methods that each extension must have. */
const NEEDED: Readonly<Record<(typeof EXTENSIONS)[number], readonly string[]>> = {
  live: ['codec'],
  predictor: ['open'],
  compose: ['open'],
  corpus: ['codec', 'examples', 'tokens'],
  offline: ['play'],
  memory: ['around'],
};

/** The missing part of an extension, as it is written in code; null where it is complete. */
function missingOf(name: (typeof EXTENSIONS)[number], extension: unknown): string | null {
  if (typeof extension !== 'object' || extension === null) return name;
  const has = extension as Readonly<Record<string, unknown>>;
  const missing = NEEDED[name].find((method) => typeof has[method] !== 'function');
  return missing === undefined ? null : `${name}.${missing}`;
}
