import type { TakeRecord } from '../../session/take.js';
import type { SavedState } from './saved-state.js';

/**
 * Is told what another process needs to go on with a session: how it stood, and what has happened since. Of what has happened, the records
 * with times are what the other does again; tokens that were sampled ahead of a state may stand before it.
 */
export interface SessionJournal {
  /**
   * How the session stood, and the records `since` then, some of which may have been told before; what was told before is needed no longer.
   * `anew`: another engine plays, or does again what happened before; nothing that was told before is continued by what comes after this.
   */
  stands(state: SavedState, since: readonly TakeRecord[], anew: boolean): void;
  /** What has happened since. */
  add(records: readonly TakeRecord[]): void;
}
