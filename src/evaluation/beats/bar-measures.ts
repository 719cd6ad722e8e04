import { type BeatMap, TICKS_PER_BEAT, tickAt } from '../../music/beats/beat-map.js';
import { BeatTracker } from '../../music/beats/tracker.js';
import { chordsByBeat } from '../../music/chords/by-beat.js';
import type { Chord } from '../../music/chords/chord.js';
import type { Note } from '../../music/note.js';
import type { Seconds } from '../../music/units.js';

/** A place in a piece: the notes heard before it, and the beat map, which extends past it. */
export interface BarContext {
  readonly heard: readonly Note[];
  /** Beats from before the first heard note on. */
  readonly map: BeatMap;
  readonly from: Seconds;
  readonly until: Seconds;
}

/**
 * How well a continuation keeps to the bars, harmony and accompaniment figure of its prompt. Shares, 0 to 1; NaN if there is
 * nothing to count.
 */
export interface BarMeasures {
  /** Share of onsets within 1/24 beat of a sixteenth. By chance 0.42. */
  readonly onsetsOnGrid: number;
  /** Share of low notes within 1/16 beat of a beat. */
  readonly bassOnBeats: number;
  /** Share of bar lines with a low note on them. */
  readonly linesWithBass: number;
  /** 1 if the beat tracker finds the same bars from the continuation alone, else 0. */
  readonly barsFound: number;
  /** Share of chord changes from bar to bar that occurred in the prompt. */
  readonly changesHeard: number;
  /** Similarity of the rhythm below middle C to that of the last two prompt bars: the cosine of onset counts by sixteenths. */
  readonly figureKept: number;
  /** Share of first and third beats with two notes a semitone, or a semitone plus octaves, apart. */
  readonly clashes: number;
  /**
   * Share of whole bars, after the one that the prompt leaves incomplete, with much the same notes, or the same top line, as one
   * of the bars 2 to 16 before.
   */
  readonly barsBack: number;
  readonly tunesBack: number;
  /** The chord of each of these whole bars. */
  readonly chords: readonly (Chord | null)[];
}

export type BarShare = Exclude<keyof BarMeasures, 'chords'>;

const ON_GRID = 2;
const ON_BEAT = 3;
const MIDDLE_C = 60;
const SLOT = TICKS_PER_BEAT / 4;
/** A bar counts as repeated if its similarity to one of the bars up to LONGEST_BACK earlier is at least BACK. */
const LONGEST_BACK = 16;
const BACK = 0.6;
const LOWEST_FOR: Seconds = 0.75;
/** How far the bar lines found may lie from the true ones. */
const FOUND: Seconds = 0.07;

/** Measures a continuation; the times of `played` are those of the context. */
export function measureBars(context: BarContext, played: readonly Note[]): BarMeasures {
  const { heard, map, from, until } = context;
  const notes = played.filter(({ start }) => start >= from && start < until);
  const lines = linesOf(map).filter((beat) => map.beats[beat]! > from && map.beats[beat + 1]! < until);
  const ticks = notes.map(({ start }) => tickAt(map, start));
  const low = lowNotes(
    [...heard, ...notes].sort((a, b) => a.start - b.start),
    from,
  );
  const isNear = (tick: number, grid: number, most: number) =>
    Math.abs(tick - grid * Math.round(tick / grid)) <= most + 1e-6;
  const chords = barChords(map, [...heard, ...notes]);
  const whole = lines.map((beat) => chords.get(beat) ?? null);
  return {
    onsetsOnGrid: share(ticks, (tick) => isNear(tick, TICKS_PER_BEAT / 4, ON_GRID)),
    bassOnBeats: share(low, ({ start }) => isNear(tickAt(map, start), TICKS_PER_BEAT, ON_BEAT)),
    linesWithBass: share(lines, (beat) =>
      low.some(({ start }) => Math.abs(tickAt(map, start) - beat * TICKS_PER_BEAT) <= ON_BEAT),
    ),
    barsFound: Number(findsBars(map, notes, until)),
    changesHeard: changesHeard(map, chords, from, until),
    figureKept: figureKept(context, notes, lines),
    clashes: share(strongBeats(map, from, until), (time) => clashesAt([...heard, ...notes], time)),
    barsBack: shareBack(map, [...heard, ...notes], lines),
    tunesBack: shareBack(map, topNotes([...heard, ...notes], map), lines),
    chords: whole,
  };
}

function share<T>(list: readonly T[], holds: (one: T) => boolean): number {
  return list.length === 0 ? Number.NaN : list.filter(holds).length / list.length;
}

/** The beats on which bars begin. */
function linesOf({ bars }: BeatMap): number[] {
  let beat = 0;
  return bars.map((length) => {
    beat += length;
    return beat - length;
  });
}

/** Notes below middle C from `from` on, without a note as low shortly before. */
function lowNotes(notes: readonly Note[], from: Seconds): Note[] {
  return notes.filter(
    ({ start, pitch }, at) =>
      start >= from &&
      pitch < MIDDLE_C &&
      !notes
        .slice(Math.max(0, at - 40), at)
        .some((other) => other.start > start - LOWEST_FOR && other.pitch <= pitch),
  );
}

function findsBars(map: BeatMap, notes: readonly Note[], until: Seconds): boolean {
  const tracker = new BeatTracker();
  for (const note of notes.toSorted((a, b) => a.start - b.start)) tracker.add(note);
  const pulse = tracker.at(until);
  if (pulse === null) return false;
  const line = linesOf(map).findLast((beat) => map.beats[beat]! <= until);
  if (line === undefined) return false;
  const bars = (map.beats[line]! - pulse.bar) / (4 * pulse.period);
  return Math.abs(bars - Math.round(bars)) * 4 * pulse.period < FOUND;
}

/** The most frequent chord of each bar, by the beat of its bar line. */
function barChords(map: BeatMap, notes: readonly Note[]): Map<number, Chord | null> {
  const chords = chordsByBeat(map, notes);
  return new Map(
    linesOf(map).map((line, bar) => {
      const within = chords.slice(line, line + map.bars[bar]!);
      const count = (chord: Chord | null) => within.filter((other) => isSameRoot(other, chord)).length;
      return [
        line,
        within.reduce((best, chord) => (count(chord) > count(best) ? chord : best), within[0] ?? null),
      ];
    }),
  );
}

/** Whether two chords have the same root and third; other notes are ignored. */
export function isSameRoot(a: Chord | null, b: Chord | null): boolean {
  return a?.root === b?.root && a?.quality.startsWith('min') === b?.quality.startsWith('min');
}

function changesHeard(
  map: BeatMap,
  chords: ReadonlyMap<number, Chord | null>,
  from: Seconds,
  until: Seconds,
): number {
  const lines = linesOf(map).filter((line) => map.beats[line + 1]! < until);
  const pairs = lines
    .slice(1)
    .map((line, at) => ({ line, before: chords.get(lines[at]!)!, after: chords.get(line)! }));
  const known = pairs.filter(({ line }) => map.beats[line]! <= from);
  return share(
    pairs.filter(({ line }) => map.beats[line]! > from),
    ({ before, after }) =>
      known.some((pair) => isSameRoot(pair.before, before) && isSameRoot(pair.after, after)),
  );
}

function figureKept(
  { map, heard, from }: BarContext,
  notes: readonly Note[],
  lines: readonly number[],
): number {
  const before = linesOf(map)
    .filter((line) => map.beats[line + 4] !== undefined && map.beats[line + 4]! <= from)
    .slice(-2);
  const figure = rhythm(map, heard, before);
  const alike = lines.map((line) => cosine(figure, rhythm(map, notes, [line])));
  return alike.length === 0 ? Number.NaN : alike.reduce((sum, value) => sum + value, 0) / alike.length;
}

/** Counts of onsets below middle C by sixteenth, over 4/4 bars. */
function rhythm(map: BeatMap, notes: readonly Note[], lines: readonly number[]): number[] {
  const counts = new Array<number>(16).fill(0);
  for (const { pitch, start } of notes) {
    if (pitch >= MIDDLE_C) continue;
    const tick = Math.round(tickAt(map, start));
    for (const line of lines) {
      const slot = Math.round((tick - line * TICKS_PER_BEAT) / 12);
      if (slot >= 0 && slot < 16) counts[slot]!++;
    }
  }
  return counts;
}

function cosine(a: readonly number[], b: readonly number[]): number {
  const dot = (x: readonly number[], y: readonly number[]) =>
    x.reduce((sum, value, at) => sum + value * y[at]!, 0);
  const size = Math.sqrt(dot(a, a) * dot(b, b));
  return size > 0 ? dot(a, b) / size : 0;
}

/** Share of the non-empty bars at `lines` that repeat an earlier bar. */
function shareBack(map: BeatMap, notes: readonly Note[], lines: readonly number[]): number {
  const all = linesOf(map);
  const sets = all.map(() => new Set<number>());
  const slots = (beat: number) => Math.round((beat * TICKS_PER_BEAT) / SLOT);
  for (const { pitch, start } of notes) {
    const slot = Math.round(tickAt(map, start) / SLOT);
    const bar = all.findLastIndex((line) => slots(line) <= slot);
    if (bar >= 0) sets[bar]!.add((slot - slots(all[bar]!)) * 128 + pitch);
  }
  const bars = lines.map((line) => all.indexOf(line)).filter((bar) => sets[bar]!.size > 0);
  return share(bars, (bar) =>
    sets
      .slice(Math.max(0, bar - LONGEST_BACK), Math.max(0, bar - 1))
      .some((other) => alike(other, sets[bar]!) >= BACK),
  );
}

/** The F1 overlap of two sets. */
function alike(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  return (2 * [...a].filter((one) => b.has(one)).length) / Math.max(1, a.size + b.size);
}

/** The highest note on each sixteenth from middle C up, unless a higher note still sounds for half a beat. */
function topNotes(notes: readonly Note[], map: BeatMap): Note[] {
  const top = new Map<number, Note>();
  for (const note of notes) {
    const slot = Math.round(tickAt(map, note.start) / SLOT);
    if (note.pitch >= MIDDLE_C && note.pitch > (top.get(slot)?.pitch ?? 0)) top.set(slot, note);
  }
  let last: Note | null = null;
  return [...top.values()]
    .sort((a, b) => a.start - b.start)
    .filter((note) => {
      const half = (map.beats[1]! - map.beats[0]!) / 2;
      if (last !== null && last.pitch > note.pitch && last.end > note.start + half) return false;
      last = note;
      return true;
    });
}

/** The first and third beats of each bar of four; only the first of other bars. */
function strongBeats(map: BeatMap, from: Seconds, until: Seconds): Seconds[] {
  return linesOf(map)
    .flatMap((line, bar) => (map.bars[bar] === 4 ? [line, line + 2] : [line]))
    .map((beat) => map.beats[beat]!)
    .filter((time) => time > from && time < until);
}

function clashesAt(notes: readonly Note[], time: Seconds): boolean {
  const sounding = notes
    .filter(({ start, end }) => start <= time + 0.05 && end > time + 0.1)
    .map(({ pitch }) => pitch);
  return sounding.some((low) => sounding.some((high) => high > low && (high - low) % 12 === 1));
}
