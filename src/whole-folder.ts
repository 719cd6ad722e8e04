import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmdirSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { makeFolder } from './make-folder.js';
import { removedAtEnd } from './removed-at-end.js';

/**
 * Makes a folder, and those that it is in, whole or not at all: `fill` writes into one beside it, which takes its place in the end. What was there stays until
 * then, and for good where anything fails; nothing is left beside it, by whatever signal the program is ended.
 * Throws what the file system and `fill` throw.
 */
export async function makeWholeFolder<T>(folder: string, fill: (part: string) => Promise<T>): Promise<T> {
  const out = resolve(folder);
  const part = beside(out, 'part');
  makeFolder(dirname(out));
  const forget = removedAtEnd(part);
  try {
    await rm(part, { recursive: true, force: true });
    await mkdir(part);
    const made = await fill(part);
    await takePlace(part, out);
    return made;
  } finally {
    await rm(part, { recursive: true, force: true });
    forget();
  }
}

/** Both names change at once for whoever listens to signals in this program. */
async function takePlace(part: string, out: string): Promise<void> {
  const old = beside(out, 'old');
  const replaces = moved(out, old);
  try {
    renameSync(part, out);
  } catch (error) {
    if (replaces) renameSync(old, out);
    throw error;
  }
  const forget = removedAtEnd(old);
  await rm(old, { recursive: true, force: true });
  forget();
}

/** Throws what {@link makeWholeFolder} would throw after long work where nothing can be made. */
export function requirePlaceFor(folder: string): void {
  const part = beside(resolve(folder), 'part');
  makeFolder(dirname(part));
  mkdirSync(part);
  rmdirSync(part);
}

/** Hidden, so that what is not whole yet, or was left by a program that was killed, is not taken for a folder of that kind. */
function beside(out: string, what: 'part' | 'old'): string {
  return join(dirname(out), `.${basename(out)}.${what}-${process.pid}`);
}

/** Whether there was something to move. */
function moved(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** Works in a folder of its own under the system's for such, which is gone afterwards, by whatever signal the program is ended. */
export async function inTemporaryFolder<T>(name: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = join(tmpdir(), `continuo-${name}-${randomUUID()}`);
  // Said before the folder is there: a signal between the two would leave it.
  const forget = removedAtEnd(folder);
  try {
    mkdirSync(folder, { mode: 0o700 });
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
    forget();
  }
}
