import { TICKS_PER_BEAT, TICKS_PER_SLOT } from '../../../../music/beats/beat-map.js';
import { cosine, deviation, mean, share } from './numbers.js';
import type { ReadBar, ReadNote } from './reading.js';

export const MIDDLE_C = 60;
/** How far, in ticks, a note may lie from its place on the grid. */
const NEAR = 3;
const ON_GRID = 2;
/** How many bars of context make up the figure that the span should continue. */
const FIGURE = 4;

/** Features of texture: density, regularity, loudness, and the low notes; mostly compared with the context. */
export function textureOf(before: readonly ReadBar[], span: readonly ReadBar[]) {
  const [context, played] = [read(before), read(span)];
  const figure = sumOf(before.slice(-FIGURE).map(rhythmOf));
  const figures = span.map(rhythmOf);
  return {
    density: Math.log((played.perBar + 1) / (context.perBar + 1)),
    unevenness: deviation(span.map(({ notes }) => notes.length)) / (played.perBar + 1),
    hole: holeOf(before, span, () => true),
    lowHole: holeOf(before, span, ({ pitch }) => pitch < MIDDLE_C),
    lines: played.lines,
    linesChange: played.lines - context.lines,
    offGrid: played.offGrid - context.offGrid,
    lowOnBeats: played.lowOnBeats - context.lowOnBeats,
    figureKept: mean(figures.map((each) => cosine(figure, each))),
    figureSteady: mean(figures.slice(1).map((each, at) => cosine(figures[at]!, each))),
    loudness: played.loudness - context.loudness,
    loudSpread: played.loudSpread - context.loudSpread,
    length: played.length - context.length,
    polyphony: Math.log((played.sounding + 1) / (context.sounding + 1)),
    lowRegister: played.low - context.low,
    chordSize: played.atOnce - context.atOnce,
  };
}

function read(bars: readonly ReadBar[]) {
  const notes = bars.flatMap((bar) => bar.notes);
  const low = notes.filter(({ pitch }) => pitch < MIDDLE_C);
  const bins = notes.map(({ bin }) => bin);
  return {
    perBar: notes.length / Math.max(1, bars.length),
    lines: share(bars, (bar) => bar.notes.some(({ pitch, tick }) => pitch < MIDDLE_C && tick <= NEAR)),
    offGrid: share(notes, ({ tick, slot }) => Math.abs(tick - TICKS_PER_SLOT * slot) > ON_GRID),
    lowOnBeats: share(
      low,
      ({ tick }) => Math.abs(tick - TICKS_PER_BEAT * Math.round(tick / TICKS_PER_BEAT)) <= NEAR,
    ),
    loudness: mean(bins),
    loudSpread: deviation(bins),
    length: mean(notes.map(({ beats }) => Math.log(beats))),
    sounding: notes.reduce((sum, { beats }) => sum + beats, 0) / Math.max(1, beatsOf(bars)),
    low: low.length === 0 ? MIDDLE_C : mean(low.map(({ pitch }) => pitch)),
    atOnce:
      notes.length /
      Math.max(1, new Set(bars.flatMap((bar, at) => bar.notes.map(({ slot }) => 16 * at + slot))).size),
  };
}

export function beatsOf(bars: readonly ReadBar[]): number {
  return bars.reduce((sum, { beats }) => sum + beats, 0);
}

/**
 * The longest time without a note that `counts`, in beats, from the last such note before the span to the end of the
 * span.
 */
export function holeOf(
  before: readonly ReadBar[],
  span: readonly ReadBar[],
  counts: (note: ReadNote) => boolean,
): number {
  const last = before.at(-1);
  const onset = last?.notes.findLast(counts);
  let [at, passed, longest] = [onset && last ? onset.tick / TICKS_PER_BEAT - last.beats : 0, 0, 0];
  for (const { notes, beats } of span) {
    for (const note of notes) {
      if (!counts(note)) continue;
      const time = passed + note.tick / TICKS_PER_BEAT;
      longest = Math.max(longest, time - at);
      at = time;
    }
    passed += beats;
  }
  return Math.max(longest, passed - at);
}

/** Number of low notes on each sixteenth of a bar. (16) */
function rhythmOf({ notes }: ReadBar): number[] {
  const counts = new Array<number>(16).fill(0);
  for (const { pitch, slot } of notes) if (pitch < MIDDLE_C) counts[slot]!++;
  return counts;
}

function sumOf(rows: readonly (readonly number[])[]): number[] {
  return Array.from({ length: 16 }, (_, slot) => rows.reduce((sum, row) => sum + row[slot]!, 0));
}
