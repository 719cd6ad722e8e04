import type { TakeRecord } from '../../../session/take.js';
import type { SessionJournal } from '../../states/journal.js';
import type { SavedState } from '../../states/saved-state.js';

/** An engine that can say how its session stands. */
interface Source {
  /** Has it say from now on how the session stands, beginning as soon as it can (true), or no more. */
  follow(follows: boolean): void;
}

/**
 * Tells those who follow a session how it stands and what has happened since, whatever engine plays. Where nobody follows, nothing is kept.
 * While another engine has not said yet how it stands, what was told of the one before holds.
 */
export class Journals {
  readonly #journals = new Set<SessionJournal>();
  #source: Source | null = null;
  /** What has happened since the source was asked, or since it said last how the session stands; `from`: the number of the first. */
  #since: TakeRecord[] = [];
  #from: number | null = null;
  /** Those whom the source has told how the session stands. */
  readonly #told = new Set<SessionJournal>();
  /** Whether any engine has said how the session stands. */
  #stood = false;

  get isFollowed(): boolean {
    return this.#journals.size > 0;
  }

  /** @param began what the session began with, told to those for whom no engine has said anything yet */
  add(journal: SessionJournal, began: SavedState | null, tail: readonly TakeRecord[]): () => void {
    this.#journals.add(journal);
    if (began && !this.#stood) journal.stands(began, tail, true);
    // All are told anew, with all that can be taken back.
    this.#source?.follow(true);
    return () => {
      this.#told.delete(journal);
      if (!this.#journals.delete(journal) || this.isFollowed) return;
      this.#source?.follow(false);
      this.#forget();
    };
  }

  #forget(): void {
    this.#since = [];
    this.#from = null;
  }

  /** Another engine plays from now on. */
  plays(source: Source): void {
    this.#source = source;
    this.#forget();
    this.#told.clear();
    if (this.isFollowed) source.follow(true);
  }

  /** The engine said how the session stood after the first `count` records of its own. */
  stands(source: Source, state: SavedState, count: number): void {
    if (source !== this.#source || !this.isFollowed) return;
    const since = this.#since.slice(Math.max(0, count - (this.#from ?? count)));
    this.#since = since;
    this.#from = count;
    this.#stood = true;
    for (const journal of this.#journals) {
      const anew = !this.#told.has(journal);
      this.#told.add(journal);
      journal.stands(state, since, anew);
    }
  }

  /** `before`: how many records the engine had told before these. */
  records(source: Source, records: readonly TakeRecord[], before: number): void {
    if (source !== this.#source || !this.isFollowed || records.length === 0) return;
    this.#from ??= before;
    for (const record of records) this.#since.push(record);
    for (const journal of this.#told) journal.add(records);
  }
}
