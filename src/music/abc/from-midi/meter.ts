import { barLength, isCompound, meterText } from '../meter.js';
import type { Meter } from '../tune.js';
import type { PlacedNote } from './grid.js';
import type { RhythmTable } from './rhythm.js';
import { RHYTHMS } from './rhythm-table.js';

/** A meter and pickup estimated from the notes. */
export interface HeardMeter {
  readonly meter: Meter;
  /** Length of the pickup in eighths. */
  readonly pickup: number;
}

/** Classes of note length: the least length of each, in eighths. Shorter notes have a class of their own. */
const LENGTHS = [0.5, 1, 1.5, 2, 3, 4];
export const LENGTH_CLASSES = LENGTHS.length + 1;

export function lengthClass(length: number): number {
  if (length < 0.4) return LENGTHS.length;
  return Math.max(
    0,
    LENGTHS.findLastIndex((least) => length >= least - 0.01),
  );
}

/** The index of the sixteenth in a bar of `bar` eighths at which a time lies. */
export function placeInBar(time: number, bar: number): number {
  return Math.floor(2 * (((time % bar) + bar) % bar) + 0.01) % (2 * bar);
}

/**
 * Weight of each note's log likelihood, since notes are not independent. AGAIN: nats for each note that repeats after
 * that many bars.
 */
const NOTE = 0.3;
const AGAIN: readonly (readonly [bars: number, nats: number])[] = [
  [1, 0.15],
  [2, 0.15],
  [4, 0.25],
  [8, 0.5],
];
/** Below this many notes, a given meter has no estimated pickup. */
const FEW = 12;
/** Nats for a note one standard deviation louder than the mean, at the beginning of a bar or of a beat. */
const LOUD = { bar: 1.5, beat: 0.6 };

/**
 * Estimates the likeliest meter and pickup, or only the pickup of `said`, from where notes of each length stand in
 * traditional tunes, from repetition after whole bars, and from loud notes.
 */
export function heardMeter(notes: readonly PlacedNote[], said?: Meter): HeardMeter {
  if (said && notes.length < FEW) return { meter: said, pickup: 0 };
  const first = value(notes[0]!.start);
  const onsets = notes.map(({ pitch, start, end }) => ({
    pitch,
    start: value(start) - first,
    length: value(end) - value(start),
  }));
  const loud = standard(notes.map(({ velocity }) => velocity));
  let best = { meter: said ?? RHYTHMS[0]!.meter, pickup: 0, score: Number.NEGATIVE_INFINITY };
  for (const table of tablesFor(said)) {
    const { num, den } = barLength(table.meter);
    const bar = num / den;
    const again = said ? 0 : repetition(onsets, bar);
    for (const [place, cost] of table.pickups.entries()) {
      const pickup = place / 2;
      const score =
        again +
        accents(onsets, loud, table.meter, pickup) -
        (cost + table.prior + rhythmCost(onsets, table, bar, pickup)) / 10;
      if (score > best.score) best = { meter: table.meter, pickup, score };
    }
  }
  return { meter: said ?? best.meter, pickup: best.pickup };
}

/** The tables of a given meter: its own, or one with a bar of the same length; empty for an unusual meter. */
function tablesFor(said: Meter | undefined): readonly RhythmTable[] {
  if (said === undefined) return RHYTHMS;
  const own = RHYTHMS.find(({ meter }) => meterText(meter) === meterText(said));
  const { num, den } = barLength(said);
  const alike = RHYTHMS.find(({ meter }) => {
    const length = barLength(meter);
    return length.num * den === num * length.den;
  });
  return own ? [own] : alike ? [alike] : [];
}

interface MeterOnset {
  readonly pitch: number;
  readonly start: number;
  readonly length: number;
}

function rhythmCost(
  onsets: readonly MeterOnset[],
  { notes, last }: RhythmTable,
  bar: number,
  pickup: number,
): number {
  const place = ({ start, length }: MeterOnset) =>
    placeInBar(start - pickup, bar) * LENGTH_CLASSES + lengthClass(length);
  const all = onsets.reduce((sum, note) => sum + notes[place(note)]!, 0);
  return NOTE * all + last[place(onsets.at(-1)!)]!;
}

/** Score in nats for notes whose pitch recurs at the same place some bars later. */
function repetition(onsets: readonly MeterOnset[], bar: number): number {
  const at = new Map(onsets.map(({ start, pitch }) => [Math.round(12 * start), pitch]));
  const end = onsets.at(-1)!.start;
  return AGAIN.reduce((sum, [bars, nats]) => {
    const early = onsets.filter(({ start }) => start + bars * bar <= end);
    const again = early.filter(({ start, pitch }) => at.get(Math.round(12 * (start + bars * bar))) === pitch);
    return early.length < 5 ? sum : sum + (nats * onsets.length * again.length) / early.length;
  }, 0);
}

function accents(
  onsets: readonly MeterOnset[],
  loud: readonly number[],
  meter: Meter,
  pickup: number,
): number {
  const { num, den } = barLength(meter);
  const bar = num / den;
  const beat = isCompound(meter) ? 24 / meter.den : 8 / meter.den;
  return onsets.reduce((sum, { start }, index) => {
    const at = (((start - pickup) % bar) + bar) % bar;
    const weight = at < 0.01 ? LOUD.bar : at % beat < 0.01 ? LOUD.beat : 0;
    return sum + weight * loud[index]!;
  }, 0);
}

/** Distances from the mean, in standard deviations; all 0 where the values hardly differ. */
function standard(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return values.map((value) => (spread < 0.01 ? 0 : (value - mean) / spread));
}

function value({ num, den }: PlacedNote['start']): number {
  return num / den;
}
