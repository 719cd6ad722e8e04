import type { Note } from '../note.js';
import type { Seconds } from '../units.js';
import { type BeatMap, TICKS_PER_BEAT, tickAt } from './beat-map.js';

/** Beats with a longer median period are halved, since ticks would be too coarse. */
const SLOWEST: Seconds = 0.95;
/** Notes below this pitch are bass: their lengths show where bars begin. */
const BASS = 52;
/** A note this near to a beat is on it. */
const NEAR: Seconds = 0.06;
/** Bounds on the mean distance in ticks from sixteenths and from triplets, beyond which notes do not fit the beats; random notes have 3 and 4. */
const OFF_SIXTEENTHS = 1.8;
const OFF_TRIPLETS = 2.4;

/** Beats and bar lines; most bars have `meter` beats. */
export interface BarLines {
  readonly beats: readonly Seconds[];
  /** Indices of the beats that begin a bar, ascending. */
  readonly lines: readonly number[];
  readonly meter: number;
}

/** Total length of the bass notes that begin on each beat of the bar. (beat of the bar) */
export function bassOfBeats({ beats, lines, meter }: BarLines, notes: readonly Note[]): number[] {
  const weights = new Array<number>(meter).fill(0);
  let next = 0;
  let line = -1;
  for (const [beat, time] of beats.entries()) {
    if (lines[line + 1] === beat) line++;
    while (next < notes.length && notes[next]!.start < time - NEAR) next++;
    const phase = line < 0 ? meter : beat - lines[line]!;
    if (phase >= meter) continue;
    for (let at = next; at < notes.length && notes[at]!.start < time + NEAR; at++) {
      const { pitch, start, end } = notes[at]!;
      if (pitch < BASS) weights[phase]! += end - start;
    }
  }
  return weights;
}

/** Removes the beats of an incomplete last bar. */
export function wholeBars({ beats, lines, meter }: BarLines): BarLines {
  const last = lines.at(-1) ?? 0;
  return { beats: beats.slice(0, last + 1), lines, meter };
}

/** Makes bars of two to four beats from the first beat to the last; slow beats are halved. */
export function barsBetween({ beats, lines, meter }: BarLines): BeatMap {
  const inside = lines.filter((beat) => beat < beats.length - 2);
  const lead = inside[0] ?? 0;
  const bars = new Array<number>(Math.floor(lead / meter)).fill(meter);
  let begun = lead;
  for (const line of [...inside.slice(1), beats.length - 1]) {
    const length = line - begun;
    if (length < 2) continue;
    bars.push(...barsIn(length, meter));
    begun = line;
  }
  return halved({ beats: beats.slice(lead % meter, begun + 1), bars });
}

/** Splits a bar of `length` beats into bars of two to four, most of them of `meter` beats. */
function barsIn(length: number, meter: number): number[] {
  if (length <= 4) return [length];
  const rest = length - meter;
  return rest === 1 ? [3, length - 3] : [meter, ...barsIn(rest, meter)];
}

function halved(map: BeatMap): BeatMap {
  const lengths = map.beats.slice(1).map((time, beat) => time - map.beats[beat]!);
  lengths.sort((a, b) => a - b);
  if (lengths[lengths.length >> 1]! <= SLOWEST) return map;
  return {
    beats: map.beats.flatMap((time, beat) => {
      const next = map.beats[beat + 1];
      return next === undefined ? [time] : [time, (time + next) / 2];
    }),
    bars: map.bars.flatMap((beats) => (beats === 2 ? [4] : [beats, beats])),
  };
}

/** Says in words how far the notes are from the beats; null where they fit. */
export function offBeats(map: BeatMap, notes: readonly Note[]): string | null {
  let [sixteenths, triplets] = [0, 0];
  for (const { start } of notes) {
    const tick = tickAt(map, start);
    sixteenths += distance(tick, TICKS_PER_BEAT / 4) / notes.length;
    triplets += distance(tick, TICKS_PER_BEAT / 3) / notes.length;
  }
  if (sixteenths <= OFF_SIXTEENTHS || triplets <= OFF_TRIPLETS) return null;
  return `its notes are ${sixteenths.toFixed(1)} ticks of ${TICKS_PER_BEAT} a beat away from sixteenths on the mean`;
}

function distance(tick: number, grid: number): number {
  return Math.abs(tick - grid * Math.round(tick / grid));
}
