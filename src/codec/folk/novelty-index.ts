import { ContinuoError } from '../../errors.js';

/** A tune that an index knows: its name and where it is from. */
export interface IndexedTune {
  readonly title: string;
  readonly book: string;
}

/** The longest run of notes that a melody has in common with one tune of an index, at any transposition. */
export interface SharedRun extends IndexedTune {
  readonly notes: number;
}

/** How much tunes by people, which the network has not learnt from, share with those that it has: longest runs, in notes. */
export interface HeldOutRuns {
  readonly tunes: number;
  readonly median: number;
  readonly p95: number;
}

/** Intervals in a hash: runs shorter than {@link SHORTEST_RUN} notes are not told apart. */
const INTERVALS = 6;
export const SHORTEST_RUN = INTERVALS + 1;

const MAGIC = 'CNOV';
const VERSION = 1;
const PREFIX = 12;

interface Header {
  readonly intervals: number;
  readonly books: readonly string[];
  /** Title, book, number of hashes. */
  readonly tunes: readonly (readonly [string, number, number])[];
  readonly heldOut: HeldOutRuns | null;
}

/**
 * A hash for each place in a melody: of the six intervals, in semitones, that begin there. FNV-1a with the finaliser of
 * MurmurHash3, 32 bits.
 */
export function hashesOf(melody: readonly number[]): Uint32Array {
  const hashes = new Uint32Array(Math.max(0, melody.length - INTERVALS));
  for (let at = 0; at < hashes.length; at++) {
    let hash = 0x811c9dc5;
    for (let next = at; next < at + INTERVALS; next++)
      hash = Math.imul(hash ^ ((melody[next + 1]! - melody[next]!) & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hashes[at] = hash ^ (hash >>> 16);
  }
  return hashes;
}

/** Bytes of an index: `CNOV`, version, length of the header (uint32), header (JSON, padded to fours), hashes (uint32); little-endian. */
export function writeNoveltyIndex(
  tunes: readonly (IndexedTune & { readonly melody: readonly number[] })[],
  heldOut: HeldOutRuns | null,
): Uint8Array {
  const books = [...new Set(tunes.map(({ book }) => book))];
  const hashes = tunes.map(({ melody }) => hashesOf(melody));
  const header: Header = {
    intervals: INTERVALS,
    books,
    tunes: tunes.map(({ title, book }, index) => [title, books.indexOf(book), hashes[index]!.length]),
    heldOut,
  };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const start = PREFIX + 4 * Math.ceil(json.length / 4);
  const bytes = new Uint8Array(start + 4 * hashes.reduce((sum, { length }) => sum + length, 0)).fill(0x20);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(MAGIC));
  view.setUint32(4, VERSION, true);
  view.setUint32(8, json.length, true);
  bytes.set(json, PREFIX);
  let at = start;
  for (const tune of hashes) {
    for (const hash of tune) {
      view.setUint32(at, hash, true);
      at += 4;
    }
  }
  return bytes;
}

/**
 * What the network has learnt from, as hashes: finds the longest run that a melody shares with any tune of it.
 *
 * Hashes lie in the order of the tunes' notes, so a run is followed from place to place: n shared notes are n - 6 equal hashes
 * in a row. Taking a run for a note longer than it is would need two different rows of intervals with the same 32 bits just
 * where it ends: about one in four thousand million for each run as long as the longest. A run of exactly seven notes that is
 * none may come of some 60 million comparisons a tune, which hardly matters: nearly every tune has a longer one.
 */
export class NoveltyIndex {
  readonly heldOut: HeldOutRuns | null;
  readonly #header: Header;
  readonly #hashes: Uint32Array;
  /** Whether a tune begins with this hash; one more stands after the last. */
  readonly #begins: Uint8Array;
  /** First place of each bucket, and the next place of the same bucket; -1 where there is none. */
  readonly #first: Int32Array;
  readonly #next: Int32Array;
  readonly #buckets: number;

  /** Throws MODEL_BROKEN where the bytes are no index. */
  constructor(bytes: Uint8Array) {
    const { header, hashes } = parse(bytes);
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
    // From the end, so that earlier places come first.
    for (let at = hashes.length - 1; at >= 0; at--) {
      const bucket = hashes[at]! & (this.#buckets - 1);
      this.#next[at] = this.#first[bucket]!;
      this.#first[bucket] = at;
    }
  }

  get tunes(): number {
    return this.#header.tunes.length;
  }

  /** Null where no run of {@link SHORTEST_RUN} notes is shared. Of equally long ones, the first in the melody. */
  longestRun(melody: readonly number[]): SharedRun | null {
    const own = hashesOf(melody);
    const hashes = this.#hashes;
    let [longest, where] = [0, -1];
    for (let at = 0; at + longest < own.length; at++) {
      const hash = own[at]!;
      for (let place = this.#first[hash & (this.#buckets - 1)]!; place >= 0; place = this.#next[place]!) {
        if (hashes[place] !== hash) continue;
        // Counted already, from its beginning.
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

function parse(bytes: Uint8Array): { header: Header; hashes: Uint32Array } {
  const broken = (what: string, cause?: unknown): never => {
    throw new ContinuoError(
      'MODEL_BROKEN',
      `The index of training tunes cannot be read: ${what}.`,
      'Fetch the model folder again, or make the index anew with continuo dataset novelty.',
      { cause },
    );
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < PREFIX || new TextDecoder().decode(bytes.subarray(0, 4)) !== MAGIC)
    broken(`it does not begin with ${MAGIC}`);
  if (view.getUint32(4, true) !== VERSION)
    broken(`it has version ${view.getUint32(4, true)}, not ${VERSION}`);
  const length = view.getUint32(8, true);
  const start = PREFIX + 4 * Math.ceil(length / 4);
  if (start > bytes.length || (bytes.length - start) % 4 !== 0) broken('it is cut short');
  let header: Header;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(PREFIX, PREFIX + length))) as Header;
  } catch (cause) {
    return broken('its header is no JSON', cause);
  }
  const hashes = new Uint32Array((bytes.length - start) / 4);
  for (let at = 0; at < hashes.length; at++) hashes[at] = view.getUint32(start + 4 * at, true);
  const { intervals, tunes, books } = header;
  if (intervals !== INTERVALS) broken(`its hashes are of ${intervals} intervals, not ${INTERVALS}`);
  if (!Array.isArray(tunes) || !Array.isArray(books)) broken('its header lists no tunes');
  if (tunes.reduce((sum, [, , count]) => sum + count, 0) !== hashes.length)
    broken('its header counts other hashes than there are');
  return { header, hashes };
}
