import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const CODE = /\.(js|mjs|cjs|ts|mts|cts)$/;
/** A folder with more files than this is looked at no further: it holds more than a plugin's code. */
const MOST_FILES = 2000;

/** The files of code in a plugin's folder, in an order that does not depend on the system; not what was installed there. */
export function codeFiles(folder: string): string[] {
  const found: string[] = [];
  const folders = [folder];
  for (
    let parent = folders.pop();
    parent !== undefined && found.length < MOST_FILES;
    parent = folders.pop()
  ) {
    for (const entry of readdirSync(parent, { withFileTypes: true })) {
      const path = join(parent, entry.name);
      if (entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
        folders.push(path);
      else if (entry.isFile() && CODE.test(entry.name) && !/\.d\.[cm]?ts$/.test(entry.name)) found.push(path);
    }
  }
  return found.sort((one, other) => (one < other ? -1 : 1));
}

/** Which code a plugin has, in 16 hex digits: that of its only file, or of all that lie in its folder, with their names. */
export function codeHash(folder: string): string {
  const hash = createHash('sha256');
  const files = codeFiles(folder);
  for (const file of files) {
    if (files.length > 1) hash.update(`${relative(folder, file).replaceAll('\\', '/')}\0`);
    hash.update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 16);
}
