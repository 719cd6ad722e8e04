import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { FOLDERS } from '../folders.js';

/** How a plugin was found. */
export type PluginSource = 'built-in' | 'project' | 'user' | 'npm' | 'path';

/** A folder that may hold a plugin. */
export interface PluginPlace {
  readonly folder: string;
  readonly source: PluginSource;
}

const PACKAGE = /^continuo-plugin-./;

/**
 * Folders with a plugin.json, in order: the built-in ones, ./plugins, the user's own, and npm packages named continuo-plugin-* that
 * Node would find from here. No file is read.
 */
export function pluginPlaces(): PluginPlace[] {
  return [
    ...builtInPlaces(),
    ...foldersOf(join(process.cwd(), 'plugins'), 'project'),
    ...foldersOf(FOLDERS.userPlugins, 'user'),
    ...packages(),
  ];
}

/** The plugins that come with the program. */
export function builtInPlaces(): PluginPlace[] {
  return foldersOf(FOLDERS.bundledPlugins, 'built-in');
}

function foldersOf(parent: string, source: PluginSource): PluginPlace[] {
  return namesIn(parent)
    .filter((name) => !name.startsWith('.'))
    .map((name) => ({ folder: join(parent, name), source }))
    .filter(({ folder }) => isPlugin(folder));
}

/** npm packages of plugins. A package hides one of the same name further up, as it does for Node. */
function packages(): PluginPlace[] {
  const found = new Map<string, PluginPlace>();
  for (const parent of moduleFolders()) {
    const names = namesIn(parent).flatMap((name) =>
      name.startsWith('@') ? namesIn(join(parent, name)).map((inner) => `${name}/${inner}`) : [name],
    );
    for (const name of names) {
      const folder = join(parent, name);
      if (!found.has(name) && PACKAGE.test(basename(name)) && isPlugin(folder))
        found.set(name, { folder, source: 'npm' });
    }
  }
  return [...found.values()];
}

/** node_modules here and above, and where the program is installed, which is elsewhere after `npm install --global`. */
function moduleFolders(): string[] {
  const folders: string[] = [];
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    folders.push(join(folder, 'node_modules'));
    if (folder === dirname(folder)) break;
  }
  const own = dirname(FOLDERS.root);
  return basename(own) === 'node_modules' && !folders.includes(own) ? [...folders, own] : folders;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** Whether a folder has a plugin.json. */
export function isPlugin(folder: string): boolean {
  return existsSync(join(folder, 'plugin.json'));
}
