import { availableParallelism } from 'node:os';
import { WorkerThread } from './worker-thread.js';

/**
 * The workers that sessions of built-in plugins share: as many as there are processors, two at least, so that another engine can be
 * loaded beside the one that plays. A session whose code others wrote has a worker of its own.
 */
export class WorkerPool {
  readonly #shared = new Set<WorkerThread>();

  constructor(private readonly most = Math.max(2, availableParallelism())) {}

  /** A worker for one more session; `alone`: one of its own. */
  place(alone: boolean): WorkerThread {
    if (alone) return new WorkerThread();
    const workers = [...this.#shared].filter(({ isOver }) => !isOver);
    if (workers.length < this.most) {
      const worker: WorkerThread = new WorkerThread(() => this.#shared.delete(worker));
      this.#shared.add(worker);
      return worker;
    }
    return workers.reduce((one, other) => (other.size < one.size ? other : one));
  }
}
