import type { MidiWarnings } from './warnings.js';

/** Meta events of a fixed length, which midi-file refuses at any other. SMF 1.0, "Meta-Events". */
const META_LENGTHS: Readonly<Record<number, readonly number[]>> = {
  0: [2], // sequence number
  32: [1], // channel prefix
  33: [1], // port prefix
  47: [0], // end of track
  81: [3], // tempo
  84: [5], // SMPTE offset
  88: [4, 2], // time signature
  89: [2], // key signature
};
/** midi-file spreads a text over the call stack. */
const MAX_TEXT = 16 * 1024;
const LAST_TEXT = 7;
const END_OF_TRACK = 0x2f;
/** A meta event that midi-file takes at any length, and nobody reads. */
const SEQUENCER_SPECIFIC = 0x7f;

/** A track that midi-file can read. */
export interface WellFormedTrack {
  readonly bytes: Uint8Array;
  readonly events: number;
}

/**
 * The part of a track that is well-formed, up to its end-of-track event; meta events of impossible length are made harmless.
 * midi-file reads past the end, and back from lengths that overflow, for ever; on what this returns it cannot.
 */
export function wellFormedTrack(source: Uint8Array, track: number, warnings: MidiWarnings): WellFormedTrack {
  const bytes = source.slice();
  const reader = new Reader(bytes);
  let tick = 0;
  let running = 0;
  let wholeUntil = 0;
  let events = 0;
  try {
    for (; reader.position < bytes.length; events++) {
      tick += reader.variableLength();
      let status = reader.byte();
      if (status < 0x80) {
        status = running;
        reader.position--;
      }
      if (status === 0xff) {
        const type = metaEvent(reader, bytes, () => warnings.add('badMeta', track, tick));
        if (type === END_OF_TRACK) {
          wholeUntil = reader.position;
          events++;
          break;
        }
      } else if (status === 0xf0 || status === 0xf7) {
        reader.skip(reader.variableLength());
      } else {
        running = status;
        channelEvent(reader, status);
      }
      wholeUntil = reader.position;
    }
  } catch (error) {
    if (!(error instanceof Defect)) throw error;
    warnings.add(error.code, track, tick);
    return { bytes: bytes.subarray(0, wholeUntil), events };
  }
  // Some writers pad tracks with zeros.
  if (bytes.subarray(wholeUntil).some((byte) => byte !== 0)) warnings.add('afterEnd', track, tick);
  return { bytes: bytes.subarray(0, wholeUntil), events };
}

function metaEvent(reader: Reader, bytes: Uint8Array, bad: () => void): number {
  const typeAt = reader.position;
  const type = reader.byte();
  const length = reader.variableLength();
  const lengths = META_LENGTHS[type];
  const possible = lengths ? lengths.includes(length) : type > LAST_TEXT || length <= MAX_TEXT;
  reader.skip(length);
  if (!possible) {
    bad();
    bytes[typeAt] = SEQUENCER_SPECIFIC;
  }
  return type;
}

function channelEvent(reader: Reader, status: number): void {
  if (status < 0x80 || status > 0xef) throw new Defect('trackDamaged');
  const kind = status & 0xf0;
  const dataBytes = kind === 0xc0 || kind === 0xd0 ? 1 : 2;
  for (let count = 0; count < dataBytes; count++) {
    if (reader.byte() > 0x7f) throw new Defect('trackDamaged');
  }
}

/** Why the rest of a track cannot be read. */
class Defect {
  constructor(readonly code: 'trackTruncated' | 'trackDamaged') {}
}

class Reader {
  position = 0;

  constructor(private readonly bytes: Uint8Array) {}

  byte(): number {
    const value = this.bytes[this.position];
    if (value === undefined) throw new Defect('trackTruncated');
    this.position++;
    return value;
  }

  skip(length: number): void {
    if (this.position + length > this.bytes.length) throw new Defect('trackTruncated');
    this.position += length;
  }

  /** SMF 1.0: seven bits a byte, at most four bytes. */
  variableLength(): number {
    let value = 0;
    for (let count = 0; count < 4; count++) {
      const byte = this.byte();
      value = (value << 7) | (byte & 0x7f);
      if (byte < 0x80) return value;
    }
    throw new Defect('trackDamaged');
  }
}
