import {
  type HashedTune,
  type HeldOutRuns,
  hashesOf,
  INTERVALS,
  type IndexedTune,
  type NoveltyHeader,
  readNoveltyFile,
} from './novelty-file.js';

/** Shortest run that can be detected, in notes. */
export const SHORTEST_RUN = INTERVALS + 1;

/** The longest run of notes that a melody shares with one indexed tune, at any transposition. */
export interface SharedRun extends IndexedTune {
  readonly notes: number;
}

/**
 * Hash index of the training tunes: finds the longest run that a melody shares with any of them.
 *
 * Hashes are stored in note order, so a run can be followed from place to place: n shared notes are n - 6 equal hashes
 * in a row. To overestimate a run by one note, two different interval sequences with the same 32-bit hash must meet
 * exactly where it ends: about one in four thousand million for each run as long as the longest. A false run of
 * exactly seven notes can come from some 60 million comparisons per tune, which hardly matters: nearly every tune has
 * a longer true run.
 */
export class NoveltyIndex {
  readonly heldOut: HeldOutRuns | null;
  readonly #header: NoveltyHeader;
  readonly #hashes: Uint32Array;
  /** 1 where a tune's first hash stands, with one extra entry after the last hash. */
  readonly #begins: Uint8Array;
  /** First place of each bucket, and the next place in the same bucket; -1: none. */
  readonly #first: Int32Array;
  readonly #next: Int32Array;
  readonly #buckets: number;

  /** Throws MODEL_BROKEN if the bytes are not a valid index. */
  constructor(bytes: Uint8Array) {
    const { header, hashes } = readNoveltyFile(bytes);
    this.#header = header;
    this.#hashes = hashes;
    this.heldOut = header.heldOut;
    this.#begins = new Uint8Array(hashes.length + 1);
    this.#begins[hashes.length] = 1;
    let place = 0;
    for (const [, , length] of header.tunes) {
      this.#begins[place] = 1;
      place += length;
    }
    this.#buckets = 2 ** Math.max(4, Math.ceil(Math.log2(hashes.length + 1)));
    this.#first = new Int32Array(this.#buckets).fill(-1);
    this.#next = new Int32Array(hashes.length);
    // Backwards, so that earlier places come first in each bucket.
    for (let at = hashes.length - 1; at >= 0; at--) {
      const bucket = hashes[at]! & (this.#buckets - 1);
      this.#next[at] = this.#first[bucket]!;
      this.#first[bucket] = at;
    }
  }

  get tunes(): number {
    return this.#header.tunes.length;
  }

  /** All indexed tunes, for extending the index. */
  entries(): HashedTune[] {
    let end = 0;
    return this.#header.tunes.map(([title, book, length]) => {
      end += length;
      return { title, book: this.#header.books[book]!, hashes: this.#hashes.subarray(end - length, end) };
    });
  }

  /**
   * The longest shared run, or null if none has {@link SHORTEST_RUN} notes. Among equally long runs: the first in the
   * melody.
   */
  longestRun(melody: readonly number[]): SharedRun | null {
    const own = hashesOf(melody);
    const hashes = this.#hashes;
    let [longest, where] = [0, -1];
    for (let at = 0; at + longest < own.length; at++) {
      const hash = own[at]!;
      for (let place = this.#first[hash & (this.#buckets - 1)]!; place >= 0; place = this.#next[place]!) {
        if (hashes[place] !== hash) continue;
        // Already counted from the run's start.
        if (at > 0 && this.#begins[place] === 0 && hashes[place - 1] === own[at - 1]) continue;
        let length = 1;
        while (this.#begins[place + length] === 0 && hashes[place + length] === own[at + length]) length++;
        if (length > longest) [longest, where] = [length, place];
      }
    }
    return where < 0 ? null : { notes: longest + INTERVALS, ...this.#tuneAt(where) };
  }

  #tuneAt(place: number): IndexedTune {
    let begin = 0;
    for (const [title, book, length] of this.#header.tunes) {
      begin += length;
      if (place < begin) return { title, book: this.#header.books[book]! };
    }
    throw new Error(`no tune at ${place}`);
  }
}
