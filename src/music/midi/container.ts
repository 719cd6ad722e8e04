import { ContinuoError } from '../../errors.js';
import { EventScanner } from './event-scanner.js';
import { type WellFormedTrack, wellFormedTrack } from './track-bytes.js';
import type { MidiWarnings } from './warnings.js';

/** Far above any piece for players (the largest of 1,877 corpus files has 0.3 MB), far below what exhausts a machine. */
const MAX_BYTES = 16 * 1024 * 1024;
/** The largest number of tracks in a header. */
const MAX_TRACKS = 0xffff;
/** A header and an empty track. */
const SMALLEST = 22;
/** The longest prefix before a file that is searched for its header, such as MacBinary's. */
const MAX_PREFIX = 4096;

const HINT = 'Give a .mid file, as notation programs, sequencers and recorders save it.';

/** The chunks of a Standard MIDI File, not yet parsed. */
export interface MidiChunks {
  readonly format: number;
  /** The header's division word: ticks a beat, or SMPTE where bit 15 is set. */
  readonly division: number;
  readonly tracks: readonly WellFormedTrack[];
}

/**
 * Splits a Standard MIDI File, plain or in a RIFF wrapper (RMID), into header and tracks. Chunks of other kinds are ignored,
 * as the standard requires. A chunk's length is trusted where another chunk or the end of the file follows; else the track ends at
 * its end-of-track event, and the next track is searched for.
 * Throws MIDI_NOT_A_FILE, MIDI_TRUNCATED, MIDI_TOO_LARGE.
 */
export function splitChunks(bytes: Uint8Array, warnings: MidiWarnings): MidiChunks {
  if (bytes.length > MAX_BYTES) {
    throw tooLarge(`Expected at most ${MAX_BYTES} bytes, but the file has ${bytes.length}.`);
  }
  const file = fromHeader(unwrapRiff(bytes), warnings);
  const { format, promised, division, end } = readHeader(file, warnings);
  const tracks = [...trackChunks(file, end, warnings)];
  if (tracks.length === 0 && promised > 0) {
    throw truncated(
      `its header promises ${promised} ${promised === 1 ? 'track' : 'tracks'}, but none is there`,
    );
  }
  if (tracks.length !== promised) warnings.add('trackCount');
  return { format, division, tracks };
}

/** An error for a file beyond the bounds that protect the machine: MIDI_TOO_LARGE. */
export function tooLarge(message: string): ContinuoError {
  return new ContinuoError(
    'MIDI_TOO_LARGE',
    message,
    'Export the piece, or the part of it that you need, as a smaller MIDI file.',
  );
}

/** The file from its header on. Throws MIDI_NOT_A_FILE. */
function fromHeader(file: Uint8Array, warnings: MidiWarnings): Uint8Array {
  if (file.length === 0)
    throw new ContinuoError('MIDI_NOT_A_FILE', 'Expected a MIDI file, but it is empty.', HINT);
  if (isAt(file, 0, 'MThd')) return file;
  for (let at = 1; at < Math.min(MAX_PREFIX, file.length); at++) {
    if (!isAt(file, at, 'MThd')) continue;
    warnings.add('foreignChunk');
    return file.subarray(at);
  }
  if (nearly(file, 0, 'MThd') && findTrack(file, 8) === 14) {
    warnings.add('headerDamaged');
    return file;
  }
  throw new ContinuoError(
    'MIDI_NOT_A_FILE',
    `Expected a MIDI file, which begins with "MThd", but it begins with ${JSON.stringify(firstWords(file))}.`,
    HINT,
  );
}

/** The header's three words, and where it ends. Throws MIDI_NOT_A_FILE, MIDI_TRUNCATED. */
function readHeader(file: Uint8Array, warnings: MidiWarnings) {
  if (file.length < 14) throw truncated(`its header has 14 bytes, but the file has only ${file.length}`);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const length = view.getUint32(4);
  let at = 8;
  let end = 8 + length;
  const first = findTrack(file, 4);
  // The first track says where the header ends if that does not; with its length a header of ours has 14 bytes, without it 10.
  if (end !== first && (length !== 6 || first === 10) && first < file.length && first < 64) {
    if (first === 10) at = 4;
    if (length < 6 || end > first) {
      warnings.add('headerDamaged');
      end = first;
    }
  }
  if (end < at + 6) {
    throw new ContinuoError(
      'MIDI_NOT_A_FILE',
      `Expected a MIDI header of 6 bytes, but it says that it has ${length}.`,
      HINT,
    );
  }
  return {
    format: view.getUint16(at),
    promised: view.getUint16(at + 2),
    division: view.getUint16(at + 4),
    end,
  };
}

function* trackChunks(file: Uint8Array, first: number, warnings: MidiWarnings): Generator<WellFormedTrack> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let position = first;
  let count = 0;
  while (position + 8 <= file.length) {
    const length = view.getUint32(position + 4);
    const start = position + 8;
    const isTrack = isAt(file, position, 'MTrk');
    if (isTrack || (nearly(file, position, 'MTrk') && endsWell(file, start, start + length))) {
      if (!isTrack) warnings.add('headerDamaged', count);
      if (count === MAX_TRACKS)
        throw tooLarge(`Expected at most ${MAX_TRACKS} tracks, but the file has more.`);
      const { track, next } = trackAt(file, { start, declared: start + length, index: count }, warnings);
      yield track;
      position = next;
      count++;
    } else {
      warnings.add('foreignChunk');
      const next = start + length;
      position = isBoundary(file, next) || looksLikeId(file, next) ? next : findTrack(file, position + 1);
    }
  }
}

/** Reads the track from `start`, which its chunk's length leads to `declared`, and says where the next chunk begins. */
function trackAt(
  file: Uint8Array,
  { start, declared, index }: { readonly start: number; readonly declared: number; readonly index: number },
  warnings: MidiWarnings,
): { track: WellFormedTrack; next: number } {
  const believed = isBoundary(file, declared);
  const limit = believed ? declared : file.length;
  const track = wellFormedTrack(file, { start, limit, track: index }, warnings);
  const { end, ended } = track;
  const another = end !== declared && isAt(file, end, 'MTrk');
  const next = another ? end : believed ? declared : end === declared ? end : findTrack(file, end);
  if (declared > file.length && !ended && !another) warnings.add('trackTruncated', index);
  else if (next !== declared) warnings.add('trackLength', index);
  // Some writers pad tracks with zeros.
  else if (ended && file.subarray(end, next).some((byte) => byte !== 0)) warnings.add('afterEnd', index);
  return { track, next };
}

/** Whether a chunk may end at `at`: the file does, a track begins there, or another chunk that itself ends so. */
function isBoundary(file: Uint8Array, at: number): boolean {
  let position = at;
  for (let chunks = 0; chunks < MAX_FOREIGN; chunks++) {
    if (position === file.length || isAt(file, position, 'MTrk')) return true;
    if (position > file.length - 8 || !looksLikeId(file, position)) return false;
    position += 8 + new DataView(file.buffer, file.byteOffset + position + 4, 4).getUint32(0);
  }
  return false;
}

const MAX_FOREIGN = 16;

function endsWell(file: Uint8Array, start: number, end: number): boolean {
  return isBoundary(file, end) && new EventScanner(file, end).plausible(start, 0, true);
}

function findTrack(file: Uint8Array, from: number): number {
  let position = from;
  while (position < file.length && !isAt(file, position, 'MTrk')) {
    const next = file.indexOf(0x4d, position + 1); // M
    position = next < 0 ? file.length : next;
  }
  return position;
}

/** The MIDI file inside a RIFF file of type RMID (its `data` chunk; lengths there are little-endian); other bytes unchanged. */
function unwrapRiff(bytes: Uint8Array): Uint8Array {
  if (!isAt(bytes, 0, 'RIFF') || !isAt(bytes, 8, 'RMID')) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let position = 12;
  while (position + 8 <= bytes.length) {
    const length = view.getUint32(position + 4, true);
    if (isAt(bytes, position, 'data')) {
      const start = position + 8;
      const wrong = length < SMALLEST || cutsTrack(bytes, start, start + length);
      return bytes.subarray(start, wrong ? bytes.length : start + length);
    }
    position += 8 + length + (length % 2);
  }
  throw truncated('its RIFF wrapper holds no music');
}

/** Whether `end` lies within one of the chunks that follow one another from `start` on: then the wrapper's length is wrong. */
function cutsTrack(bytes: Uint8Array, start: number, end: number): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let position = start;
  while (position < end && position + 8 <= bytes.length) position += 8 + view.getUint32(position + 4);
  return position > end;
}

function truncated(what: string): ContinuoError {
  return new ContinuoError(
    'MIDI_TRUNCATED',
    `The MIDI file is cut off: ${what}.`,
    'Copy or export the file again.',
  );
}

function isAt(bytes: Uint8Array, position: number, id: string): boolean {
  for (let index = 0; index < id.length; index++) {
    if (bytes[position + index] !== id.charCodeAt(index)) return false;
  }
  return true;
}

/** The id with one byte changed. */
function nearly(bytes: Uint8Array, position: number, id: string): boolean {
  let same = 0;
  for (let index = 0; index < id.length; index++) {
    if (bytes[position + index] === id.charCodeAt(index)) same++;
  }
  return same === id.length - 1;
}

/** Ids of chunks are four printable ASCII characters. */
function looksLikeId(bytes: Uint8Array, position: number): boolean {
  const id = bytes.subarray(position, position + 4);
  return id.length === 4 && id.every((byte) => byte >= 0x20 && byte <= 0x7e);
}

function firstWords(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, 16)).replace(/[^\x20-\x7e]/g, '·');
}
