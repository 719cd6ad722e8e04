import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  type Stats,
  statSync,
} from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { ContinuoError } from './errors.js';
import { whyUnreadable } from './read-folder.js';

/**
 * Reads files that users name. Each path is checked before it is read whole: it may be a pipe, on which a reader waits
 * for ever, a device without an end, or a file larger than memory.
 */

/** Bound on a file of music, or of data about music, in bytes: more than the largest piece or book. */
export const MOST_MUSIC = 64 * 2 ** 20;

/** With O_NONBLOCK, opening does not wait for a writer if a pipe has replaced the file since it was checked. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Reads a regular file of at most `most` bytes. Throws FILE_READ; its `cause` is the system's error, if there was one.
 */
export async function readRegularFile(path: string, most: number): Promise<Buffer> {
  let file: FileHandle | undefined;
  try {
    checkKind(path, await stat(path));
    file = await open(path, FLAGS);
    const stats = await file.stat();
    checkKind(path, stats);
    if (stats.size > most) throw tooLarge(path, stats.size, most);
    const bytes = await readToEnd(file, stats.size, most);
    if (bytes.length > most) throw tooLarge(path, bytes.length, most);
    return bytes;
  } catch (error) {
    if (error instanceof ContinuoError) throw error;
    throw unreadable(path, error as NodeJS.ErrnoException);
  } finally {
    await file?.close();
  }
}

/** Throws FILE_READ where there is no regular file at a path. For files that are not read whole. */
export async function requireRegularFile(path: string): Promise<void> {
  try {
    checkKind(path, await stat(path));
  } catch (error) {
    if (error instanceof ContinuoError) throw error;
    throw unreadable(path, error as NodeJS.ErrnoException);
  }
}

/**
 * Reads the first `length` bytes of a regular file, or all of it where it is shorter; `all` says whether that is the
 * whole file. Throws FILE_READ.
 */
export function readBeginning(
  path: string,
  length: number,
): { readonly bytes: Buffer; readonly all: boolean } {
  let file: number | undefined;
  try {
    checkKind(path, statSync(path));
    file = openSync(path, FLAGS);
    checkKind(path, fstatSync(file));
    const bytes = Buffer.alloc(length + 1);
    let read = 0;
    for (let more = -1; more !== 0 && read < bytes.length; read += more)
      more = readSync(file, bytes, read, bytes.length - read, null);
    return { bytes: bytes.subarray(0, Math.min(read, length)), all: read <= length };
  } catch (error) {
    if (error instanceof ContinuoError) throw error;
    throw unreadable(path, error as NodeJS.ErrnoException);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Whether a FILE_READ error means that nothing exists at the path. A dangling symbolic link counts as something. */
export function isAbsent(error: unknown): boolean {
  return (
    error instanceof ContinuoError && (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT'
  );
}

/**
 * Reads to the end of a file, at most one byte beyond `most`. The reported size is only a hint: a file may grow, and
 * those in /proc report 0.
 */
async function readToEnd(file: FileHandle, size: number, most: number): Promise<Buffer> {
  let bytes = Buffer.allocUnsafeSlow(size + 1);
  let read = 0;
  for (;;) {
    const { bytesRead } = await file.read(bytes, read, bytes.length - read);
    if (bytesRead === 0) return bytes.subarray(0, read);
    read += bytesRead;
    if (read > most) return bytes.subarray(0, read);
    if (read < bytes.length) continue;
    const larger = Buffer.allocUnsafeSlow(Math.min(2 * read + 4096, most + 1));
    bytes.copy(larger);
    bytes = larger;
  }
}

function checkKind(path: string, stats: Stats): void {
  if (stats.isFile()) return;
  const kind = stats.isDirectory()
    ? 'a folder'
    : stats.isFIFO()
      ? 'a pipe'
      : stats.isSocket()
        ? 'a socket'
        : 'a device';
  throw new ContinuoError('FILE_READ', `${path} is ${kind}, where a file is expected.`, HINT);
}

const HINT = 'Give the path of a file that can be read.';

function tooLarge(path: string, size: number, most: number): ContinuoError {
  return new ContinuoError(
    'FILE_READ',
    `${path} is larger than expected: ${inBytes(size)} or more, where ${inBytes(most)} is the most that is read.`,
    'Is it the right file?',
  );
}

const inBytes = (count: number) => `${count.toLocaleString('en')} bytes`;

function unreadable(path: string, cause: NodeJS.ErrnoException): ContinuoError {
  if (cause.code === 'ENOENT' && lstatSync(path, { throwIfNoEntry: false }))
    return new ContinuoError('FILE_READ', `${path} is a link that leads nowhere.`, HINT);
  return new ContinuoError('FILE_READ', `${path} ${whyUnreadable(cause, 'file')}.`, HINT, { cause });
}
