import { sameChord } from '../harmony/chord.js';
import type { PlannedBeat } from '../harmony/plan/plan.js';
import { type Outlook, overRoot, type Place } from '../render/plan.js';
import type { Band } from './band.js';

/** What is known before of a whole file. */
export interface Score {
  planned(beat: number): PlannedBeat;
  /** The beat with which the band comes in. */
  readonly enters: number;
  /** What the leader does around a beat; absent: unknown. */
  led?(beat: number): LedBeat;
}

/** What the leader of a file does around a beat. */
export interface LedBeat {
  /** How many notes he strikes in it. */
  readonly strikes: number;
  /** His lowest note until the chord ends; null: he is silent. */
  readonly lowest: number | null;
  /** How high and loud his phrase is beside the others, from -1 to 1. */
  readonly fullness: number;
}

/** Live, figures go round in so many bars. */
const ROUND = 4;
/** The section of those who know of none. */
const NO_SECTION = '*';

/** The place of a beat in its section. Beats count from a bar line; `bar`: the beats of a bar. */
export function placeIn(score: Score | null, beat: number, bar: number): Place {
  const inBar = beat - bar * Math.floor(beat / bar);
  const late = 2 * inBar >= bar;
  if (score === null) {
    const at = beat - ROUND * bar * Math.floor(beat / (ROUND * bar));
    return { section: NO_SECTION, at, bar, free: late && at >= (ROUND - 1) * bar };
  }
  const { section, bar: place, bars } = score.planned(beat);
  return { section, at: place * bar + inBar, bar, free: late && bars > 1 && place === bars - 1 };
}

/** What is planned around a beat that has begun; live, what was heard of it. */
export function outlookOf(
  score: Score | null,
  { harmony, closing }: Band,
  beat: number,
  bar: number,
): Outlook {
  const place = placeIn(score, beat, bar);
  const led = score?.led?.(beat);
  const around = { place, ceiling: led?.lowest ?? null, fullness: led?.fullness ?? 0 };
  const planned = score?.planned(beat);
  // The band's last chord is its own.
  if (score === null || planned === undefined || closing !== null || !sameChord(planned.harmony, harmony))
    return { ...overRoot(harmony), ...around, next: null };
  const next = score.planned(beat + 1);
  return {
    ...{ harmony, quality: planned.quality, bass: planned.bass },
    ...around,
    next: next.begins ? next : null,
  };
}
