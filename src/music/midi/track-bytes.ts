import { CHANNEL_DATA, EventScanner, META_LENGTHS, SYSTEM_DATA } from './event-scanner.js';
import { KeptBytes, variableLength } from './kept-bytes.js';
import { TrackHabits } from './track-habits.js';
import type { MidiWarningCode, MidiWarnings } from './warnings.js';

/** The longest text that midi-file can read, since it spreads texts over the call stack. */
const MAX_TEXT = 16 * 1024;
const LAST_TEXT = 7;
const END_OF_TRACK = 0x2f;
/** A meta event that midi-file accepts at any length, and nobody reads. */
const SEQUENCER_SPECIFIC = 0x7f;

/** A track that midi-file can read. */
export interface WellFormedTrack {
  readonly bytes: Uint8Array;
  readonly events: number;
  /** Index in the file at which reading stopped: after the end-of-track event, where there is one. */
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

/** The track, if it can be read to its end-of-track event without a fault. */
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
  readonly #out: KeptBytes;
  #position: number;
  readonly #habits: TrackHabits;
  #tick = 0;
  /** Delta time of skipped events, which is added to that of the next one. */
  #delay = 0;
  /** Whether the next event must get an explicit status: its running status in the file may have been changed. */
  #restate = false;
  #events = 0;
  #ended = false;

  constructor(
    private readonly file: Uint8Array,
    private readonly place: { readonly start: number; readonly limit: number; readonly track: number },
    private readonly warnings: MidiWarnings,
  ) {
    this.#scanner = new EventScanner(file, place.limit);
    this.#habits = new TrackHabits(file, this.#scanner);
    this.#out = new KeptBytes(file);
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

  /** Takes the next event, or skips bytes before it; false at the end. */
  #next(): boolean {
    const scanner = this.#scanner;
    const at = this.#position;
    const sound = scanner.scan(at, this.#habits.running, false);
    const step = !scanner.hasStatus
      ? null
      : scanner.explicit
        ? this.#habits.stepFromTime(at)
        : this.#habits.stepAside(at);
    scanner.scan(at, this.#habits.running, false);
    if (step !== null) {
      this.#warn('trackDamaged');
      this.#passOver(step);
      return true;
    }
    if (sound && (scanner.isSure() || scanner.plausible(scanner.next, this.#habits.running, true))) {
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
    if (scanner.scan(at, this.#habits.running, sound === false)) {
      this.#take();
      return true;
    }
    this.#warn(scanner.cut ? 'trackTruncated' : 'trackDamaged');
    return false;
  }

  /** Reads the event at `at` in another way, after which events follow. */
  #mend(at: number): boolean {
    const scanner = this.#scanner;
    const lenient = scanner.scan(at, this.#habits.running, true);
    const time = lenient && !scanner.explicit ? this.#habits.stepBack() : null;
    if (time !== null) {
      this.#warn('trackDamaged');
      this.#passOver(time);
      return true;
    }
    const running = runningAfter(scanner.status, this.#habits.running);
    if (lenient && scanner.plausible(scanner.next, running, false)) {
      this.#take();
      return true;
    }
    for (const next of scanner.hasStatus ? scanner.otherEnds() : []) {
      if (next > this.place.limit || !scanner.plausible(next, this.#habits.running, false)) continue;
      this.#warn(SYSTEM_DATA[scanner.status] === undefined ? 'trackDamaged' : 'systemMessage');
      this.#passOver(next);
      return true;
    }
    if (!lenient || !scanner.plausible(scanner.next, running, true)) return false;
    this.#take();
    return true;
  }

  /** Adds the scanned event to the track, as it is or repaired. */
  #take(): void {
    const { status, next, dataAt, longDelta } = this.#scanner;
    if (status >= 0xf0) {
      this.#takeSystem();
      return;
    }
    this.#habits.see(status, dataAt);
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
      // The next event may use this status as its running status, which is written now.
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
