import { SharedModels } from '../models/shared-models.js';
import { TakeThread } from '../takes/take-thread.js';
import { WorkerPool } from './engine/pool/worker-pool.js';
import { NotationThread } from './notation/notation-thread.js';
import type { Permit } from './permit.js';
import { SharedPorts } from './ports/shared-ports.js';

/**
 * What the sessions of one process share: workers, the weights of models, the threads that write takes and notation, and the MIDI ports.
 * Give all of them one, so that a session more costs little. Each part runs while a session needs it, so there is nothing to close.
 */
export class HostResources {
  readonly pool: WorkerPool;
  readonly models = new SharedModels();
  readonly takes = new TakeThread();
  /** Writes the notation of built-in plugins; that of a third-party plugin has a thread of its own. */
  readonly notations = new NotationThread();

  /** Which session has which MIDI port. */
  readonly ports = new SharedPorts();

  /** Gives each new session a permit, where somebody else may forbid it to play. Default: sessions may always play. */
  permits: (() => Permit) | null = null;

  /** `workers`: how many sessions of built-in plugins share at most. Default: one a processor. */
  constructor({ workers }: { readonly workers?: number } = {}) {
    this.pool = new WorkerPool(workers);
  }

  /** The thread that writes the notation of a plugin. */
  notationOf(plugin: { readonly source: string }): NotationThread {
    return plugin.source === 'built-in' ? this.notations : new NotationThread();
  }
}
