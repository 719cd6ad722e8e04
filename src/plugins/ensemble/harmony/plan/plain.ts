import type { Quality } from '../../../../music/chords/chord.js';
import { type Harmony, sameChord } from '../chord.js';
import type { HarmonicPlan } from './plan.js';

const BARS = 4;
/** The chord of each of the triads. (triad) */
const QUALITIES: readonly Quality[] = ['maj', 'min', 'dim'];

/** A plan of the chords as they were heard, each over its root, in phrases of four bars. `bar`: beats of a bar. */
export function plainPlan(harmonies: readonly Harmony[], bar: number): HarmonicPlan {
  return harmonies.map((harmony, beat) => ({
    harmony,
    quality: QUALITIES[harmony.triad]!,
    bass: harmony.root,
    begins: beat === 0 || !sameChord(harmonies[beat - 1]!, harmony),
    section: 'A',
    bar: Math.floor(beat / bar) % BARS,
    bars: BARS,
    cadence: null,
  }));
}
