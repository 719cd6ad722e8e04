import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const CODE = /\.(js|mjs|cjs|ts|mts|cts)$/;
/** Most files read of a folder: one with more holds more than a plugin's code. */
const MOST_FILES = 2000;

/** The code files in a plugin's folder, in an order that does not depend on the system, without installed packages. */
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

/** Hash of a plugin's code, 16 hex digits: of its only file, or of all code files with their names. */
export function codeHash(folder: string): string {
  const hash = createHash('sha256');
  const files = codeFiles(folder);
  for (const file of files) {
    if (files.length > 1) hash.update(`${relative(folder, file).replaceAll('\\', '/')}\0`);
    hash.update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 16);
}
