import { midiOf } from '../../music/abc/key.js';
import { barLength } from '../../music/abc/meter.js';
import { soundingNotes } from '../../music/abc/notes.js';
import { structureOf } from '../../music/abc/structure.js';
import { soundingDurations } from '../../music/abc/timing.js';
import type { Tune } from '../../music/abc/tune.js';

/** The measures of tunes, by name. */
export type Measure =
  | 'pitchClasses'
  | 'intervals'
  | 'durations'
  | 'notesABar'
  | 'repeatedWithin'
  | 'repeatedBetween'
  | 'endsOnTonic';

/** The values of one tune: shares that sum to 1 for histograms, one number for other measures. (category) */
export type TuneMeasures = Readonly<Record<Measure, readonly number[]>>;

export interface MeasureAbout {
  readonly name: string;
  /** Category names of a histogram; null for a single number. */
  readonly categories: readonly string[] | null;
  /** Unit of the categories or of the number. */
  readonly unit: string;
}

/** Leaps beyond an octave are counted as an octave. */
const WIDEST = 12;
const DURATIONS = ['1/4', '1/2', '2/3', '3/4', '1', '4/3', '3/2', '2', '3', '4'] as const;

export const MEASURES: Readonly<Record<Measure, MeasureAbout>> = {
  pitchClasses: {
    name: 'pitch classes',
    categories: Array.from({ length: 12 }, (_, index) => String(index)),
    unit: 'semitones above the tonic',
  },
  intervals: {
    name: 'intervals',
    categories: Array.from({ length: 2 * WIDEST + 1 }, (_, index) => signed(index - WIDEST)),
    unit: 'semitones from note to note, an octave or more together',
  },
  durations: { name: 'durations', categories: [...DURATIONS, 'other'], unit: 'eighths' },
  notesABar: { name: 'notes a bar', categories: null, unit: 'notes' },
  repeatedWithin: {
    name: 'bars that repeat one of their part',
    categories: null,
    unit: 'share of the bars',
  },
  repeatedBetween: {
    name: 'bars that repeat one of an earlier part',
    categories: null,
    unit: "share of later parts' bars",
  },
  endsOnTonic: { name: 'last note is the tonic', categories: null, unit: 'share of the tunes' },
};

export const MEASURE_NAMES = Object.keys(MEASURES) as Measure[];

function signed(value: number): string {
  return value > 0 ? `+${value}` : String(value).replace('-', '−');
}

/**
 * Measures a tune as written, with repeats played once: tied notes count as one, a chord counts as its highest note, and
 * intervals span rests and bar lines. null for fewer than two notes, or no meter.
 */
export function measuresOf(tune: Tune): TuneMeasures | null {
  if (tune.meter === null) return null;
  const top = new Map<number, { readonly pitch: number; readonly eighths: string }>();
  for (const { pitch, element, duration } of soundingNotes(tune)) {
    const { num, den } = duration;
    const eighths = den === 1 ? String(num) : `${num}/${den}`;
    const above = top.get(element);
    if (above === undefined || pitch > above.pitch) top.set(element, { pitch, eighths });
  }
  const notes = [...top.values()];
  if (notes.length < 2) return null;
  const { letter, alter } = tune.key.tonic;
  const tonic = midiOf(letter, alter);
  const time = soundingDurations(tune.body).reduce((sum, { num, den }) => sum + num / den, 0);
  const bar = barLength(tune.meter);
  const { repeatedWithin, repeatedBetween, endsOnTonic } = structureOf(tune);
  const leaps = notes.slice(1).map(({ pitch }, index) => pitch - notes[index]!.pitch);
  return {
    pitchClasses: histogram(
      notes.map(({ pitch }) => (((pitch - tonic) % 12) + 12) % 12),
      12,
    ),
    intervals: histogram(
      leaps.map((leap) => WIDEST + Math.max(-WIDEST, Math.min(WIDEST, leap))),
      2 * WIDEST + 1,
    ),
    durations: histogram(
      notes.map(({ eighths }) => {
        const index = (DURATIONS as readonly string[]).indexOf(eighths);
        return index < 0 ? DURATIONS.length : index;
      }),
      DURATIONS.length + 1,
    ),
    notesABar: [(notes.length * bar.num) / bar.den / time],
    repeatedWithin: [repeatedWithin],
    repeatedBetween: [repeatedBetween],
    endsOnTonic: [endsOnTonic ? 1 : 0],
  };
}

/** Shares of each of `size` categories. (category) */
function histogram(found: readonly number[], size: number): number[] {
  const shares = new Array<number>(size).fill(0);
  for (const category of found) shares[category]! += 1 / found.length;
  return shares;
}
