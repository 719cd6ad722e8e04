import { type Chord, chordsOf } from './chords.js';
import { closesOf } from './closes.js';
import { leadingFeatures } from './leading.js';
import { melodicFeatures } from './melodic.js';
import { phraseFeatures } from './phrasing.js';
import type { Reading } from './reading.js';
import { repetitionFeatures } from './repetition.js';
import { mean, share } from './shares.js';

/** What a musician can read of a tune, each a number; shares are of 1. */
export interface Features {
  /** Of the parts with an even number of bars: their first half ends open, on V or VII. */
  readonly halfCloses: number;
  /** Of the parts: the last bar comes to the tonic by step or from V or VII. */
  readonly closes: number;
  /** The last part does. */
  readonly lastCloses: number;
  /** The last note is the tonic. */
  readonly finalIsTonic: number;
  /** Of the time, over all windows: the tonic's chord. */
  readonly tonicChord: number;
  /** Changes of chord a bar. */
  readonly chordChanges: number;
  /** Different chords of a part, on average. */
  readonly chordsAPart: number;
  /** Bars after which the melody leaps more than a fifth into the next, and over an octave. */
  readonly barLeaps: number;
  readonly wideBarLeaps: number;
  /** Leaps of a sixth or more that are not followed by a step or turn back. */
  readonly unrecovered: number;
  /** Notes between two leaps of a third or more in opposite directions. */
  readonly zigzag: number;
  /** Notes that go on by step in the direction of the two before. */
  readonly scales: number;
  /** Bars of two pitches at most. */
  readonly dithering: number;
  /** Notes outside the scale. */
  readonly accidentals: number;
  /** Notes of a length that is seldom: no half, third, quarter or dotted one. */
  readonly oddLengths: number;
  /** Notes a bar. */
  readonly notesABar: number;
  /** Semitones between lowest and highest note. */
  readonly range: number;
  /** Of the second part's mean pitch above the first's, in semitones. */
  readonly lift: number;
  /** Where in the tune the highest note is first reached. */
  readonly climax: number;
  /** Bars that are the one before again. */
  readonly stutter: number;
  /** Bars that are an earlier one of their part again. */
  readonly repeatedWithin: number;
  /** Most bars of a part that are one. */
  readonly mostOfOne: number;
  /** Bars of later parts, but the last two of each, that are an earlier part's. */
  readonly borrowed: number;
  /** Of the later parts: the last bar is that of an earlier part. */
  readonly sameEnd: number;
  /** Bars that are an earlier one on other steps, or nearly an earlier one. */
  readonly sequences: number;
  /** Different rhythms of bars, of all bars. */
  readonly rhythms: number;
  /** Of the parts of 8, 12, 16 bars: bars that come again an odd number of bars on, out of step with phrases of two and four. */
  readonly outOfStep: number;
  /** Of those parts: the second half begins as another bar of the first does, and not as its first. */
  readonly restartsElsewhere: number;
  /** How like the second half's first two bars are to the first's. */
  readonly takesUp: number;
  /** Of those parts: the last bar of the first half settles on the tonic. */
  readonly midCloses: number;
  /** One of the bars two before the ends of halves does. */
  readonly earlyCloses: number;
  /** The last bar but one does, and the last again. */
  readonly closesTwice: number;
  /** How like the last bar is to that of the first half. */
  readonly sameClose: number;
  /** Where a later part ends as an earlier one does: semitones from the bar before to those bars, from note to note, and from middle to middle, downwards. */
  readonly returnLeap: number;
  readonly returnDrop: number;
  /** Steps within bars of an octave or more. */
  readonly wideLeapsWithin: number;
  /** Semitones of the widest step in the last two bars of a part, on average. */
  readonly leapToClose: number;
  /** How much of its way a bar gets on to the next, on average. */
  readonly directness: number;
}

export type FeatureName = keyof Features;

export const FEATURE_NAMES = [
  'halfCloses',
  'closes',
  'lastCloses',
  'finalIsTonic',
  'tonicChord',
  'chordChanges',
  'chordsAPart',
  'barLeaps',
  'wideBarLeaps',
  'unrecovered',
  'zigzag',
  'scales',
  'dithering',
  'accidentals',
  'oddLengths',
  'notesABar',
  'range',
  'lift',
  'climax',
  'stutter',
  'repeatedWithin',
  'mostOfOne',
  'borrowed',
  'sameEnd',
  'sequences',
  'rhythms',
  'outOfStep',
  'restartsElsewhere',
  'takesUp',
  'midCloses',
  'earlyCloses',
  'closesTwice',
  'sameClose',
  'returnLeap',
  'returnDrop',
  'wideLeapsWithin',
  'leapToClose',
  'directness',
] as const satisfies readonly FeatureName[];

/** Where something of a tune stands, for words about it: bars by their numbers. */
export interface FeaturePlaces {
  /** Bars in which a part should close and does not. */
  readonly weakCloses: readonly number[];
  readonly halfCloses: readonly number[];
  readonly closes: readonly number[];
  /** Bars after which a leap over an octave comes. */
  readonly wideLeaps: readonly number[];
  readonly dithering: readonly number[];
  readonly stutter: readonly number[];
  /** Bars that come again out of step. */
  readonly outOfStep: readonly number[];
  /** Where a second half begins as another bar than the first, and which. */
  readonly restartsElsewhere: readonly { readonly bar: number; readonly as: number }[];
  /** Last bars that close where the one before has closed. */
  readonly closesTwice: readonly number[];
  /** Bars with a leap over an octave within. */
  readonly wideLeapsWithin: readonly number[];
}

export interface Heard {
  readonly features: Features;
  readonly places: FeaturePlaces;
  /** (part, bar, window) */
  readonly chords: readonly (readonly (readonly Chord[])[])[];
}

export function heardIn(reading: Reading): Heard {
  const chords = reading.parts.map(({ bars }) => chordsOf(reading, bars));
  const closes = closesOf(reading, chords);
  const melodic = melodicFeatures(reading);
  const repetition = repetitionFeatures(reading);
  const phrases = phraseFeatures(reading);
  const leading = leadingFeatures(reading);
  return {
    chords,
    features: {
      ...closes.features,
      ...harmony(chords),
      ...melodic.features,
      ...repetition.features,
      ...phrases.features,
      ...leading.features,
    },
    places: {
      ...closes.places,
      ...melodic.places,
      ...repetition.places,
      ...phrases.places,
      ...leading.places,
    },
  };
}

function harmony(parts: readonly (readonly (readonly Chord[])[])[]) {
  const all = parts.map((bars) => bars.flat());
  const windows = all.flat();
  const bars = parts.reduce((sum, { length }) => sum + length, 0);
  const changes = all.reduce(
    (sum, chords) => sum + chords.filter((chord, place) => place > 0 && chord !== chords[place - 1]).length,
    0,
  );
  const different = all.map((chords) => new Set(chords).size);
  return {
    tonicChord: share(windows.map((chord) => chord === 0)),
    chordChanges: changes / Math.max(1, bars),
    chordsAPart: mean(different),
  };
}
