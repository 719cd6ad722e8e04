import type { Mode } from '../../../music/abc/key.js';
import { isCompound } from '../../../music/abc/meter.js';
import type { Meter } from '../../../music/abc/tune.js';
import { folkSymbols } from '../codec/vocabulary.js';
import { chordsOf } from './chords.js';
import { isSequence, isVaried, NEW, SEQUENCE, VARIED, VARIED_OTHER } from './relations.js';
import { type PlanNote, type Segment, segmentsOf } from './segments.js';

/** Most bars that are planned together; a longer part has several units. */
export const UNIT_BARS = 8;
/** Bars in a phrase. */
const PHRASE_BARS = 4;

/** Upper limits of the register bands for a bar's mean staff step; the last band has no limit. */
const BANDS = [5.5, 7, 8.25, 9.5, 11] as const;
export const REGISTERS = BANDS.length + 1;

/** Kinds of cadence at the end of a phrase. */
export const CADENCES = ['none', 'close', 'half close', 'open'] as const;
export const [NO_CADENCE, CLOSE, HALF_CLOSE, OPEN] = [0, 1, 2, 3] as const;

/** Units whose bars may be repeated. */
export const SOURCES = ['this unit', 'the unit before', 'the first unit'] as const;

/** An earlier bar: `unit` is an index into {@link SOURCES}, `bar` counts from 0. */
export interface EarlierBar {
  readonly unit: number;
  readonly bar: number;
}

/** The plan of a bar. */
export interface BarPlan {
  /** Scale degrees of the chords of its halves; 0 is the tonic. */
  readonly first: number;
  readonly second: number;
  readonly register: number;
  /** Index into {@link RELATIONS}. */
  readonly relation: number;
  readonly cadence: number;
  /** The earlier bar that this bar repeats exactly, if any. */
  readonly again?: EarlierBar;
}

/** Up to eight bars that are planned together: a part, eight bars of a longer part, or an ending. */
export interface PlanUnit {
  readonly bars: readonly BarPlan[];
}

/** A segment of music and its place in the plan; an upbeat has the index of the bar that it precedes. */
export interface PlacedSegment extends Segment {
  readonly unit: number;
  readonly bar: number;
  readonly upbeat: boolean;
}

export interface TunePlan {
  readonly units: readonly PlanUnit[];
  readonly segments: readonly PlacedSegment[];
}

/** Derives the plan of a tune from its tokens (folk-session-1, without plan tokens). */
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

/**
 * Whether a segment is an upbeat: short, first in its part, and followed by the part's first bar, perhaps after a
 * start-repeat sign.
 */
function isUpbeat({ begins, opens, length }: Segment, next: Segment | undefined, full: number): boolean {
  if (next === undefined || !begins || (next.begins && !opens)) return false;
  return length <= 0.6 * full && next.length > length;
}

/** Whether bar `bar` (from 0) of a unit of `bars` bars ends a phrase. */
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

/** Start of the second half of a bar, in eighths; three beats divide into two and one. */
export function halfOf(length: number, meter: Meter | null): number {
  const beats = meter === null ? 2 : isCompound(meter) ? meter.num / 3 : meter.num;
  return beats === 3 ? (2 * length) / 3 : length / 2;
}

/**
 * Length of the beat in eighths. In 2/2 a beat is two eighths, as in 4/4; in 2/4, which is written at twice the speed,
 * it is one.
 */
export function beatOf(meter: Meter | null): number {
  if (meter === null) return 2;
  if (isCompound(meter)) return 24 / meter.den;
  return meter.num === 2 ? (meter.den === 2 ? 2 : 1) : 8 / meter.den;
}

/** Register band of a bar, from 0, by its mean staff step weighted by length. */
export function registerOf(notes: readonly PlanNote[]): number {
  const time = notes.reduce((sum, { length }) => sum + length, 0);
  const mean = notes.reduce((sum, { step, length }) => sum + step * length, 0) / Math.max(time, 1e-9);
  const band = BANDS.findIndex((end) => mean < end);
  return band < 0 ? BANDS.length : band;
}

/**
 * Half closes: for each chord, the scale degrees of the melody that make one. The chords are the dominant, in modes
 * with a flat leading note the chord below the tonic, and II.
 */
const HALTS: Readonly<Record<number, readonly number[]>> = { 4: [4, 6, 1], 6: [6, 1, 3], 1: [1] };

/**
 * Classifies a bar's cadence (index into {@link CADENCES}). A close ends on the tonic in the tonic chord; a half close
 * on a note and chord that demand continuation; anything else is open. The note judged is the one that sounds when the
 * last beat begins, since what follows may be the next phrase's upbeat.
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

/** Finds the earlier bar that a bar repeats. */
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

  /**
   * Most likely sources first, so that each bar has a single encoding: within the unit four bars before, two, one; in
   * other units the same place first.
   */
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

/** Rank of a candidate by its distance in bars; lower is more likely. */
function distance(a: number, b: number): number {
  const far = Math.abs(a - b);
  return far === 0 ? 0 : far === 4 ? 1 : far === 2 ? 2 : far === 1 ? 3 : 4 + far;
}
