import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { ContinuoError } from '../../errors.js';
import type { Precision } from '../../model/engine.js';
import { type ErrorReport, reportOf } from '../error-report.js';
import { findModel } from './models.js';
import type { LoadAnswer, LoadRequest, SharedModel } from './shared-model.js';

/** How long after its last user a model's memory is given back, in milliseconds. */
const COLLECT_MS = 200;

/** A model that is loaded, or being loaded, and how many sessions have it. */
interface Held {
  /** What the folder was like when it was read. */
  readonly files: string;
  readonly model: Promise<SharedModel | ErrorReport>;
  users: number;
}

/** A model that a session has; it gives it back when it ends. */
export interface HeldModel {
  readonly model: SharedModel | ErrorReport;
  release(): void;
}

/**
 * The weights of all models that sessions play with, each once, in shared memory. A folder whose files have changed since is read anew;
 * those who play on have the old weights.
 */
export class SharedModels {
  readonly #held = new Map<string, Held>();
  readonly #requests = new Map<number, (answer: SharedModel | ErrorReport) => void>();
  #loader: Worker | null = null;
  #collecting: NodeJS.Timeout | undefined;
  #count = 0;

  /** The model, or why it cannot be had. */
  async hold(name: string, precision: Precision): Promise<HeldModel> {
    try {
      const { path } = findModel(name);
      return await this.#hold(path, precision);
    } catch (error) {
      return { model: reportOf(error), release: () => {} };
    }
  }

  async #hold(path: string, precision: Precision): Promise<HeldModel> {
    const key = `${precision} ${path}`;
    // A folder that cannot be read is told of by whoever loads it.
    const files = await filesIn(path).catch(() => '');
    let held = this.#held.get(key);
    if (held?.files !== files) {
      held = { files, model: this.#load(path, precision), users: 0 };
      this.#held.set(key, held);
    }
    const mine = held;
    mine.users++;
    const release = () => {
      if (--mine.users > 0) return;
      if (this.#held.get(key) === mine) this.#held.delete(key);
      this.#collectSoon();
    };
    const model = await mine.model;
    if (!('message' in model)) return { model, release };
    release();
    return { model, release: () => {} };
  }

  /** V8 does not count shared WebAssembly memory, and would keep what nobody uses any more for minutes. */
  #collectSoon(): void {
    clearTimeout(this.#collecting);
    this.#collecting = setTimeout(() => {
      setFlagsFromString('--expose-gc');
      (runInNewContext('gc') as () => void)();
    }, COLLECT_MS).unref();
  }

  #load(name: string, precision: Precision): Promise<SharedModel | ErrorReport> {
    const request = this.#count++;
    this.#loader ??= this.#begin();
    this.#loader.postMessage({ request, name, precision } satisfies LoadRequest);
    return new Promise((resolve) => this.#requests.set(request, resolve));
  }

  #begin(): Worker {
    const loader = new Worker(new URL('./model-loader.js', import.meta.url));
    loader.on('message', ({ request, answer }: LoadAnswer) => {
      this.#requests.get(request)?.(answer);
      this.#requests.delete(request);
      if (this.#requests.size === 0) this.#end();
    });
    loader.on('error', (error) => this.#lost(loader, error.message));
    loader.on('exit', () => this.#lost(loader, 'it stopped'));
    return loader;
  }

  /** Nothing is being loaded: the thread ends, and with it what loading took. */
  #end(): void {
    const loader = this.#loader;
    this.#loader = null;
    void loader?.terminate();
  }

  #lost(loader: Worker, why: string): void {
    if (loader !== this.#loader) return;
    this.#loader = null;
    const error = reportOf(new ContinuoError('ENGINE_CRASHED', `The thread that loads models died: ${why}.`));
    for (const answer of this.#requests.values()) answer(error);
    this.#requests.clear();
  }
}

/** What tells the files of a folder from later ones of the same names. */
async function filesIn(folder: string): Promise<string> {
  const names = (await readdir(folder)).sort();
  const files = await Promise.all(
    names.map(async (name) => {
      const { ino, size, mtimeMs } = await stat(join(folder, name));
      return [name, ino, size, mtimeMs];
    }),
  );
  return JSON.stringify(files);
}
