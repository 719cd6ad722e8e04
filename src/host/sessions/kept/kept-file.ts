import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from '../../../make-folder.js';

/** Changes that follow each other within this time are written together, in milliseconds. */
const TOGETHER_MS = 100;
/** What could not be written is tried again after this, in milliseconds. */
const RETRY_MS = 5000;
/** Content is written whole within this time as the program ends, or not any more, in milliseconds. */
const LAST_MS = 2000;

/** Writes a small file anew at each change, whole or not at all, one change after the other and never on this thread's time. */
export class KeptFile {
  /** What the file has, as far as is known. */
  #written: string | null | undefined;
  #writing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #failing = false;
  #over = false;

  constructor(
    private readonly path: string,
    /** null: there is nothing to keep, and no file. */
    private readonly content: () => string | null,
    /** Called when writing fails, with the reason, and with null when it works again. */
    private readonly failing: (why: string | null) => void,
  ) {}

  /** The content may have changed. */
  changed(): void {
    if (this.#over || this.#timer !== undefined) return;
    this.#wait(this.#failing ? RETRY_MS : TOGETHER_MS);
  }

  /** Writes what is left. Resolves when it is written, or cannot be. */
  async close(): Promise<void> {
    this.#over = true;
    clearTimeout(this.#timer);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LAST_MS);
    });
    await Promise.race([this.now(), late]);
    clearTimeout(timer);
  }

  /** Writes the content that it has now. */
  now(): Promise<void> {
    const text = this.content();
    this.#writing = this.#writing.then(() => this.#write(text));
    return this.#writing;
  }

  #wait(milliseconds: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.now();
    }, milliseconds);
    this.#timer.unref();
  }

  async #write(text: string | null): Promise<void> {
    if (text === this.#written || (text === null && this.#written === undefined)) return;
    try {
      if (text === null) await rm(this.path, { force: true });
      else await replace(this.path, text);
      this.#written = text;
      if (this.#failing) this.failing(null);
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) this.failing((error as Error).message);
      this.#failing = true;
      if (!this.#over && this.#timer === undefined) this.#wait(RETRY_MS);
    }
  }
}

/** Through a file beside it that is on the disk before it takes the place: a crash in between leaves the last whole one. */
export async function replace(path: string, text: string): Promise<void> {
  makeFolder(dirname(path));
  const part = `${path}.${randomBytes(4).toString('hex')}.part`;
  try {
    const file = await open(part, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw error;
  }
}
