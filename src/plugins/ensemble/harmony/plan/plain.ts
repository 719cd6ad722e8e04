import { type Harmony, sameChord } from '../chord.js';
import type { HarmonicPlan } from './plan.js';
import { PLAIN } from './qualities.js';

const BARS = 4;

/** A plan of the chords as they were heard, each over its root, in phrases of four bars. `bar`: beats of a bar. */
export function plainPlan(harmonies: readonly Harmony[], bar: number): HarmonicPlan {
  return harmonies.map((harmony, beat) => ({
    harmony,
    quality: PLAIN[harmony.triad]!,
    bass: harmony.root,
    begins: beat === 0 || !sameChord(harmonies[beat - 1]!, harmony),
    section: 'A',
    bar: Math.floor(beat / bar) % BARS,
    bars: BARS,
    cadence: null,
  }));
}
