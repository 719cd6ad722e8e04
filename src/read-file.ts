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
 * What is read whole on somebody's word is looked at first: a folder of another's making may hold a pipe, on which a reader waits
 * for ever, a device without an end, or a file larger than memory.
 */

/** More than the largest piece or book that is read, in bytes: what a file of music or of what is known about music may have. */
export const MOST_MUSIC = 64 * 2 ** 20;

/** A pipe that is opened like this does not wait for its writer: it may have taken the file's place since it was looked at. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Reads a regular file of at most `most` bytes. Throws FILE_READ, whose cause is the system's word where it gave one. */
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

/** Throws FILE_READ where no regular file stands at a path: for what is not read whole. */
export async function requireRegularFile(path: string): Promise<void> {
  try {
    checkKind(path, await stat(path));
  } catch (error) {
    if (error instanceof ContinuoError) throw error;
    throw unreadable(path, error as NodeJS.ErrnoException);
  }
}

/** The beginning of a regular file, `length` bytes or all that there are, and whether that is all. Throws FILE_READ. */
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

/** Whether nothing stands at the path of the file that could not be read; a link that leads nowhere is something. */
export function isAbsent(error: unknown): boolean {
  return (
    error instanceof ContinuoError && (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT'
  );
}

/** The size that a file says is a promise: it may grow meanwhile, and those of /proc say 0. */
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
