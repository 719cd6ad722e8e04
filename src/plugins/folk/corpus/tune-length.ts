import { add, type Fraction, ZERO } from '../../../music/abc/fraction.js';
import { soundingDurations } from '../../../music/abc/timing.js';
import type { Tune } from '../../../music/abc/tune.js';

/** Nominal: the tempo marks of tunes are not reliable. plugin.json states the same value. */
const SECONDS_PER_EIGHTH = 0.25;

/** Written notes (a chord counts once), and seconds at a nominal tempo with repeats not unfolded. */
export function lengthOf(tune: Tune): { notes: number; seconds: number } {
  const notes = tune.body.filter(({ kind }) => kind === 'note' || kind === 'chord').length;
  const eighths = soundingDurations(tune.body).reduce((sum: Fraction, duration) => add(sum, duration), ZERO);
  return { notes, seconds: Number(((SECONDS_PER_EIGHTH * eighths.num) / eighths.den).toFixed(2)) };
}
