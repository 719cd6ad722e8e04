import type { Seconds } from '../units.js';

/** Ticks a beat, and ticks a sixteenth (a slot). */
export const TICKS_PER_BEAT = 48;
export const TICKS_PER_SLOT = 12;
/** A note that is at most this many ticks early belongs to the sixteenth after it. */
export const EARLY = TICKS_PER_SLOT / 2;
/** Bounds on the beats of a bar. */
export const FEWEST_BEATS = 2;
export const MOST_BEATS = 4;

/** The beats and bars of a performance. Ticks are counted from the first beat. */
export interface BeatMap {
  /** Times of the beats, ascending; the last one ends the last bar. */
  readonly beats: readonly Seconds[];
  /** Number of beats of each bar, 2 to 4; the first bar begins with the first beat. */
  readonly bars: readonly number[];
}

/** Converts a time to ticks, not rounded. Before the first beat and after the last, the tempo is that of the nearest beat. */
export function tickAt({ beats }: BeatMap, time: Seconds): number {
  const beat = lastAtOrBefore(beats, time);
  const from = beats[beat]!;
  return TICKS_PER_BEAT * (beat + (time - from) / (beats[beat + 1]! - from));
}

export function timeAt({ beats }: BeatMap, tick: number): Seconds {
  const beat = Math.min(beats.length - 2, Math.max(0, Math.floor(tick / TICKS_PER_BEAT)));
  const from = beats[beat]!;
  return from + (tick / TICKS_PER_BEAT - beat) * (beats[beat + 1]! - from);
}

/** Index of the last beat at or before `time`, except the final beat; 0 where there is none. */
function lastAtOrBefore(beats: readonly Seconds[], time: Seconds): number {
  let low = 0;
  let high = beats.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (beats[middle]! <= time) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Adds or removes bars so that the first one contains `from` and the last one `until`. */
export function mapBetween(map: BeatMap, from: Seconds, until: Seconds): BeatMap {
  const usual = usualBar(map.bars);
  let beats = [...map.beats];
  let bars = [...map.bars];
  const pace = beats[1]! - beats[0]!;
  /** Ticks from the earliest tick of the first bar. */
  const early = (time: Seconds, from = 0): number =>
    Math.round(tickAt({ beats: beats.slice(from), bars }, time)) + EARLY;
  for (let missing = Math.ceil(-early(from) / (usual * TICKS_PER_BEAT)); missing > 0; missing--) {
    const added = Array.from({ length: usual }, (_, index) => beats[0]! - (usual - index) * pace);
    beats = [...added, ...beats];
    bars = [usual, ...bars];
  }
  // An early note is measured by the tempo of the nearest beat: the first bar stays where the note is too early for the next.
  while (bars.length > 1 && early(from) >= bars[0]! * TICKS_PER_BEAT && early(from, bars[0]) >= 0) {
    beats = beats.slice(bars[0]!);
    bars = bars.slice(1);
  }
  const last = beats.at(-1)! - beats.at(-2)!;
  while (early(until) >= (beats.length - 1) * TICKS_PER_BEAT) {
    for (let beat = 0; beat < usual; beat++) beats.push(beats.at(-1)! + last);
    bars.push(usual);
  }
  while (bars.length > 1 && early(until) < (beats.length - 1 - bars.at(-1)!) * TICKS_PER_BEAT) {
    beats.length -= bars.pop()!;
  }
  return { beats, bars };
}

/** The most frequent number of beats in a bar. */
function usualBar(bars: readonly number[]): number {
  const counts = new Array<number>(MOST_BEATS + 1).fill(0);
  for (const beats of bars) counts[beats]!++;
  return counts.lastIndexOf(Math.max(...counts));
}
