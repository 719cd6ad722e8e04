import type { Quality } from '../../../music/chords/chord.js';
import { type Harmony, mod12 } from '../harmony/chord.js';

/** A chord with its bass. Pitch classes: 0 is C. */
export interface ChordOverBass {
  readonly harmony: Harmony;
  /** The whole chord; its triad is the harmony's. */
  readonly quality: Quality;
  /** The pitch class of the bass. */
  readonly bass: number;
}

/** Where in the music a beat is, by which parts remember what they played. */
export interface Place {
  /** A letter where sections are known, else the same all through. */
  readonly section: string;
  /** Beats from the section's first. */
  readonly at: number;
  /** Beats of a bar. */
  readonly bar: number;
  /** The end of a phrase: figures may change. */
  readonly free: boolean;
}

/** What is planned around a beat; live, what can be said of it. */
export interface Outlook extends ChordOverBass {
  readonly place: Place;
  /** The chord that begins with the next beat; null: none is known to begin. */
  readonly next: ChordOverBass | null;
  /** The leader's lowest note until the chord ends; null: unknown. */
  readonly ceiling: number | null;
  /** How full the band plays, from -1 to 1; 0 is usual. */
  readonly fullness: number;
}

const QUALITIES: readonly Quality[] = ['maj', 'min', 'dim'];

/** The chord over its root, as far as it was heard. */
export function overRoot(harmony: Harmony): ChordOverBass {
  return { harmony, quality: QUALITIES[harmony.triad]!, bass: harmony.root };
}

const TONES: Readonly<Record<Quality, readonly number[]>> = {
  maj: [0, 4, 7],
  min: [0, 3, 7],
  '7': [0, 4, 7, 10],
  maj7: [0, 4, 7, 11],
  min7: [0, 3, 7, 10],
  sus4: [0, 5, 7],
  sus2: [0, 2, 7],
  dim: [0, 3, 6],
  aug: [0, 4, 8],
};

/** The pitch classes of a chord, root first. */
export function tonesOfChord({ harmony, quality }: Pick<ChordOverBass, 'harmony' | 'quality'>): number[] {
  return TONES[quality].map((tone) => mod12(harmony.root + tone));
}

const SEVENTHS: Readonly<Partial<Record<Quality, Quality>>> = { maj: 'maj7', min: 'min7' };

/** A triad with the seventh that its scale has. */
export function withSeventh<T extends ChordOverBass>(chord: T): T {
  const { harmony, quality } = chord;
  const isDominant = quality === 'maj' && mod12(harmony.root - harmony.tonic) === 7;
  const seventh = isDominant ? '7' : SEVENTHS[quality];
  return seventh === undefined ? chord : { ...chord, quality: seventh };
}
