import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { ContinuoError } from '../errors.js';

/** Reads a file that a user named. Throws FILE_READ. */
export async function readInput(path: string): Promise<Uint8Array> {
  return readFile(path).catch((cause: NodeJS.ErrnoException) => {
    const what =
      cause.code === 'ENOENT'
        ? 'is not there'
        : cause.code === 'EISDIR'
          ? 'is a folder'
          : `cannot be read (${cause.code})`;
    throw new ContinuoError('FILE_READ', `${path} ${what}.`, 'Give the path of a file that can be read.', {
      cause,
    });
  });
}

/** Writes a file whole or not at all: beside its place, then renamed. Throws FILE_WRITE. */
export async function writeOutput(path: string, bytes: Uint8Array | string): Promise<void> {
  const part = `${path}.part`;
  try {
    await writeFile(part, bytes);
    await rename(part, path);
  } catch (cause) {
    await rm(part, { force: true });
    const { code } = cause as NodeJS.ErrnoException;
    throw new ContinuoError(
      'FILE_WRITE',
      `${path} cannot be written (${code}).`,
      'Is the folder there, and may you write in it?',
      { cause },
    );
  }
}
