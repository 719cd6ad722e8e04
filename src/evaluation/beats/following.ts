import type { BeatMap } from '../../music/beats/beat-map.js';
import { followBeats } from '../../music/beats/follow.js';
import { chordsByBeat } from '../../music/chords/by-beat.js';
import type { Seconds } from '../../music/units.js';
import type { BarContext } from './bar-measures.js';

/**
 * How well beats, bars and chords are tracked at a place, compared with the annotations: 1 right, 0 wrong; NaN for a chord
 * without annotation.
 */
export interface Followed {
  /** Whether the last beat before the place is found within 70 ms, at a tempo that is neither half nor double. */
  readonly beat: number;
  /** Whether the last bar line is found as well. */
  readonly bar: number;
  /** Whether the root of the last whole beat's chord is found, given the true beats. */
  readonly chord: number;
}

const RIGHT: Seconds = 0.07;
/** Largest log ratio of two tempos that count as the same. */
const SAME_PACE = 0.2;

/** Measures beat and chord tracking at a place. `root`: of the chord annotated for the last whole beat; null if there is none. */
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
