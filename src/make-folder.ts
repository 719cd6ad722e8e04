import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ContinuoError } from './errors.js';

/**
 * Makes a folder, and those that it is in. Throws FILE_WRITE.
 *
 * Not by `mkdir`'s own `recursive`: where a folder is there but takes no child it never comes back. Linux' /proc says ENOENT of
 * every child, which Node takes for a parent that is missing, finds the parent there, and tries the child again, for ever.
 */
export function makeFolder(path: string): void {
  try {
    make(resolve(path));
  } catch (cause) {
    throw new ContinuoError(
      'FILE_WRITE',
      `${path} cannot be made (${(cause as NodeJS.ErrnoException).code}).`,
      'Give a folder that is there, or one in a folder in which you may write.',
      { cause },
    );
  }
}

function make(path: string): void {
  if (isFolder(path)) return;
  if (!isFolder(dirname(path)) && dirname(path) !== path) make(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Somebody else may have made it in between.
    if (!isFolder(path)) throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
