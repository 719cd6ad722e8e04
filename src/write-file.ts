import { randomBytes } from 'node:crypto';
import { constants, openSync, type Stats } from 'node:fs';
import {
  access,
  appendFile,
  copyFile,
  type FileHandle,
  open,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { Socket } from 'node:net';
import { dirname, join, resolve, sep } from 'node:path';
import { finished } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { ContinuoError } from './errors.js';
import { removedAtEnd } from './removed-at-end.js';

type Bytes = Uint8Array | string;

/**
 * Writes a file whole or not at all, by replacing it with a new file. Follows symbolic links; an existing file keeps its
 * mode, owner and hard links; devices and FIFOs are written into. Throws FILE_WRITE.
 */
export async function writeWhole(path: string, bytes: Bytes): Promise<void> {
  try {
    const place = await placeOf(path);
    if (place.stats === null || isReplaceable(place)) await replace(place, bytes);
    else if (place.stats.isFIFO()) await writeFifo(place.path, bytes);
    // A file behind a descriptor, such as a redirected /dev/stdout, may have content already.
    else if (place.stats.isFile()) await appendFile(place.path, bytes);
    else await writeFile(place.path, bytes);
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
}

/** Checks before long work whether {@link writeWhole} could write a file. Throws FILE_WRITE. */
export async function requireWritable(path: string): Promise<void> {
  try {
    const { path: at, stats } = await placeOf(path);
    if (stats?.isDirectory()) throw Object.assign(new Error('is a folder'), { code: 'EISDIR' });
    await access(stats === null ? dirname(at) : at, constants.W_OK);
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
}

interface Place {
  /** Path without symbolic links. */
  readonly path: string;
  /** Null where nothing exists yet. */
  readonly stats: Stats | null;
}

const MOST_LINKS = 40;

/** Follows symbolic links, including those to a file that does not exist yet. */
async function placeOf(path: string): Promise<Place> {
  if (path === '') throw Object.assign(new Error('no name'), { code: 'NAMELESS' });
  if (path.endsWith('/') || path.endsWith(sep))
    throw Object.assign(new Error('is a folder'), { code: 'EISDIR' });
  let at = resolve(path);
  const stats = await stat(at).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  // The target of /dev/stdout has no path where it is a pipe.
  if (stats) return { path: stats.isFile() && !isDescriptor(at) ? await realpath(at) : at, stats };
  for (let links = 0; links < MOST_LINKS; links++) {
    const target = await readlink(at).catch(() => null);
    if (target === null) return { path: at, stats };
    at = resolve(await realpath(dirname(at)), target);
  }
  throw Object.assign(new Error('too many symbolic links'), { code: 'ELOOP' });
}

function isDescriptor(path: string): boolean {
  return /^\/(dev|proc)\//.test(path);
}

function isReplaceable({ path, stats }: Place): boolean {
  return stats?.isFile() === true && !isDescriptor(path);
}

/**
 * Errors where no file can be made beside the old one or replace it (a read-only folder, a mounted file): then it is
 * overwritten.
 */
const IN_PLACE = new Set(['EACCES', 'EPERM', 'EROFS', 'EBUSY', 'EXDEV']);

async function replace({ path, stats }: Place, bytes: Bytes): Promise<void> {
  if (stats) await access(path, constants.W_OK);
  // A random name, so that it is nobody else's file and two programs do not collide.
  const part = join(dirname(path), `.continuo-${randomBytes(8).toString('hex')}.part`);
  const forget = removedAtEnd(part);
  try {
    const file = await open(part, 'wx', stats ? 0o600 : 0o666);
    let alike = true;
    try {
      await file.writeFile(bytes);
      if (stats) alike = await makeAlike(file, stats);
    } finally {
      await file.close();
    }
    if (alike) await rename(part, path);
    // The whole content is on the disk by now, so a full disk is noticed before the old file changes.
    else await copyFile(part, path);
  } catch (error) {
    if (!stats || !IN_PLACE.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    await writeFile(path, bytes);
  } finally {
    await rm(part, { force: true });
    forget();
  }
}

/**
 * Gives a new file the owner and mode of an old one. Returns false where it cannot replace the old one, because of its
 * hard links or its owner.
 */
async function makeAlike(file: FileHandle, { uid, gid, mode, nlink }: Stats): Promise<boolean> {
  if (nlink > 1) return false;
  const own = await file.stat();
  if (own.uid !== uid || own.gid !== gid) {
    try {
      await file.chown(uid, gid);
    } catch {
      return false;
    }
  }
  await file.chmod(mode & 0o7777);
  return true;
}

const READER_LOOKED_FOR_MS = 50;

/** Waits for a reader as a shell does, but lets the program end meanwhile. */
async function writeFifo(path: string, bytes: Bytes): Promise<void> {
  for (;;) {
    try {
      // Without O_NONBLOCK a thread would wait for the reader, and the program could not end before.
      const fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
      const pipe = new Socket({ fd, readable: false, writable: true });
      pipe.end(bytes);
      return await finished(pipe, { readable: false });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw error;
      await pause(READER_LOOKED_FOR_MS);
    }
  }
}

const REASONS: Readonly<Record<string, string>> = {
  NAMELESS: 'names no file',
  EISDIR: 'is a folder, where a file is expected',
  ENOENT: 'cannot be written: its folder is not there (ENOENT)',
  ENOSPC: 'cannot be written: the disk is full (ENOSPC)',
  EPIPE: 'cannot be written: whoever read it has gone (EPIPE)',
};

const GIVE_A_NAME = 'Give the name of a file to write.';
const HINTS: Readonly<Record<string, string>> = {
  NAMELESS: GIVE_A_NAME,
  EISDIR: GIVE_A_NAME,
  ENOENT: 'Make its folder first, or give another.',
  ENOSPC: 'Make room, or write elsewhere.',
};

function cannotWrite(path: string, cause: unknown): ContinuoError {
  const { code } = cause as NodeJS.ErrnoException;
  return new ContinuoError(
    'FILE_WRITE',
    `${path === '' ? '""' : path} ${REASONS[code ?? ''] ?? `cannot be written (${code})`}.`,
    HINTS[code ?? ''] ?? 'Is the folder there, and may you write in it?',
    { cause },
  );
}
