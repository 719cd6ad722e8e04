import { recalledIn, type SavedState } from '../../host/states/saved-state.js';
import type { Seconds } from '../../music/units.js';
import { isTimed, type TakeRecord } from '../../session/take.js';

/** A state that is being encoded for the broker, and what has happened since it: that goes on growing. */
export interface Fork {
  readonly state: SavedState;
  readonly since: TakeRecord[];
}

/** No session makes as many records between two checkpoints; beyond that, its next checkpoint is waited for. */
const MOST_RECORDS = 100_000;

/**
 * What a host keeps in memory of a session, so that the broker can be told of it anew at any time: the last state, by reference, and the
 * records since.
 */
export class JournalBuffer {
  #state: SavedState | null = null;
  /** Records since {@link #state}; without one, since the beginning. */
  #since: TakeRecord[] = [];
  #overflown = false;
  /** It goes back to a moment after the state, which others do not have. */
  #recalls = false;
  #unsent: TakeRecord[] = [];
  #fork: Fork | null = null;
  /** Session times of the first and the last record since the last fork. */
  #from: Seconds | null = null;
  #to: Seconds = 0;

  stands(state: SavedState, since: readonly TakeRecord[]): void {
    this.#state = state;
    this.#since = [...since];
    this.#overflown = false;
    this.#recalls = recalledIn(since, state).size > 0;
  }

  /** `unsent`: whether those that the broker has before are continued by these. */
  add(records: readonly TakeRecord[], unsent: boolean): void {
    if (recalledIn(records).size > 0) this.#recalls = true;
    for (const record of records) {
      if (!isTimed(record)) continue;
      this.#from ??= record.time;
      this.#to = record.time;
    }
    for (const list of [this.#since, unsent ? this.#unsent : undefined, this.#fork?.since])
      for (const record of records) list?.push(record);
    if (this.#since.length <= MOST_RECORDS) return;
    this.#since = [];
    this.#overflown = true;
  }

  /** So much music has come since the last fork. */
  get music(): Seconds {
    return this.#from === null ? 0 : this.#to - this.#from;
  }

  /** Whether the session goes back to a moment after the last state: only one that it says later can be gone on from elsewhere. */
  get recalls(): boolean {
    return this.#recalls;
  }

  /** The last state with what came since, which grows until {@link joined}; null where there is none that can be gone on from. */
  fork(): Fork | null {
    if (this.#state === null || this.#overflown || this.#recalls) return null;
    this.#fork = { state: this.#state, since: [...this.#since] };
    this.#from = null;
    return this.#fork;
  }

  /** The fork is sent, with all that came since: nothing else is left to be sent. */
  joined(): void {
    this.#fork = null;
    this.#unsent = [];
  }

  get hasUnsent(): boolean {
    return this.#unsent.length > 0;
  }

  takeUnsent(): TakeRecord[] {
    const unsent = this.#unsent;
    this.#unsent = [];
    return unsent;
  }
}
