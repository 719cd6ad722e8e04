import { mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ContinuoError } from './errors.js';

/** Bound on folders with the same name but for a number: more than could begin in one millisecond. */
const MOST_NAMESAKES = 1000;

/**
 * Makes a folder and its missing parents. Throws FILE_WRITE.
 *
 * Does not use `mkdir` with `recursive`, which never returns where a folder exists but takes no child: for every child,
 * Linux' /proc reports ENOENT, which Node takes for a missing parent; it finds the parent there and tries the child
 * again, for ever.
 */
export function makeFolder(path: string): void {
  try {
    make(resolve(path));
  } catch (cause) {
    throw cannotBeMade(path, cause);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EEXIST: 'is a file, where a folder is expected',
  ENOTDIR: 'cannot be made: what it would be in is a file',
};

function cannotBeMade(path: string, cause: unknown): ContinuoError {
  const { code } = cause as NodeJS.ErrnoException;
  return new ContinuoError(
    'FILE_WRITE',
    `${path} ${REASONS[code ?? ''] ?? `cannot be made (${code})`}.`,
    'Give a folder that is there, or one in a folder in which you may write.',
    { cause },
  );
}

/**
 * Makes a folder that did not exist, so that nobody else uses it: `name` in `parent`, or where that is taken `name-2`,
 * `name-3` and so on. Returns its path. Throws FILE_WRITE.
 */
export function makeNewFolder(parent: string, name: string): string {
  makeFolder(parent);
  for (let count = 1; ; count++) {
    const path = join(parent, count === 1 ? name : `${name}-${count}`);
    try {
      mkdirSync(path);
      return path;
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code !== 'EEXIST' || count >= MOST_NAMESAKES) throw cannotBeMade(path, cause);
    }
  }
}

function make(path: string): void {
  if (isFolder(path)) return;
  if (!isFolder(dirname(path)) && dirname(path) !== path) make(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another program may have made it in between.
    if (!isFolder(path)) throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
