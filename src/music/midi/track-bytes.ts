import { CHANNEL_DATA, EventScanner, META_LENGTHS, SYSTEM_DATA } from './event-scanner.js';
import type { MidiWarningCode, MidiWarnings } from './warnings.js';

/** midi-file spreads a text over the call stack. */
const MAX_TEXT = 16 * 1024;
const LAST_TEXT = 7;
const END_OF_TRACK = 0x2f;
/** A meta event that midi-file takes at any length, and nobody reads. */
const SEQUENCER_SPECIFIC = 0x7f;

/** Events in running status that are looked at before reading is taken to be in step. */
const RUN = 8;
/** A status that is leant on so much less than another may be a byte that is none. */
const RARE = 8;

/** A track that midi-file can read. */
export interface WellFormedTrack {
  readonly bytes: Uint8Array;
  readonly events: number;
  /** Where in the file reading stopped: after the end-of-track event, where there is one. */
  readonly end: number;
  readonly ended: boolean;
}

/**
 * The events of a track from `start` on, up to its end-of-track event, to `limit` (the end of its chunk, where that can be
 * trusted, else of the file) or to where another track begins. What is no event is mended or passed over by itself, and reading
 * goes on at the next event. midi-file reads past the end, and back from lengths that overflow, for ever; on what this returns
 * it cannot. Of a track without faults the bytes are the file's own.
 */
export function wellFormedTrack(
  file: Uint8Array,
  place: { readonly start: number; readonly limit: number; readonly track: number },
  warnings: MidiWarnings,
): WellFormedTrack {
  return soundTrack(file, place) ?? new TrackReader(file, place, warnings).read();
}

/** The track where it can be read to its end-of-track event without a fault: then nothing in it is doubted. */
function soundTrack(
  file: Uint8Array,
  { start, limit }: { readonly start: number; readonly limit: number },
): WellFormedTrack | null {
  const scanner = new EventScanner(file, limit);
  let position = start;
  let running = 0;
  for (let events = 1; scanner.scan(position, running, false); events++) {
    const { status, metaType, metaLength, next } = scanner;
    if (status < 0xf0) running = status;
    else if (status === 0xff && !isPossible(metaType, metaLength)) return null;
    if (status === 0xff && metaType === END_OF_TRACK)
      return { bytes: file.subarray(start, next), events, end: next, ended: true };
    position = next;
    // Without that event a chunk ends where its length says.
    if (position === limit) return { bytes: file.subarray(start, limit), events, end: limit, ended: false };
    if (scanner.trackBegins(position)) return null;
  }
  return null;
}

/** Lengths of meta events that midi-file refuses, or that are too long for it. */
function isPossible(type: number, length: number): boolean {
  const lengths = META_LENGTHS[type];
  return lengths ? lengths.includes(length) : type > LAST_TEXT || length <= MAX_TEXT;
}

class TrackReader {
  readonly #scanner: EventScanner;
  readonly #out: Kept;
  #position: number;
  #running = 0;
  /** How often each status was leant on. */
  readonly #leant = new Map<number, number>();
  /** How many events of channels said theirs. */
  #said = 0;
  #range: readonly [number, number] = [127, 0];
  #tick = 0;
  /** Of events passed over: the next one comes so much later. */
  #delay = 0;
  /** Whether the next event must say its status: in the file it may lean on one that was changed. */
  #restate = false;
  #events = 0;
  #ended = false;

  constructor(
    private readonly file: Uint8Array,
    private readonly place: { readonly start: number; readonly limit: number; readonly track: number },
    private readonly warnings: MidiWarnings,
  ) {
    this.#scanner = new EventScanner(file, place.limit);
    this.#out = new Kept(file);
    this.#position = place.start;
  }

  read(): WellFormedTrack {
    while (!this.#ended && this.#position < this.place.limit) {
      if (this.#scanner.trackBegins(this.#position)) break;
      if (!this.#next()) break;
      this.#events++;
    }
    return {
      bytes: this.#out.bytes(),
      events: this.#events,
      end: this.#position,
      ended: this.#ended,
    };
  }

  /** Takes the next event, or what comes before it; false where there is none any more. */
  #next(): boolean {
    const scanner = this.#scanner;
    const at = this.#position;
    const sound = scanner.scan(at, this.#running, false);
    const step = !scanner.hasStatus ? null : scanner.explicit ? this.#stepFromTime(at) : this.#stepAside(at);
    scanner.scan(at, this.#running, false);
    if (step !== null) {
      this.#warn('trackDamaged');
      this.#passOver(step);
      return true;
    }
    if (sound && (scanner.isSure() || scanner.plausible(scanner.next, this.#running, true))) {
      this.#take();
      return true;
    }
    if (this.#mend(at)) return true;
    const next = scanner.nextEvent(at + 1);
    if (next !== null) {
      this.#warn('trackDamaged');
      this.#passOver(next);
      return true;
    }
    // Nothing follows that could be checked: the event is taken as it stands.
    if (scanner.scan(at, this.#running, sound === false)) {
      this.#take();
      return true;
    }
    this.#warn(scanner.cut ? 'trackTruncated' : 'trackDamaged');
    return false;
  }

  /** Reads the event at `at` in another way, after which events follow. */
  #mend(at: number): boolean {
    const scanner = this.#scanner;
    const lenient = scanner.scan(at, this.#running, true);
    if (lenient && !scanner.explicit && this.#stepBack()) return true;
    const running = runningAfter(scanner.status, this.#running);
    if (lenient && scanner.plausible(scanner.next, running, false)) {
      this.#take();
      return true;
    }
    for (const next of scanner.hasStatus ? scanner.otherEnds() : []) {
      if (next > this.place.limit || !scanner.plausible(next, this.#running, false)) continue;
      this.#warn(SYSTEM_DATA[scanner.status] === undefined ? 'trackDamaged' : 'systemMessage');
      this.#passOver(next);
      return true;
    }
    if (!lenient || !scanner.plausible(scanner.next, running, true)) return false;
    this.#take();
    return true;
  }

  /**
   * Where to go on instead of at an event in running status, which a byte too many or too few may have made: in a track that says
   * nearly all its statuses, where such events follow; in another, where its notes are those of the track so far, and here are not.
   */
  #stepAside(at: number): number | null {
    const scanner = this.#scanner;
    const leant = [...this.#leant.values()].reduce((sum, count) => sum + count, 0);
    if (this.#said >= RUN && leant * RARE < this.#said) return scanner.saidEventsBeside(at, this.#running);
    const pitch = this.file[scanner.dataAt]!;
    const [lowest, highest] = this.#range;
    const isNote = this.#running >> 5 === 0x80 >> 5;
    if (CHANNEL_DATA[this.#running >> 4] === 1) return this.#stepToNotes(at);
    if (!isNote || leant < 2 * RUN || (pitch >= lowest && pitch <= highest)) return null;
    if (scanner.likelyNotes(at, this.#running, this.#range, RUN) > RUN / 2) return null;
    const beside = [1, 2].find(
      (shift) => scanner.likelyNotes(at + shift, this.#running, this.#range, RUN) === RUN,
    );
    return beside === undefined ? null : at + beside;
  }

  /** In a track that leans on its statuses, one never seen before may be the first byte of a time. */
  #stepFromTime(at: number): number | null {
    const { status } = this.#scanner;
    const [usual, count] = [...this.#leant].sort(([, a], [, b]) => b - a)[0] ?? [0, 0];
    if (status >= 0xf0 || this.#leant.has(status) || usual >> 5 !== 0x80 >> 5) return null;
    if (count < 2 * RUN || count < this.#said * RARE) return null;
    const shift = [1, 2].find(
      (bytes) => this.#scanner.likelyNotes(at + bytes, usual, this.#range, RUN) === RUN,
    );
    if (shift === undefined) return null;
    this.#running = usual;
    return at + shift;
  }

  /** Programs and pressures hardly ever come in a row: from a byte that is no status all that follows would be such. */
  #stepToNotes(at: number): number | null {
    const [usual, count] = [...this.#leant].sort(([, a], [, b]) => b - a)[0] ?? [0, 0];
    if (usual >> 5 !== 0x80 >> 5 || count < 2 * RUN) return null;
    const shift = [0, 1, 2].find(
      (bytes) => this.#scanner.likelyNotes(at + bytes, usual, this.#range, RUN) === RUN,
    );
    if (shift === undefined) return null;
    this.#running = usual;
    return at + shift;
  }

  /** Gets into step again in running status: a byte too many or too few there makes events of anything. */
  #stepBack(): boolean {
    const time = this.#scanner.timeInData();
    if (time === null) return false;
    const [usual] = [...this.#leant].sort(([, a], [, b]) => b - a)[0] ?? [this.#running];
    const rare = (this.#leant.get(this.#running) ?? 0) * RARE < (this.#leant.get(usual) ?? 0);
    const statuses = rare ? [usual, this.#running] : [this.#running, usual];
    const running = statuses.find((status) => this.#scanner.plausible(time, status, false, RUN));
    if (running === undefined) return false;
    this.#warn('trackDamaged');
    this.#passOver(time);
    this.#running = running;
    return true;
  }

  /** Pitches a little out of a track's range are its own too. */
  #see(pitch: number): void {
    const [lowest, highest] = this.#range;
    this.#range = [Math.min(lowest, pitch - RUN), Math.max(highest, pitch + RUN)];
  }

  /** The scanned event goes into the track, as it is or mended. */
  #take(): void {
    const { status, next, dataAt, longDelta } = this.#scanner;
    if (status >= 0xf0) {
      this.#takeSystem();
      return;
    }
    this.#running = status;
    if (this.#scanner.explicit) this.#said++;
    else this.#leant.set(status, (this.#leant.get(status) ?? 0) + 1);
    if (status >> 5 === 0x80 >> 5) this.#see(this.file[dataAt]!);
    const data = mended(status, this.file.subarray(dataAt, next));
    if (data === undefined) {
      this.#warn('dataByte');
      this.#passOver(next);
      return;
    }
    const changed = data !== null;
    if (changed) this.#warn('dataByte');
    if (changed || this.#restate || this.#delay > 0 || longDelta) {
      this.#out.add([...this.#deltaBytes(), status, ...(data ?? this.file.subarray(dataAt, next))]);
      // The next event may lean on this status, which stands now.
      this.#restate = false;
    } else this.#out.keep(this.#position, next);
    this.#move(next);
  }

  #takeSystem(): void {
    const { status, next, metaType, dataAt, metaLength, longDelta } = this.#scanner;
    if (SYSTEM_DATA[status] !== undefined) {
      this.#warn('systemMessage');
      this.#passOver(next);
      return;
    }
    const patched = status === 0xff && !isPossible(metaType, metaLength);
    if (patched) this.#warn('badMeta');
    const simple = !patched && !longDelta && !this.#scanner.longLength && this.#delay === 0;
    if (simple) this.#out.keep(this.#position, next);
    else if (status === 0xff && metaType === END_OF_TRACK)
      this.#out.add([...this.#deltaBytes(), 0xff, END_OF_TRACK, 0]);
    else {
      this.#out.add([...this.#deltaBytes(), status]);
      if (status === 0xff) this.#out.add([patched ? SEQUENCER_SPECIFIC : metaType]);
      this.#out.add(variableLength(metaLength));
      this.#out.keep(dataAt, next);
    }
    this.#move(next);
    this.#ended = status === 0xff && metaType === END_OF_TRACK;
  }

  #passOver(next: number): void {
    this.#delay += this.#scanner.delta;
    this.#restate = true;
    this.#move(next);
  }

  #move(next: number): void {
    this.#tick += this.#scanner.delta;
    this.#position = next;
  }

  #deltaBytes(): number[] {
    const delta = this.#delay + this.#scanner.delta;
    this.#delay = 0;
    if (this.#scanner.longDelta) this.#warn('longTime');
    return variableLength(Math.min(delta, 0x0fffffff));
  }

  #warn(code: MidiWarningCode): void {
    this.warnings.add(code, this.place.track, this.#tick);
  }
}

/**
 * Data bytes with none over 127: the value of a note or controller is clipped. Null where they are right, undefined where one
 * says which note, controller or program is meant: that cannot be guessed.
 */
function mended(status: number, data: Uint8Array): number[] | null | undefined {
  if (data.every((byte) => byte < 0x80)) return null;
  const kind = status & 0xf0;
  if (kind !== 0xe0 && kind !== 0xd0 && data[0]! > 0x7f) return undefined;
  return [...data].map((byte) => Math.min(byte, 0x7f));
}

function runningAfter(status: number, running: number): number {
  return CHANNEL_DATA[status >> 4] === undefined ? running : status;
}

/** SMF 1.0: seven bits a byte, the most significant first, bit 7 set on all but the last. */
export function variableLength(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}

/** Stretches of the file and bytes that stand instead of others, joined only where there are any. */
class Kept {
  readonly #pieces: Uint8Array[] = [];
  #from = 0;
  #to = 0;

  constructor(private readonly file: Uint8Array) {}

  keep(from: number, to: number): void {
    if (from !== this.#to) this.#close(from);
    this.#to = to;
  }

  add(bytes: readonly number[]): void {
    this.#close(-1);
    this.#pieces.push(Uint8Array.from(bytes));
  }

  bytes(): Uint8Array {
    this.#close(-1);
    if (this.#pieces.length === 1) return this.#pieces[0]!;
    const whole = new Uint8Array(this.#pieces.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const piece of this.#pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }

  #close(from: number): void {
    if (this.#to > this.#from) this.#pieces.push(this.file.subarray(this.#from, this.#to));
    this.#from = from;
    this.#to = from;
  }
}
