import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { makeNewFolder } from '../../make-folder.js';
import { markWriting, unmarkWriting } from './library/written-by.js';

/** The file system that takes are written to; tests use one that fills up. Every method may throw. */
export interface TakeDisk {
  /** Makes a new folder named `name`, or `name-2` and so on where that exists; returns its path. */
  makeFolder(parent: string, name: string): string;
  /** Makes a folder within one that is there, unless it exists. */
  ensureFolder(path: string): void;
  /** Creates a file to append to. */
  open(path: string): OpenFile;
  /** Writes a file atomically: whole, or not at all. */
  replace(path: string, content: Uint8Array | string): void;
  /** Removes a file, if it is there. */
  remove(path: string): void;
}

export interface OpenFile {
  /** Appends bytes and returns how many were written, which may be fewer as the disk fills up. */
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
  ensureFolder(path) {
    if (!existsSync(path)) mkdirSync(path);
  },
  remove(path) {
    rmSync(path, { force: true });
  },
  open(path) {
    const file = openSync(path, 'ax');
    markWriting(dirname(path));
    let size = 0;
    return {
      write(bytes) {
        const written = writeSync(file, bytes);
        size += written;
        return written;
      },
      lost: () => lostSince(file, path, size),
      close() {
        closeSync(file);
        unmarkWriting(dirname(path));
      },
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

/** The path of the log in a take's folder. */
export function logIn(folder: string): string {
  return join(folder, 'take.jsonl');
}
