import type { Mode } from '../../../music/abc/key.js';
import { isCompound } from '../../../music/abc/meter.js';
import type { Meter } from '../../../music/abc/tune.js';
import { folkSymbols } from '../codec/vocabulary.js';
import { chordsOf } from './chords.js';
import { isSequence, isVaried, NEW, SEQUENCE, VARIED, VARIED_OTHER } from './relations.js';
import { type PlanNote, type Segment, segmentsOf } from './segments.js';

/** So many bars are planned at once; a longer part is planned in several units. */
export const UNIT_BARS = 8;
/** A phrase has so many bars. */
const PHRASE_BARS = 4;

/** Upper ends of the bands that a bar's mean step lies in; the last has none. */
const BANDS = [5.5, 7, 8.25, 9.5, 11] as const;
export const REGISTERS = BANDS.length + 1;

/** What a bar does at the end of its phrase. */
export const CADENCES = ['none', 'close', 'half close', 'open'] as const;
export const [NO_CADENCE, CLOSE, HALF_CLOSE, OPEN] = [0, 1, 2, 3] as const;

/** Bars that may be said again: of this unit, the one before it, the tune's first. */
export const SOURCES = ['this unit', 'the unit before', 'the first unit'] as const;

/** An earlier bar: `unit` as in {@link SOURCES}, counted from 0. */
export interface EarlierBar {
  readonly unit: number;
  readonly bar: number;
}

/** What is planned of a bar. */
export interface BarPlan {
  /** Degrees of the chords of its halves; 0 is the tonic's. */
  readonly first: number;
  readonly second: number;
  readonly register: number;
  /** As {@link RELATIONS} says. */
  readonly relation: number;
  readonly cadence: number;
  /** It says an earlier bar again, to the letter. */
  readonly again?: EarlierBar;
}

/** Up to eight bars that are planned together: a part, or eight bars of it, or an ending. */
export interface PlanUnit {
  readonly bars: readonly BarPlan[];
}

/** A segment of music and where it stands in the plan; an upbeat stands before bar 0. */
export interface PlacedSegment extends Segment {
  readonly unit: number;
  readonly bar: number;
  readonly upbeat: boolean;
}

export interface TunePlan {
  readonly units: readonly PlanUnit[];
  readonly segments: readonly PlacedSegment[];
}

/** The plan of a tune, read off its tokens. */
export function planOf(tokens: readonly number[]): TunePlan {
  const { segments, full, meter } = segmentsOf(tokens);
  const placed = placedSegments(segments, full);
  const bars = placed.filter(({ upbeat }) => !upbeat);
  const units: PlacedSegment[][] = [];
  for (const bar of bars) {
    if (units.length === bar.unit) units.push([]);
    units[bar.unit]!.push(bar);
  }
  const chords =
    bars.length === 0
      ? []
      : chordsOf(
          bars.map((bar) => halved(bar, units, meter)),
          modeOf(tokens),
        );
  const music = (bar: Segment) => tokens.slice(bar.start, bar.end).join(' ');
  const again = new Again(units, music);
  return {
    units: units.map((unit) => ({
      bars: unit.map((bar): BarPlan => {
        const [first, second] = chords[bars.indexOf(bar)]!;
        const earlier = again.of(bar);
        return {
          ...{ first, second },
          register: registerOf(bar.notes),
          relation: earlier ? NEW : relationOf(bar, units),
          cadence: isPhraseEnd(bar.bar, unit.length) ? cadenceOf(bar, second, beatOf(meter)) : NO_CADENCE,
          ...(earlier ? { again: earlier } : {}),
        };
      }),
    })),
    segments: placed,
  };
}

function modeOf(tokens: readonly number[]): Mode {
  for (const token of tokens) {
    const symbol = folkSymbols[token]!;
    if (symbol.kind === 'key') return symbol.mode;
  }
  return 'maj';
}

function placedSegments(segments: readonly Segment[], full: number): PlacedSegment[] {
  const placed: PlacedSegment[] = [];
  let [unit, bar] = [-1, 0];
  for (const [index, segment] of segments.entries()) {
    const upbeat = isUpbeat(segment, segments[index + 1], full);
    const afterUpbeat = placed.at(-1)?.upbeat === true;
    if (!afterUpbeat && (segment.begins || bar === UNIT_BARS)) {
      unit++;
      bar = 0;
    }
    placed.push({ ...segment, unit, bar, upbeat });
    if (!upbeat) bar++;
  }
  return placed;
}

/** A short segment that a part begins with, and that its first bar follows, perhaps behind the repeat's sign. */
function isUpbeat({ begins, opens, length }: Segment, next: Segment | undefined, full: number): boolean {
  if (next === undefined || !begins || (next.begins && !opens)) return false;
  return length <= 0.6 * full && next.length > length;
}

/** Whether a phrase ends with a bar of a unit of so many. */
export function isPhraseEnd(bar: number, bars: number): boolean {
  return bar === bars - 1 || bar % PHRASE_BARS === PHRASE_BARS - 1;
}

function halved(bar: PlacedSegment, units: readonly (readonly PlacedSegment[])[], meter: Meter | null) {
  const { notes, length, unit } = bar;
  const bars = units[unit]!.length;
  return {
    ...{ notes, half: halfOf(length, meter), beat: beatOf(meter) },
    phraseEnds: isPhraseEnd(bar.bar, bars),
    partEnds: bar.bar === bars - 1,
  };
}

/** Where the second half of a bar begins, in eighths; three beats are two and one. */
export function halfOf(length: number, meter: Meter | null): number {
  const beats = meter === null ? 2 : isCompound(meter) ? meter.num / 3 : meter.num;
  return beats === 3 ? (2 * length) / 3 : length / 2;
}

/** In eighths; halves in 4/4 have two, as have those of 2/4, which is written twice as fast. */
export function beatOf(meter: Meter | null): number {
  if (meter === null) return 2;
  if (isCompound(meter)) return 24 / meter.den;
  return meter.num === 2 ? (meter.den === 2 ? 2 : 1) : 8 / meter.den;
}

export function registerOf(notes: readonly PlanNote[]): number {
  const time = notes.reduce((sum, { length }) => sum + length, 0);
  const mean = notes.reduce((sum, { step, length }) => sum + step * length, 0) / Math.max(time, 1e-9);
  const band = BANDS.findIndex((end) => mean < end);
  return band < 0 ? BANDS.length : band;
}

/** Chords that a phrase halts on: the dominant's, and where the leading note is flat that below the tonic; and on which notes. */
const HALTS: Readonly<Record<number, readonly number[]>> = { 4: [4, 6, 1], 6: [6, 1, 3], 1: [1] };

/**
 * A close ends on the tonic in its chord; a half close on a note that wants to go on, in a chord that does. The note is the one
 * that sounds when the last beat begins: what follows it may be the next phrase's upbeat.
 */
export function cadenceOf(
  { notes, length }: Pick<Segment, 'notes' | 'length'>,
  chord: number,
  beat: number,
): number {
  const lastBeat = (Math.ceil(length / beat - 1e-9) - 1) * beat;
  const last = notes.findLast(({ at }) => at <= lastBeat + 1e-9);
  if (last === undefined) return OPEN;
  const degree = ((last.step % 7) + 7) % 7;
  if (degree === 0 && chord === 0) return CLOSE;
  return HALTS[chord]?.includes(degree) ? HALF_CLOSE : OPEN;
}

function relationOf(bar: PlacedSegment, units: readonly (readonly PlacedSegment[])[]): number {
  const before = units[bar.unit]!.slice(0, bar.bar);
  if (before.some(({ notes }) => isVaried(bar.notes, notes))) return VARIED;
  const others = [units[bar.unit - 1], units[0]].flatMap((unit, index) =>
    unit === undefined || bar.unit === 0 || (index === 1 && bar.unit === 1) ? [] : unit,
  );
  if (others.some(({ notes }) => isVaried(bar.notes, notes))) return VARIED_OTHER;
  return before.some(({ notes }) => isSequence(bar.notes, notes)) ? SEQUENCE : NEW;
}

/** Finds the bar that a bar says again. */
class Again {
  constructor(
    private readonly units: readonly (readonly PlacedSegment[])[],
    private readonly music: (bar: Segment) => string,
  ) {}

  of(bar: PlacedSegment): EarlierBar | undefined {
    const text = this.music(bar);
    for (const earlier of this.#candidates(bar)) {
      const found = this.units[earlier.from]?.[earlier.bar];
      if (found && found.start < bar.start && this.music(found) === text)
        return { unit: earlier.unit, bar: earlier.bar };
    }
    return undefined;
  }

  /** The likeliest first, so that each bar is said in one way: four bars before, two, one; the same place in other units. */
  *#candidates({ unit, bar }: PlacedSegment) {
    const beside = (at: number) =>
      Array.from({ length: UNIT_BARS }, (_, other) => other).sort(
        (a, b) => distance(a, at) - distance(b, at),
      );
    for (const other of beside(bar).filter((other) => other < bar)) yield { unit: 0, from: unit, bar: other };
    if (unit === 0) return;
    for (const other of beside(bar)) yield { unit: 1, from: unit - 1, bar: other };
    if (unit === 1) return;
    for (const other of beside(bar)) yield { unit: 2, from: 0, bar: other };
  }
}

/** How unlikely a bar is to be the one meant, by how far away it stands. */
function distance(a: number, b: number): number {
  const far = Math.abs(a - b);
  return far === 0 ? 0 : far === 4 ? 1 : far === 2 ? 2 : far === 1 ? 3 : 4 + far;
}
