import { availableParallelism } from 'node:os';
import { monotonic } from '../../clock.js';
import { WorkerLoad } from './worker-load.js';
import { WorkerThread } from './worker-thread.js';

/** Interval at which it is looked how busy workers are, in milliseconds. */
const LOOK_MS = 1000;
/** So many sessions are never too many: what they cost is not known before they play. */
const LEAST_ROOM = 16;

/**
 * The workers that sessions of built-in plugins share: as many as there are processors, two at least, so that another engine can be
 * loaded beside the one that plays. A session whose code others wrote has a worker of its own.
 */
export class WorkerPool {
  readonly #shared = new Map<WorkerThread, WorkerLoad>();
  #look: NodeJS.Timeout | undefined;

  constructor(readonly most = Math.max(2, availableParallelism())) {}

  /** A worker for one more session; `alone`: one of its own. */
  place(alone: boolean): WorkerThread {
    if (alone) return new WorkerThread();
    const workers = [...this.#shared.keys()];
    if (workers.length < this.most) {
      const worker: WorkerThread = new WorkerThread(() => this.#ended(worker));
      this.#shared.set(worker, new WorkerLoad());
      this.#look ??= setInterval(() => this.#lookAtAll(), LOOK_MS).unref();
      return worker;
    }
    return workers.reduce((one, other) => (other.size < one.size ? other : one));
  }

  #ended(worker: WorkerThread): void {
    this.#shared.delete(worker);
    if (this.#shared.size > 0) return;
    clearInterval(this.#look);
    this.#look = undefined;
  }

  #lookAtAll(): void {
    for (const [{ figures }, load] of this.#shared) load.look(figures.read().worked, monotonic());
  }

  /**
   * How many more sessions fit before notes come late: by how much of their time the workers work, what a session costs them, and how late
   * notes are already.
   */
  get room(): number {
    let room = (this.most - this.#shared.size) * new WorkerLoad().room(0, 0);
    let sessions = 0;
    for (const [worker, load] of this.#shared) {
      room += load.room(worker.size, worker.figures.read().lateness);
      sessions += worker.size;
    }
    return Math.max(room, LEAST_ROOM - sessions);
  }
}
