import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { cp, mkdir, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { ContinuoError } from '../../errors.js';
import { inTemporaryFolder, makeWholeFolder } from '../../whole-folder.js';
import { FOLDERS } from '../folders.js';
import { findPlugins, knownPlugin } from './find-plugins.js';
import { type FoundPlugin, readPlugin } from './read-plugin.js';
import { tryOut } from './try-out.js';

/** Largest plugin, in bytes, without its models. */
const MOST_BYTES = 512 * 2 ** 20;

/**
 * Installs a plugin (a folder, or an archive made by `npm pack`) into the user's folder, replacing an older version. Its code is
 * tried out first. Throws what loading it throws, PLUGIN_DUPLICATE where another plugin has its id, PLUGIN_FILE where there is
 * none.
 */
export async function addPlugin(path: string): Promise<FoundPlugin> {
  const from = resolve(path);
  if (/\.(tgz|tar\.gz)$/.test(from)) return inTemporaryFolder('plugin', (folder) => unpacked(from, folder));
  const found = await readPlugin({ folder: from, source: 'path' });
  await requireFree(found);
  await tryOut(found);
  const { id } = found.descriptor;
  const folder = join(FOLDERS.userPlugins, id);
  await makeWholeFolder(folder, (part) =>
    cp(found.folder, part, {
      ...{ recursive: true, dereference: true, preserveTimestamps: true },
      filter: isPart(found.folder),
    }),
  );
  return readPlugin({ folder, source: 'user' });
}

async function unpacked(archive: string, folder: string): Promise<FoundPlugin> {
  const size = statSync(archive, { throwIfNoEntry: false })?.size;
  if (size === undefined || size > MOST_BYTES)
    throw new ContinuoError(
      'PLUGIN_FILE',
      size === undefined ? `There is no file ${archive}.` : `${archive} is larger than any plugin.`,
      'Give the folder of a plugin, or what npm pack made of one.',
    );
  await mkdir(join(folder, 'package'));
  // The system's tar (Windows has one, too) writes nothing outside the folder.
  const tar = spawnSync('tar', ['-xzf', archive, '-C', folder], { encoding: 'utf8' });
  if (tar.status !== 0)
    throw new ContinuoError(
      'PLUGIN_FILE',
      `${archive} cannot be unpacked: ${tar.error?.message ?? tar.stderr.trim().split('\n')[0]}.`,
      'Give the folder of a plugin, or what npm pack made of one.',
    );
  return addPlugin(join(folder, 'package'));
}

/** Installed packages and the repository are not part of a plugin. */
const isPart = (folder: string) => (file: string) =>
  file === folder || !['node_modules', '.git'].includes(basename(file));

/** Throws PLUGIN_DUPLICATE where a plugin elsewhere has the id. */
async function requireFree({ descriptor: { id }, folder }: FoundPlugin): Promise<void> {
  const { plugins } = await findPlugins();
  const other = plugins.find(({ descriptor }) => descriptor.id === id);
  if (!other || other.source === 'user' || other.folder === folder) return;
  throw new ContinuoError(
    'PLUGIN_DUPLICATE',
    `There is a plugin "${id}" already, in ${other.folder}.`,
    'Remove that one, or give this one another id in its plugin.json.',
  );
}

/** Removes a plugin from the user's folder. Throws PLUGIN_UNKNOWN, and OPTION_VALUE where it does not lie there. */
export async function removePlugin(id: string): Promise<FoundPlugin> {
  const found = await knownPlugin(id);
  const { folder, source } = found;
  if (source !== 'user')
    throw new ContinuoError(
      'OPTION_VALUE',
      `The plugin ${id} is ${source === 'built-in' ? 'built in' : `in ${folder}`}, not among your own in ${FOLDERS.userPlugins}.`,
      HOW[source],
    );
  await rm(folder, { recursive: true });
  return found;
}

const HOW: Readonly<Record<Exclude<FoundPlugin['source'], 'user'>, string>> = {
  'built-in': 'What comes with the program stays.',
  project: 'Remove its folder where it is no longer wanted.',
  npm: 'npm uninstall removes it.',
  path: 'Remove its folder where it is no longer wanted.',
};
