/** Meta events of a fixed length, which midi-file refuses at any other. SMF 1.0, "Meta-Events". */
export const META_LENGTHS: Readonly<Record<number, readonly number[]>> = {
  0: [2], // sequence number
  32: [1], // channel prefix
  33: [1], // port prefix
  47: [0], // end of track
  81: [3], // tempo
  84: [5], // SMPTE offset
  88: [4, 2], // time signature
  89: [2], // key signature
};
const END_OF_TRACK = 0x2f;

/** Data bytes of channel messages, by the upper half of the status (MIDI 1.0, table I). */
export const CHANNEL_DATA: Readonly<Record<number, number>> = {
  8: 2,
  9: 2,
  10: 2,
  11: 2,
  12: 1,
  13: 1,
  14: 2,
};

/** Data bytes of system messages, which have no place in files but are recorded by some programs (MIDI 1.0, table I). */
export const SYSTEM_DATA: Readonly<Record<number, number>> = {
  ...{ 241: 1, 242: 2, 243: 1, 244: 0, 245: 0, 246: 0 },
  ...{ 248: 0, 249: 0, 250: 0, 251: 0, 252: 0, 253: 0, 254: 0 },
};

/** SMF 1.0: at most four bytes; some writers pad with more. */
const NUMBER_BYTES = 4;
const LONGEST_NUMBER = 8;
const LARGEST_NUMBER = 0x0fffffff;

/** This many events in a row, or the end of the track, show that reading is in sync. */
const IN_STEP = 4;
/** An event of a channel, with a time of two bytes. */
const NEAR = 5;

/** Reads single events of a track, strictly or leniently, and keeps only the last one. */
export class EventScanner {
  delta = 0;
  deltaEnd = 0;
  status = 0;
  /** Whether the last scan reached a status, and whether it is explicit (no running status). */
  hasStatus = false;
  explicit = false;
  /** Index of the event's data: for meta events and SysEx after their length. */
  dataAt = 0;
  next = 0;
  metaType = 0;
  metaLength = 0;
  /** Whether the last event failed because bytes were missing. */
  cut = false;
  /** Whether the delta time, or a length, has more bytes than allowed. */
  longDelta = false;
  longLength = false;

  #at = 0;
  #long = false;
  /** The first event known at or after where it was last searched for; the file's end where there is none. */
  #known = -1;
  #knownFrom = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly limit: number,
  ) {}

  /**
   * Reads the event at `at`. `lenient` takes numbers that are too long, data bytes over 127 and system messages, as midi-file
   * takes the first two.
   */
  scan(at: number, running: number, lenient: boolean): boolean {
    this.#at = at;
    this.delta = 0;
    this.cut = false;
    this.hasStatus = false;
    this.longLength = false;
    const delta = this.#number(lenient);
    if (delta === null) return false;
    this.delta = delta;
    this.longDelta = this.#long;
    this.deltaEnd = this.#at;
    const first = this.#byte();
    if (first === null) return false;
    this.explicit = first >= 0x80;
    if (!this.explicit) this.#at--;
    this.status = this.explicit ? first : running;
    if (this.status === 0) return false;
    this.hasStatus = true;
    const data = CHANNEL_DATA[this.status >> 4];
    if (data !== undefined) return this.#data(data, lenient);
    if (this.status === 0xff || this.status === 0xf0 || this.status === 0xf7) return this.#block(lenient);
    return lenient && this.#data(SYSTEM_DATA[this.status] ?? 0, true);
  }

  /** Whether the last event is unambiguous, so that what follows need not be checked. */
  isSure(): boolean {
    if (this.status === 0xff) return META_LENGTHS[this.metaType]?.includes(this.metaLength) === true;
    return this.status < 0xf0 || this.bytes[this.next - 1] === 0xf7;
  }

  /**
   * Whether events follow at `at`: some in a row, or the end of the track, of the chunk or of the file. `faults` are allowed only in
   * events with an explicit status: in running status everything looks like an event.
   */
  plausible(at: number, running: number, faults: boolean, count = IN_STEP): boolean {
    const found = [this.delta, this.deltaEnd, this.status, this.dataAt, this.next] as const;
    const meta = [this.metaType, this.metaLength, this.cut, this.hasStatus] as const;
    const long = [this.longDelta, this.longLength, this.explicit] as const;
    const is = this.#inStep(at, running, faults, count);
    [this.delta, this.deltaEnd, this.status, this.dataAt, this.next] = found;
    [this.metaType, this.metaLength, this.cut, this.hasStatus] = meta;
    [this.longDelta, this.longLength, this.explicit] = long;
    return is;
  }

  #inStep(at: number, running: number, faults: boolean, most = IN_STEP): boolean {
    let position = at;
    let status = running;
    for (let count = 0; count < most; count++) {
      if (position === this.limit || isTrackHeader(this.bytes, position)) return true;
      if (!this.scan(position, status, false)) {
        if (!faults || !this.scan(position, 0, true)) return false;
      }
      if (this.status < 0xf0) status = this.status;
      if (this.status === 0xff) {
        const lengths = META_LENGTHS[this.metaType];
        if (lengths && !lengths.includes(this.metaLength)) return false;
        if (this.metaType === END_OF_TRACK) return true;
      }
      position = this.next;
    }
    return true;
  }

  /** Index of the next event with an explicit status that other events follow; null where there is none. */
  nextEvent(from: number): number | null {
    if (this.#known < from || from < this.#knownFrom) {
      this.#knownFrom = from;
      let at = from;
      // Without a running status the event has to say its own.
      while (at < this.limit && !(this.plausible(at, 0, false) && this.#isLikely(at))) at++;
      this.#known = at;
    }
    return this.#known < this.limit ? this.#known : null;
  }

  /** A track header is no event; and what makes a wait of two beats or more may be the rest of what is damaged. */
  #isLikely(at: number): boolean {
    if (isTrackHeader(this.bytes, at)) return false;
    return this.bytes[at]! < 0x80 || (this.bytes[at + 1]! < 0x80 && this.bytes[at]! < 0x88);
  }

  /**
   * Where events that say their status follow, a few bytes after `at`, in a place that reading from `at` on in running status does
   * not come to: then a byte too many or too few has put it out of step. Null where they do not.
   */
  saidEventsBeside(at: number, running: number): number | null {
    for (let beside = at + 1; beside <= at + NEAR; beside++) {
      if (!this.#allSaid(beside)) continue;
      let position = at;
      while (position < beside && this.scan(position, running, false)) position = this.next;
      return position === beside ? null : beside;
    }
    return null;
  }

  #allSaid(at: number): boolean {
    let position = at;
    for (let count = 0; count < IN_STEP; count++) {
      if (!this.scan(position, 0, false) || !this.isSure()) return false;
      if (this.status === 0xff && this.metaType === END_OF_TRACK) return true;
      position = this.next;
    }
    return true;
  }

  /**
   * How many of the next events in running status are notes from `lowest` to `highest`. Events of other kinds, and the end, speak
   * neither for nor against.
   */
  likelyNotes(
    at: number,
    running: number,
    [lowest, highest]: readonly [number, number],
    most: number,
  ): number {
    let likely = 0;
    let position = at;
    for (let count = 0; count < most; count++) {
      if (position >= this.limit || !this.scan(position, running, false) || this.explicit)
        return likely + most - count;
      const pitch = this.bytes[this.dataAt]!;
      if (pitch >= lowest && pitch <= highest) likely++;
      position = this.next;
    }
    return likely;
  }

  /**
   * Where reading may have got out of step in running status: a data byte over 127 there is rather the first byte of a time, of up
   * to 4,095 ticks. Null where it is not.
   */
  timeInData(): number | null {
    for (let at = this.dataAt; at < this.next; at++) {
      if (this.bytes[at]! > 0x7f) return this.bytes[at]! < 0xa0 && this.bytes[at + 1]! < 0x80 ? at : null;
    }
    return null;
  }

  /** Where the event scanned last may end otherwise: after its usual length, its status, or the end of a SysEx without a length. */
  otherEnds(): number[] {
    if (this.status === 0xff) {
      const type = this.bytes[this.deltaEnd + 1];
      const lengths = type === undefined ? undefined : META_LENGTHS[type];
      return (lengths ?? []).map((length) => this.deltaEnd + 3 + length);
    }
    if (this.status === 0xf0) {
      const end = this.bytes.subarray(0, this.limit).indexOf(0xf7, this.deltaEnd + 1);
      return end < 0 ? [] : [end + 1];
    }
    return SYSTEM_DATA[this.status] === undefined ? [] : [this.deltaEnd + 1];
  }

  /** Whether another track begins at `at`: its header, and an event after that. */
  trackBegins(at: number): boolean {
    return isTrackHeader(this.bytes, at) && this.#inStep(at + 8, 0, false);
  }

  #data(count: number, lenient: boolean): boolean {
    this.dataAt = this.#at;
    this.next = this.#at + count;
    if (this.next > this.limit) {
      this.cut = true;
      return false;
    }
    for (let at = this.dataAt; !lenient && at < this.next; at++) if (this.bytes[at]! > 0x7f) return false;
    return true;
  }

  #block(lenient: boolean): boolean {
    if (this.status === 0xff) {
      const type = this.#byte();
      if (type === null) return false;
      this.metaType = type;
    }
    const length = this.#number(lenient);
    this.longLength = this.#long;
    if (length === null) return false;
    this.metaLength = length;
    this.dataAt = this.#at;
    this.next = this.#at + length;
    this.cut = this.next > this.limit;
    return !this.cut;
  }

  #byte(): number | null {
    if (this.#at >= this.limit) {
      this.cut = true;
      return null;
    }
    return this.bytes[this.#at++]!;
  }

  /** A number of seven bits a byte; one too large for four bytes counts as 0. */
  #number(lenient: boolean): number | null {
    let value = 0;
    const most = lenient ? LONGEST_NUMBER : NUMBER_BYTES;
    for (let count = 1; count <= most; count++) {
      const byte = this.#byte();
      if (byte === null) return null;
      value = value * 128 + (byte & 0x7f);
      if (byte < 0x80) {
        this.#long = count > NUMBER_BYTES;
        return value > LARGEST_NUMBER ? 0 : value;
      }
    }
    return null;
  }
}

/** `MTrk` and a length of less than 16 MiB, which no event looks like. */
function isTrackHeader(bytes: Uint8Array, at: number): boolean {
  return (
    bytes[at] === 0x4d &&
    bytes[at + 1] === 0x54 &&
    bytes[at + 2] === 0x72 &&
    bytes[at + 3] === 0x6b &&
    bytes[at + 4] === 0
  );
}
