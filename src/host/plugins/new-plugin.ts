import { existsSync, readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { ContinuoError } from '../../errors.js';
import { makeWholeFolder } from '../../whole-folder.js';
import { FOLDERS, hostVersion } from '../folders.js';

const ID = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/**
 * Writes a working plugin with a test into a new folder; returns its path. Throws OPTION_VALUE where the folder's name cannot be an
 * id, FILE_WRITE where the folder exists or cannot be made.
 */
export async function newPlugin(path: string): Promise<string> {
  const folder = resolve(path);
  const id = basename(folder);
  if (!ID.test(id) || id.length > 40)
    throw new ContinuoError(
      'OPTION_VALUE',
      `"${id}" can be no plugin's id: lower-case letters and digits are expected, in words joined by hyphens, 40 at most.`,
      'Such as continuo plugin new my-plugin.',
    );
  if (existsSync(folder))
    throw new ContinuoError(
      'FILE_WRITE',
      `${folder} is there already.`,
      'Give a name that is not taken here.',
    );
  const words: Readonly<Record<string, string>> = { ID: id, NAME: nameOf(id), VERSION: hostVersion() };
  await makeWholeFolder(folder, async (part) => {
    for (const name of readdirSync(FOLDERS.pluginTemplate)) {
      const text = await readFile(join(FOLDERS.pluginTemplate, name), 'utf8');
      const written = text.replaceAll(/__([A-Z]+)__/g, (all, word: string) => words[word] ?? all);
      // npm omits files of that name from a package.
      await writeFile(join(part, name === 'gitignore' ? '.gitignore' : name), written);
    }
  });
  return folder;
}

/** The plugin's name: `my-plugin` gives `My plugin`. */
function nameOf(id: string): string {
  const words = id.replaceAll('-', ' ');
  return `${words[0]!.toUpperCase()}${words.slice(1)}`;
}
