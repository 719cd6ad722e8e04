import type { Note, PedalChange, Performance } from './note.js';
import type { Seconds } from './units.js';

/**
 * The notes as they sound: one whose key comes up while the pedal is down lasts until the pedal comes up or the same pitch
 * is struck again, whichever is first. A pedal that never comes up holds until the piece ends: the last note's own end, or
 * the last pedal change where that is later. At equal times the pedal moves before the key, as in Magenta's
 * `apply_sustain_control_changes`, so that a key released with the pedal's fall is held. Notes that overlap by their keys
 * alone are left as they are. Returned sorted by (start, pitch); the input is not changed.
 */
export function applyPedal(performance: Performance): Note[] {
  const notes = performance.notes.toSorted(byStartThenPitch);
  const pedal = performance.pedal;
  if (!pedal.some((change) => change.down)) return notes;

  const pieceEnd = endOf(performance);
  const release = releases(pedal, pieceEnd);
  const nextOnset = nextOnsets(notes);
  return notes.map((note, index) => {
    const held = lastAtOrBefore(pedal, note.end);
    if (held < 0 || !pedal[held]!.down) return note;
    const end = Math.min(release[held]!, nextOnset[index]!);
    return end > note.end ? { ...note, end } : note;
  });
}

/** The order in which codecs write notes. */
export function byStartThenPitch(a: Note, b: Note): number {
  return a.start - b.start || a.pitch - b.pitch;
}

/** When the last note or the last pedal change is over; 0 for an empty performance. */
function endOf({ notes, pedal }: Performance): Seconds {
  return notes.reduce((latest, note) => Math.max(latest, note.end), pedal.at(-1)?.time ?? 0);
}

/** For each change: when the pedal is next up, at or after it. (change) */
function releases(pedal: readonly PedalChange[], pieceEnd: Seconds): Seconds[] {
  const times = new Array<Seconds>(pedal.length);
  let next = pieceEnd;
  for (let index = pedal.length - 1; index >= 0; index--) {
    const change = pedal[index]!;
    if (!change.down) next = change.time;
    times[index] = next;
  }
  return times;
}

/** For each note: when its pitch is struck again, later than its own start; Infinity where it is not. (note) */
function nextOnsets(notes: readonly Note[]): Seconds[] {
  const times = new Array<Seconds>(notes.length);
  const following = new Map<number, { start: Seconds; next: Seconds }>();
  for (let index = notes.length - 1; index >= 0; index--) {
    const { pitch, start } = notes[index]!;
    const after = following.get(pitch);
    const next = after === undefined ? Infinity : after.start > start ? after.start : after.next;
    times[index] = next;
    following.set(pitch, { start, next });
  }
  return times;
}

/** Index of the last change at or before `time`; -1 where there is none. */
function lastAtOrBefore(pedal: readonly PedalChange[], time: Seconds): number {
  let low = 0;
  let high = pedal.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (pedal[middle]!.time <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
