import type { Seconds } from '../units.js';

/** A beat in ticks, and a sixteenth, the positions that a bar is counted in. */
export const TICKS_PER_BEAT = 48;
export const TICKS_PER_SLOT = 12;
/** What is at most so many ticks early still belongs to a sixteenth. */
export const EARLY = TICKS_PER_SLOT / 2;
/** Beats of a bar. */
export const FEWEST_BEATS = 2;
export const MOST_BEATS = 4;

/** Where the beats of a performance lie. Ticks are counted from the first. */
export interface BeatMap {
  /** Each later than the one before; the last one ends the last bar. */
  readonly beats: readonly Seconds[];
  /** Beats of each bar, 2 to 4; the first begins with the first beat. */
  readonly bars: readonly number[];
}

/** A moment in ticks, not rounded. Before the first beat and after the last, the pace is that of the beat beside. */
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

/** The last beat at or before `time` of those that have one after them; the first where there is none. */
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

/** The map whose first bar is the one in which `from` lies, and whose last one `until`: bars are added or left out. */
export function mapBetween(map: BeatMap, from: Seconds, until: Seconds): BeatMap {
  const usual = usualBar(map.bars);
  let beats = [...map.beats];
  let bars = [...map.bars];
  const pace = beats[1]! - beats[0]!;
  /** Ticks from the earliest of the first bar. */
  const early = (time: Seconds, from = 0): number =>
    Math.round(tickAt({ beats: beats.slice(from), bars }, time)) + EARLY;
  for (let missing = Math.ceil(-early(from) / (usual * TICKS_PER_BEAT)); missing > 0; missing--) {
    const added = Array.from({ length: usual }, (_, index) => beats[0]! - (usual - index) * pace);
    beats = [...added, ...beats];
    bars = [usual, ...bars];
  }
  // What is early goes by the pace of the beat beside: the bar stays where that would be too early for the next.
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

/** How many beats most bars have. */
function usualBar(bars: readonly number[]): number {
  const counts = new Array<number>(MOST_BEATS + 1).fill(0);
  for (const beats of bars) counts[beats]!++;
  return counts.lastIndexOf(Math.max(...counts));
}
