import type { Note } from '../../music/note.js';
import type { Seconds } from '../../music/units.js';
import { chords, longestSilence } from './measures.js';

/** Obvious faults of a continuation, independent of taste, in words for a table. */
export const FAULTS = {
  silence: 'silent for more than 4 s',
  stuck: 'one chord, or three notes, for 8 s',
  drone: 'a note that stays for more than 8 s while the music goes on',
} as const;
export type Fault = keyof typeof FAULTS;

const SILENCE: Seconds = 4;
const STUCK: Seconds = 8;
const STUCK_PITCHES = 3;
const FEWEST_ONSETS = 4;
const CHORD: Seconds = 0.05;
const DRONE: Seconds = 8;
const DRONE_BREAK: Seconds = 0.05;
const DRONE_NOTE: Seconds = 2;
const GOES_ON = 40;

/**
 * The faults in `seconds` of music (notes sorted by start, none longer than that):
 * - `silence`: nothing sounds for more than 4 s, the end included.
 * - `stuck`: for 8 s or more, every onset (at least four) strikes the same chord, whatever its size (onsets within 50 ms
 *   form a chord), or one of the same three pitches.
 * - `drone`: one pitch sounds for more than 8 s, without a gap of 50 ms, in notes of 2 s or more each, while at least
 *   40 other notes begin: a key that is stuck, or struck again as soon as it is released. A repeated note is no drone, nor
 *   is a chord that rings out at the end.
 */
export function faultsOf(notes: readonly Note[], seconds: Seconds): Fault[] {
  const faults: Fault[] = [];
  if (longestSilence(notes, seconds) > SILENCE) faults.push('silence');
  if (sameChord(notes, seconds) || fewPitches(notes, seconds)) faults.push('stuck');
  if (drones(notes)) faults.push('drone');
  return faults;
}

function sameChord(notes: readonly Note[], seconds: Seconds): boolean {
  const struck = chords(notes, CHORD).map(({ time, pitches }) => ({ time, name: pitches.join(' ') }));
  let first = 0;
  for (let index = 1; index <= struck.length; index++) {
    if (struck[index]?.name === struck[first]!.name) continue;
    const until = struck[index]?.time ?? seconds;
    if (index - first >= FEWEST_ONSETS && until - struck[first]!.time >= STUCK) return true;
    first = index;
  }
  return false;
}

function fewPitches(notes: readonly Note[], seconds: Seconds): boolean {
  return notes.some(({ start }, first) => {
    const pitches = new Set<number>();
    let next = first;
    for (; next < notes.length; next++) {
      pitches.add(notes[next]!.pitch);
      if (pitches.size > STUCK_PITCHES) break;
    }
    const until = notes[next]?.start ?? seconds;
    return next - first >= FEWEST_ONSETS && until - start >= STUCK;
  });
}

function drones(notes: readonly Note[]): boolean {
  const since = new Map<number, { start: Seconds; end: Seconds }>();
  for (const { pitch, start, end } of notes) {
    if (end - start < DRONE_NOTE) continue;
    const before = since.get(pitch);
    const joined = before !== undefined && start - before.end < DRONE_BREAK;
    const run = { start: joined ? before.start : start, end };
    since.set(pitch, run);
    if (run.end - run.start > DRONE && others(notes, pitch, run) >= GOES_ON) return true;
  }
  return false;
}

/** The number of notes of other pitches that begin while a note sounds. */
function others(notes: readonly Note[], pitch: number, run: { start: Seconds; end: Seconds }): number {
  return notes.filter((note) => note.pitch !== pitch && note.start > run.start && note.start < run.end)
    .length;
}
