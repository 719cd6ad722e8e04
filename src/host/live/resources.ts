import { TakeThread } from '../takes/take-thread.js';
import { NotationThread } from './notation/notation-thread.js';
import { SharedPorts } from './ports/shared-ports.js';

/**
 * What the sessions of one process share: the threads that write takes and notation, and the MIDI ports. Give all of them one, so that a session more
 * costs little.
 */
export class HostResources {
  readonly takes = new TakeThread();
  /** Writes the notation of built-in plugins; that of a third-party plugin has a thread of its own. */
  readonly notations = new NotationThread();

  /** Which session has which MIDI port. */
  readonly ports = new SharedPorts();

  /** The thread that writes the notation of a plugin. */
  notationOf(plugin: { readonly source: string }): NotationThread {
    return plugin.source === 'built-in' ? this.notations : new NotationThread();
  }
}
