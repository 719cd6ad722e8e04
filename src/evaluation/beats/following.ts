import type { BeatMap } from '../../music/beats/beat-map.js';
import { followBeats } from '../../music/beats/follow.js';
import { chordsByBeat } from '../../music/chords/by-beat.js';
import type { Seconds } from '../../music/units.js';
import type { BarContext } from './bar-measures.js';

/** What was heard of beats, bars and chords at a place, beside what is annotated: 1 right, 0 wrong; a chord that is not annotated is NaN. */
export interface Followed {
  /** The last beat before the place within 70 ms, at a pace that is no half and no double. */
  readonly beat: number;
  /** And the last bar line. */
  readonly bar: number;
  /** The root of the chord of the last whole beat, whose beats are known. */
  readonly chord: number;
}

const RIGHT: Seconds = 0.07;
/** Logarithm of the ratio of two paces that are one. */
const SAME_PACE = 0.2;

/** `root`: of the chord that is annotated for the last whole beat; null where there is none. */
export function measureFollowing({ heard, map, from }: BarContext, root: number | null): Followed {
  const last = map.beats.findLastIndex((time) => time <= from);
  const known = chordsByBeat(map, heard, from)[last - 1];
  const chord = root === null ? Number.NaN : Number(known?.root === root);
  const followed = followBeats(heard, from);
  if (followed === null || last < 1) return { beat: 0, bar: 0, chord };
  const time = map.beats[last]!;
  const near = nearest(followed.beats, time);
  const before = Math.max(1, near);
  const pace = followed.beats[before]! - followed.beats[before - 1]!;
  const isPace = Math.abs(Math.log(pace / (time - map.beats[last - 1]!))) < SAME_PACE;
  const beat = isPace && Math.abs(followed.beats[near]! - time) < RIGHT;
  const line = linesOf(map).findLast((at) => at <= from) ?? from;
  const lines = linesOf(followed);
  const bar = beat && Math.abs(lines[nearest(lines, line)]! - line) < RIGHT;
  return { beat: Number(beat), bar: Number(bar), chord };
}

function nearest(times: readonly Seconds[], time: Seconds): number {
  return times.reduce(
    (best, other, at) => (Math.abs(other - time) < Math.abs(times[best]! - time) ? at : best),
    0,
  );
}

function linesOf({ beats, bars }: BeatMap): Seconds[] {
  let beat = 0;
  return bars.map((length) => {
    beat += length;
    return beats[beat - length]!;
  });
}
