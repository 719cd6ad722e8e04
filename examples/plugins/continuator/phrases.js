/** What an event is. */
export const ON = 0;
export const OFF = 1;
export const SHIFT = 2;

/** So many events are compared with the present; older ones are forgotten. About a quarter of an hour of dense playing. */
export const REACH = 8192;
const SMALLEST = 1024;

/**
 * Events that the player played, in columns that only ever grow, so that all moments of one past share them: a moment is a log and a
 * length. Where the past goes another way than it did, the log is copied up to there.
 */
export class PhraseLog {
  constructor(capacity = SMALLEST) {
    this.capacity = capacity;
    /** How many events were ever written here. */
    this.written = 0;
    this.kind = new Uint8Array(capacity); // (event)
    /** Pitch of an onset, steps of a shift; of an end, how many notes that sounded had begun later. */
    this.value = new Uint8Array(capacity); // (event)
    /** Velocity bin of an onset, pitch of an end. */
    this.extra = new Uint8Array(capacity); // (event)
    /** What had just happened before the event, {@link phaseOf}. */
    this.phase = new Uint16Array(capacity); // (event)
    /** Onsets before the event. */
    this.before = new Int32Array(capacity); // (event)
    this.pitches = new Uint8Array(capacity); // (onset)
  }

  /** The first `length` events, or as many of the last ones as are compared, with room for more. */
  copy(length) {
    const from = Math.max(0, length - REACH);
    const kept = length - from;
    const other = new PhraseLog(roomFor(kept));
    const firstOnset = from < this.written ? this.before[from] : 0;
    for (const column of ['kind', 'value', 'extra', 'phase', 'before'])
      other[column].set(this[column].subarray(from, length));
    const onsets = kept === 0 ? 0 : this.before[length - 1] + (this.kind[length - 1] === ON ? 1 : 0);
    other.pitches.set(this.pitches.subarray(firstOnset, onsets));
    for (let at = 0; at < kept; at++) other.before[at] -= firstOnset;
    other.written = kept;
    return { log: other, length: kept };
  }
}

function roomFor(kept) {
  let capacity = SMALLEST;
  while (capacity < 2 * kept) capacity *= 2;
  return capacity;
}

/** With one more event. Returns the log that has it, and its length there. */
export function withEvent({ log, length }, { kind, value, extra, phase }) {
  const place = log.written === length && length < log.capacity ? { log, length } : log.copy(length);
  const columns = place.log;
  const at = place.length;
  columns.kind[at] = kind;
  columns.value[at] = value;
  columns.extra[at] = extra;
  columns.phase[at] = phase;
  const before = at === 0 ? 0 : columns.before[at - 1] + (columns.kind[at - 1] === ON ? 1 : 0);
  columns.before[at] = before;
  if (kind === ON) columns.pitches[before] = value;
  columns.written = at + 1;
  return { log: columns, length: at + 1 };
}

const GAPS = [1, 3, 6, 10, 16, 25, 40, 64, 100, 200]; // steps
const GAP_CLASS = Uint8Array.from({ length: GAPS.at(-1) + 1 }, (_, steps) => classOf(steps));

function classOf(steps) {
  const at = GAPS.findIndex((edge) => steps < edge);
  return at < 0 ? GAPS.length : at;
}

/** There are so many phases. */
export const PHASES = 2048;

/** Where in the music an event stands: what came last, how long ago the last onset was, how many notes sound. */
export function phaseOf(last, gap, sounding) {
  return last | (GAP_CLASS[Math.min(gap, GAPS.at(-1))] << 3) | (Math.min(sounding, 7) << 8);
}
export const lastOf = (phase) => phase & 7;
export const gapOf = (phase) => (phase >> 3) & 31;
export const soundingOf = (phase) => phase >> 8;
