import { ContinuoError } from '../../errors.js';
import type { Note } from '../note.js';
import type { Seconds } from '../units.js';
import type { Annotation } from './annotations.js';
import { type BarLines, barsBetween, bassOfBeats, offBeats } from './bars.js';
import type { BeatMap } from './beat-map.js';

/** Fewer beats are no pulse. */
const FEWEST = 16;
/** Beats in a row may differ by this factor; more than a share of others is no steady pulse. */
const STEADY_RATIO = 1.4;
const UNSTEADY_SHARE = 0.1;
/** How much more the bass of another beat must say than that of the annotated bar line. */
const CLEARLY = 1.5;

/**
 * Where beats and bars of a piece lie: its annotation, read so that the notes agree. The second reading of bars holds, unless most of its
 * bars have six beats: then the first, of three. Where the bass falls on another beat of the bar clearly more than on the
 * first, bars begin there. `notes`: as they sound. Throws BEATS_MISSING where there is no pulse that the notes keep to.
 */
export function beatMapOf({ beats }: Annotation, notes: readonly Note[]): BeatMap {
  if (beats.length < FEWEST) throw missing(`it has ${beats.length} beats; a pulse has ${FEWEST} at least`);
  const times = beats.map(({ time }) => time);
  const unsteady = unsteadyShare(times);
  if (unsteady > UNSTEADY_SHARE)
    throw missing(
      `${(100 * unsteady).toFixed(0)} % of its beats are much longer or shorter than the one before`,
    );
  const meter = mostFrequent(gaps(linesOf(beats, 1))) === 6 ? 3 : 4;
  const annotated: BarLines = { beats: times, lines: linesOf(beats, meter === 3 ? 0 : 1), meter };
  const phase = clearPhase(bassOfBeats(annotated, notes));
  const map = barsBetween({ ...annotated, lines: annotated.lines.map((beat) => beat + phase) });
  const off = offBeats(map, notes);
  if (off !== null) throw missing(off);
  return map;
}

/** The beat on which the bass begins its bars: 0, or another where that is clear. */
function clearPhase(weights: readonly number[]): number {
  const best = weights.indexOf(Math.max(...weights));
  return weights[best]! > CLEARLY * weights[0]! ? best : 0;
}

function unsteadyShare(times: readonly Seconds[]): number {
  const lengths = gaps(times);
  if (lengths.some((length) => length <= 0)) return 1;
  const other = lengths.slice(1).filter((length, at) => {
    const ratio = length / lengths[at]!;
    return Math.max(ratio, 1 / ratio) > STEADY_RATIO;
  });
  return other.length / lengths.length;
}

/** Indices of the beats that begin a bar. */
function linesOf(beats: Annotation['beats'], reading: 0 | 1): number[] {
  return beats.flatMap(({ begins }, beat) => (begins[reading] ? [beat] : []));
}

function gaps(values: readonly number[]): number[] {
  return values.slice(1).map((value, at) => value - values[at]!);
}

function mostFrequent(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [0, 0])[0];
}

function missing(why: string): ContinuoError {
  return new ContinuoError(
    'BEATS_MISSING',
    `Expected a steady pulse, but ${why}.`,
    'A piece without one can be trained on with another codec, such as performance-packed-16.',
  );
}
