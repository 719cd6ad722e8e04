import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmdirSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { makeFolder } from './make-folder.js';
import { removedAtEnd } from './removed-at-end.js';

/**
 * Makes a folder, and its missing parents, whole or not at all: `fill` writes into a temporary folder beside it, which
 * replaces it at the end. Anything there before stays until then, and for good where anything fails. The temporary folder
 * is removed even if a signal ends the program. Returns what `fill` returns; throws what the file system and `fill`
 * throw.
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

/**
 * Puts the new folder in place of the old one. Both renames are synchronous, so signal handlers in this program never see
 * a state between them.
 */
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

/** Checks before long work whether {@link makeWholeFolder} could make the folder; throws what it would throw. */
export function requirePlaceFor(folder: string): void {
  const part = beside(resolve(folder), 'part');
  makeFolder(dirname(part));
  mkdirSync(part);
  rmdirSync(part);
}

/**
 * The path of a temporary folder. Its name is hidden, so that an unfinished folder, or one left by a killed program, is
 * not taken for a result.
 */
function beside(out: string, what: 'part' | 'old'): string {
  return join(dirname(out), `.${basename(out)}.${what}-${process.pid}`);
}

/** Renames; returns false where there was nothing to rename. */
function moved(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/**
 * Runs `work` in a new folder under the system's temporary folder, and removes it afterwards, even if a signal ends the
 * program.
 */
export async function inTemporaryFolder<T>(name: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = join(tmpdir(), `continuo-${name}-${randomUUID()}`);
  // Registered before the folder exists: a signal between the two would leave it behind.
  const forget = removedAtEnd(folder);
  try {
    mkdirSync(folder, { mode: 0o700 });
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
    forget();
  }
}
