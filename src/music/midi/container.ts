import { ContinuoError } from '../../errors.js';
import type { MidiWarnings } from './warnings.js';

/** Far above any piece for players (the largest of 1,877 corpus files has 0.3 MB), far below what exhausts a machine. */
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_TRACKS = 1024;

const HINT = 'Give a .mid file, as notation programs, sequencers and recorders save it.';

/** The parts of a Standard MIDI File, not yet understood. */
export interface MidiChunks {
  readonly format: number;
  /** The header's division word: ticks a beat, or SMPTE where bit 15 is set. */
  readonly division: number;
  /** Contents of the MTrk chunks; the last may be cut short. */
  readonly tracks: readonly Uint8Array[];
}

/**
 * Splits a Standard MIDI File, plain or in a RIFF wrapper (RMID), into header and tracks. Chunks of other kinds are left out,
 * as the standard asks; where the chain of chunks breaks, the next track is searched for.
 * Throws MIDI_NOT_A_FILE, MIDI_TRUNCATED, MIDI_TOO_LARGE.
 */
export function splitChunks(bytes: Uint8Array, warnings: MidiWarnings): MidiChunks {
  if (bytes.length > MAX_BYTES) {
    throw tooLarge(`Expected at most ${MAX_BYTES} bytes, but the file has ${bytes.length}.`);
  }
  const file = unwrapRiff(bytes);
  if (file.length === 0)
    throw new ContinuoError('MIDI_NOT_A_FILE', 'Expected a MIDI file, but it is empty.', HINT);
  if (!isAt(file, 0, 'MThd')) {
    throw new ContinuoError(
      'MIDI_NOT_A_FILE',
      `Expected a MIDI file, which begins with "MThd", but it begins with ${JSON.stringify(firstWords(file))}.`,
      HINT,
    );
  }
  if (file.length < 14) throw truncated(`its header has 14 bytes, but the file has only ${file.length}`);

  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const headerLength = view.getUint32(4);
  if (headerLength < 6) {
    throw new ContinuoError(
      'MIDI_NOT_A_FILE',
      `Expected a MIDI header of 6 bytes, but it says that it has ${headerLength}.`,
      HINT,
    );
  }
  const promised = view.getUint16(10);
  const tracks = [...trackChunks(file, view, 8 + headerLength, warnings)];
  if (tracks.length === 0 && promised > 0) {
    throw truncated(
      `its header promises ${promised} ${promised === 1 ? 'track' : 'tracks'}, but none is there`,
    );
  }
  if (tracks.length !== promised) warnings.add('trackCount');
  return { format: view.getUint16(8), division: view.getUint16(12), tracks };
}

/** That a file is beyond the bounds that keep a reader from exhausting the machine. */
export function tooLarge(message: string): ContinuoError {
  return new ContinuoError(
    'MIDI_TOO_LARGE',
    message,
    'Export the piece, or the part of it that you need, as a smaller MIDI file.',
  );
}

function* trackChunks(
  file: Uint8Array,
  view: DataView,
  first: number,
  warnings: MidiWarnings,
): Generator<Uint8Array> {
  let position = first;
  let count = 0;
  while (position + 8 <= file.length) {
    const length = view.getUint32(position + 4);
    const start = position + 8;
    if (isAt(file, position, 'MTrk')) {
      if (start + length > file.length) warnings.add('trackTruncated', count);
      if (++count > MAX_TRACKS)
        throw tooLarge(`Expected at most ${MAX_TRACKS} tracks, but the file has more.`);
      yield file.subarray(start, start + length);
      position = start + length;
    } else {
      warnings.add('foreignChunk');
      const next = start + length;
      const chainHolds = next === file.length || looksLikeId(file, next);
      position = chainHolds ? next : findTrack(file, position + 1);
    }
  }
}

function findTrack(file: Uint8Array, from: number): number {
  let position = from;
  while (position < file.length && !isAt(file, position, 'MTrk')) {
    const next = file.indexOf(0x4d, position + 1); // M
    position = next < 0 ? file.length : next;
  }
  return position;
}

/** The MIDI file inside a RIFF file of type RMID (its `data` chunk; lengths there are little-endian); other bytes as they are. */
function unwrapRiff(bytes: Uint8Array): Uint8Array {
  if (!isAt(bytes, 0, 'RIFF') || !isAt(bytes, 8, 'RMID')) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let position = 12;
  while (position + 8 <= bytes.length) {
    const length = view.getUint32(position + 4, true);
    if (isAt(bytes, position, 'data')) return bytes.subarray(position + 8, position + 8 + length);
    position += 8 + length + (length % 2);
  }
  throw truncated('its RIFF wrapper holds no music');
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

/** Ids of chunks are four printable ASCII characters. */
function looksLikeId(bytes: Uint8Array, position: number): boolean {
  const id = bytes.subarray(position, position + 4);
  return id.length === 4 && id.every((byte) => byte >= 0x20 && byte <= 0x7e);
}

function firstWords(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, 16)).replace(/[^\x20-\x7e]/g, '·');
}
