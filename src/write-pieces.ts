import { randomBytes } from 'node:crypto';
import { lstat, open, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { removedAtEnd } from './removed-at-end.js';
import { requireWritable, writeWhole } from './write-file.js';

/**
 * Writes a file that is made piece by piece, whole or not at all, without having it in memory: for files that may be large. What is no plain
 * file (a link, a device) is written at once, at the end. Throws FILE_WRITE, and what making the pieces throws.
 */
export async function writePieces(path: string, pieces: AsyncIterable<Uint8Array>): Promise<number> {
  await requireWritable(path);
  const stats = await lstat(path).catch(() => null);
  if (stats !== null && !stats.isFile()) {
    const all: Uint8Array[] = [];
    for await (const piece of pieces) all.push(piece);
    const bytes = Buffer.concat(all);
    await writeWhole(path, bytes);
    return bytes.length;
  }
  const part = join(dirname(resolve(path)), `.continuo-${randomBytes(8).toString('hex')}.part`);
  const forget = removedAtEnd(part);
  try {
    const written = await writeAll(part, pieces);
    await rename(part, path);
    return written;
  } finally {
    await rm(part, { force: true });
    forget();
  }
}

async function writeAll(part: string, pieces: AsyncIterable<Uint8Array>): Promise<number> {
  const file = await open(part, 'wx');
  let written = 0;
  try {
    for await (const piece of pieces) {
      await file.writeFile(piece);
      written += piece.length;
    }
  } finally {
    await file.close();
  }
  return written;
}
