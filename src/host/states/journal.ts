import type { TakeRecord } from '../../session/take.js';
import type { SavedState } from './saved-state.js';

/**
 * Is told what another process needs to go on with a session: how it stood, and what has happened since. Of what has happened, the records
 * with times are what the other does again; tokens that were sampled ahead of a state may stand before it.
 */
export interface SessionJournal {
  /** How the session stands after the records so far. What was told before is needed no longer. */
  stands(state: SavedState): void;
  /** What has happened since. */
  add(records: readonly TakeRecord[]): void;
}
