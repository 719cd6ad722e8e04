import type { Quality } from '../../../../music/chords/chord.js';
import type { Harmony } from '../chord.js';

/** How a phrase closes: it stays open on the dominant (`half`), or comes home to the tonic (`full`). */
export type Cadence = 'half' | 'full';

/** What is planned for one beat of a whole file. */
export interface PlannedBeat {
  readonly harmony: Harmony;
  /** The whole chord, of which {@link Harmony.triad} is the triad. Its root is the harmony's. */
  readonly quality: Quality;
  /** The pitch class of the bass: the root, or another tone of the chord. */
  readonly bass: number;
  /** Whether another chord, or another bass, begins with this beat. */
  readonly begins: boolean;
  /** The letter of the section, from A on: a verse, a chorus and the like. */
  readonly section: string;
  /** The place of the bar in its phrase, from 0, and the bars of the phrase. */
  readonly bar: number;
  readonly bars: number;
  /** In the last bar of a phrase: how it closes; null: elsewhere, or where a phrase does not close. */
  readonly cadence: Cadence | null;
}

/** The beats of a file from its first bar line on. */
export type HarmonicPlan = readonly PlannedBeat[];

/** The planned beat; before the first and after the last, that one. */
export function plannedAt(plan: HarmonicPlan, beat: number): PlannedBeat {
  return plan[Math.max(0, Math.min(beat, plan.length - 1))]!;
}
