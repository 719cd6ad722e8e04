import { join } from 'node:path';
import type { OpenFile, TakeDisk } from '../disk.js';

/** A disk in memory that is full at `room` bytes. */
export class SmallDisk implements TakeDisk {
  readonly files = new Map<string, Buffer>();
  readonly folders: string[] = [];
  /** Calls that failed. */
  refused = 0;

  constructor(public room = Number.POSITIVE_INFINITY) {}

  get #used(): number {
    return [...this.files.values()].reduce((sum, { length }) => sum + length, 0);
  }

  #full(): Error {
    this.refused++;
    return new Error('ENOSPC: no space left on device');
  }

  makeFolder(parent: string, name: string): string {
    if (this.#used >= this.room) throw this.#full();
    const path = join(parent, name);
    this.folders.push(path);
    return path;
  }

  ensureFolder(): void {}

  remove(path: string): void {
    this.files.delete(path);
  }

  open(path: string): OpenFile {
    this.files.set(path, Buffer.alloc(0));
    return {
      write: (bytes: Uint8Array) => {
        const written = Math.min(bytes.length, this.room - this.#used);
        if (written <= 0) throw this.#full();
        this.files.set(path, Buffer.concat([this.files.get(path)!, bytes.subarray(0, written)]));
        return written;
      },
      lost: () => null,
      close: () => {},
    };
  }

  replace(path: string, content: Uint8Array | string): void {
    const bytes = Buffer.from(content as string);
    if (this.#used - (this.files.get(path)?.length ?? 0) + bytes.length > this.room) throw this.#full();
    this.files.set(path, bytes);
  }

  /** The lines of the one file of that name. */
  lines(name: string): string[] {
    const [text] = [...this.files].filter(([path]) => path.endsWith(name)).map(([, bytes]) => String(bytes));
    return text?.split('\n') ?? [];
  }
}
