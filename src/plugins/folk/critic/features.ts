import { type Chord, chordsOf } from './chords.js';
import { closesOf } from './closes.js';
import { leadingFeatures } from './leading.js';
import { melodicFeatures } from './melodic.js';
import { phraseFeatures } from './phrasing.js';
import type { Reading } from './reading.js';
import { repetitionFeatures } from './repetition.js';
import { mean, share } from './shares.js';

/** Features of a tune that a musician can name, each a number. Shares are fractions of 1. */
export interface Features {
  /**
   * Share of parts with an even number of bars whose first half ends open: on V or VII, or on a note outside the tonic
   * chord.
   */
  readonly halfCloses: number;
  /** Share of parts whose last bar reaches the tonic by step or from V or VII. */
  readonly closes: number;
  /** 1 if the last part closes in this way, else 0. */
  readonly lastCloses: number;
  /** 1 if the last note is the tonic, else 0. */
  readonly finalIsTonic: number;
  /** Share of chord windows with the tonic chord. */
  readonly tonicChord: number;
  /** Chord changes per bar. */
  readonly chordChanges: number;
  /** Different chords in a part, on average. */
  readonly chordsAPart: number;
  /** Share of bar lines within parts that the melody crosses with a leap of more than a fifth, and of more than an octave. */
  readonly barLeaps: number;
  readonly wideBarLeaps: number;
  /**
   * Share of intervals that are leaps of a sixth or more followed by an interval in the same direction or of more than
   * a fourth.
   */
  readonly unrecovered: number;
  /** Share of notes between two leaps, each of more than a minor third, in opposite directions. */
  readonly zigzag: number;
  /** Share of runs: three successive steps in one direction. */
  readonly scales: number;
  /** Share of bars with four or more notes on at most two pitches. */
  readonly dithering: number;
  /** Share of notes outside the scale. */
  readonly accidentals: number;
  /** Share of notes with an unusual length, such as 5/4 or 7/2 eighths. */
  readonly oddLengths: number;
  /** Notes per bar. */
  readonly notesABar: number;
  /** Semitones between the lowest and highest note. */
  readonly range: number;
  /** Mean pitch of the second part above that of the first, in semitones. */
  readonly lift: number;
  /** Where the highest note is first reached: 0 at the start, towards 1 at the end. */
  readonly climax: number;
  /** Share of bars that repeat the bar before. */
  readonly stutter: number;
  /** Share of bars that repeat an earlier bar of their part. */
  readonly repeatedWithin: number;
  /** Largest number of equal bars in a part. */
  readonly mostOfOne: number;
  /** Share of bars in later parts, without the last two of each part, that an earlier part also has. */
  readonly borrowed: number;
  /** Share of later parts whose last bar equals that of an earlier part. */
  readonly sameEnd: number;
  /** Share of bars that repeat an earlier bar on other steps or with a few notes changed. */
  readonly sequences: number;
  /** Number of different bar rhythms divided by the number of bars. */
  readonly rhythms: number;
  /**
   * In parts of 8, 12, 16 … bars: share of bars that repeat a bar an odd number of bars earlier, out of step with
   * phrases of two and four.
   */
  readonly outOfStep: number;
  /** Share of those parts whose second half begins like a bar of the first half other than its first. */
  readonly restartsElsewhere: number;
  /** Similarity of the second half's first two bars to the first half's. */
  readonly takesUp: number;
  /** Share of those parts in which the last bar of the first half settles on the tonic. */
  readonly midCloses: number;
  /**
   * Share of those parts in which the last bar but one of the first half, or the last but two of the part, settles on
   * the tonic.
   */
  readonly earlyCloses: number;
  /** Share of those parts in which both of the last two bars settle on the tonic. */
  readonly closesTwice: number;
  /** Similarity of the last bar to the last bar of the first half. */
  readonly sameClose: number;
  /**
   * For later parts that end with the same bars as an earlier part, at the point where those bars begin: the melodic
   * interval into them, and the fall in mean pitch. Semitones.
   */
  readonly returnLeap: number;
  readonly returnDrop: number;
  /** Share of intervals within bars of an octave or more. */
  readonly wideLeapsWithin: number;
  /** Widest interval in the last two bars of a part, in semitones, on average. */
  readonly leapToClose: number;
  /** Net movement of a bar up to the next bar's first note, divided by the sum of its intervals, on average. */
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

/** Where features occur, for remarks: bar numbers. */
export interface FeaturePlaces {
  /** Last bars of parts that do not close. */
  readonly weakCloses: readonly number[];
  readonly halfCloses: readonly number[];
  readonly closes: readonly number[];
  /** Bars followed by a leap of more than an octave. */
  readonly wideLeaps: readonly number[];
  readonly dithering: readonly number[];
  readonly stutter: readonly number[];
  /** Bars that repeat an earlier bar out of step. */
  readonly outOfStep: readonly number[];
  /** Second halves that begin like another bar than the first: the bar, and the earlier bar that it repeats (`as`). */
  readonly restartsElsewhere: readonly { readonly bar: number; readonly as: number }[];
  /** Last bars that settle on the tonic although the bar before already has. */
  readonly closesTwice: readonly number[];
  /** Bars that contain a leap of more than an octave. */
  readonly wideLeapsWithin: readonly number[];
}

export interface Heard {
  readonly features: Features;
  readonly places: FeaturePlaces;
  /** Shape: (part, bar, window). */
  readonly chords: readonly (readonly (readonly Chord[])[])[];
}

/** Computes the features of a tune, where they occur, and its chords. */
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
