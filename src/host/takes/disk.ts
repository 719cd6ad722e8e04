import {
  closeSync,
  fstatSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { makeNewFolder } from '../../make-folder.js';

/** Where takes are written: the file system, or in a test one that fills up. Everything may throw. */
export interface TakeDisk {
  /** Makes a folder that is nobody else's, named `name` or nearly so; returns its path. */
  makeFolder(parent: string, name: string): string;
  /** Opens a new file to be appended to. */
  open(path: string): OpenFile;
  /** Puts a file there whole, or leaves what is there as it is. */
  replace(path: string, content: Uint8Array | string): void;
}

export interface OpenFile {
  /** Returns how many bytes, from the first on, were written: as the disk fills up not all of them. */
  write(bytes: Uint8Array): number;
  /**
   * What befell it that no write says, in words, since it was opened: what is written to one that was removed is lost without an
   * error. Null: nothing.
   */
  lost(): string | null;
  close(): void;
}

let parts = 0;

export const systemDisk: TakeDisk = {
  makeFolder: makeNewFolder,
  open(path) {
    const file = openSync(path, 'ax');
    let size = 0;
    return {
      write(bytes) {
        const written = writeSync(file, bytes);
        size += written;
        return written;
      },
      lost: () => lostSince(file, path, size),
      close: () => closeSync(file),
    };
  },
  replace(path, content) {
    // Beside it and renamed: a crash in between leaves the last whole file.
    const part = `${path}.${process.pid}-${parts++}.part`;
    try {
      writeFileSync(part, content, { flag: 'wx' });
      renameSync(part, path);
    } catch (error) {
      rmSync(part, { force: true });
      throw error;
    }
  },
};

function lostSince(file: number, path: string, size: number): string | null {
  const now = fstatSync(file);
  if (now.nlink === 0) return 'it was removed while it was written';
  if (now.size < size) return 'another program cut it short while it was written';
  const there = statSync(path, { throwIfNoEntry: false });
  if (there?.ino === now.ino && there.dev === now.dev) return null;
  return 'it was moved while it was written, and goes on only in its log, where that is now';
}

/** The log of a take in its folder. */
export function logIn(folder: string): string {
  return join(folder, 'take.jsonl');
}
