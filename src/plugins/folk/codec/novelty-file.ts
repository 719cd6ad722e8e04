import { ContinuoError } from '../../../errors.js';

/** A tune in an index: its title and the book that it comes from. */
export interface IndexedTune {
  readonly title: string;
  readonly book: string;
}

/** A tune as the index stores it. */
export interface HashedTune extends IndexedTune {
  /** Shape: (place). See {@link hashesOf}. */
  readonly hashes: Uint32Array;
}

/**
 * Baseline from held-out tunes (by people, not in the training set): the longest runs that they share with training
 * tunes, in notes.
 */
export interface HeldOutRuns {
  readonly tunes: number;
  readonly median: number;
  readonly p95: number;
}

/** Intervals in a hash. Shared runs of this many notes or fewer are not detected. */
export const INTERVALS = 6;

const MAGIC = 'CNOV';
const VERSION = 1;
const PREFIX = 12;

export interface NoveltyHeader {
  readonly intervals: number;
  readonly books: readonly string[];
  /** Title, index in `books`, number of hashes. */
  readonly tunes: readonly (readonly [string, number, number])[];
  readonly heldOut: HeldOutRuns | null;
}

/**
 * One 32-bit hash per position of a melody (MIDI numbers), of the six intervals in semitones that begin there: FNV-1a
 * with the finaliser of MurmurHash3.
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

/**
 * Serialises an index: `CNOV`, version (uint32), length of the header (uint32), header (JSON, padded to a multiple of
 * four bytes), hashes (uint32); little-endian. `known` are the tunes of an existing index that is extended: they come
 * first, and duplicates of them are not added.
 */
export function writeNoveltyIndex(
  added: readonly (IndexedTune & { readonly melody: readonly number[] })[],
  heldOut: HeldOutRuns | null,
  known: readonly HashedTune[] = [],
): Uint8Array {
  const tunes = distinct([...known, ...added.map((tune) => ({ ...tune, hashes: hashesOf(tune.melody) }))]);
  const books = [...new Set(tunes.map(({ book }) => book))];
  const header: NoveltyHeader = {
    intervals: INTERVALS,
    books,
    tunes: tunes.map(({ title, book, hashes }) => [title, books.indexOf(book), hashes.length]),
    heldOut,
  };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const start = PREFIX + 4 * Math.ceil(json.length / 4);
  const bytes = new Uint8Array(start + 4 * tunes.reduce((sum, { hashes }) => sum + hashes.length, 0)).fill(
    0x20,
  );
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(MAGIC));
  view.setUint32(4, VERSION, true);
  view.setUint32(8, json.length, true);
  bytes.set(json, PREFIX);
  let at = start;
  for (const { hashes } of tunes) {
    for (const hash of hashes) {
      view.setUint32(at, hash, true);
      at += 4;
    }
  }
  return bytes;
}

/** Removes duplicates: of tunes with equal title, book and hashes, keeps the first. */
function distinct(tunes: readonly HashedTune[]): HashedTune[] {
  const nameOf = ({ title, book, hashes }: HashedTune) => JSON.stringify([title, book, ...hashes]);
  return [...new Map(tunes.toReversed().map((tune) => [nameOf(tune), tune])).values()].reverse();
}

/**
 * Parses an index: its header, and the hashes of all tunes one after another. Throws MODEL_BROKEN if the bytes are not
 * a valid index.
 */
export function readNoveltyFile(bytes: Uint8Array): { header: NoveltyHeader; hashes: Uint32Array } {
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
  let header: NoveltyHeader;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(PREFIX, PREFIX + length))) as NoveltyHeader;
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
