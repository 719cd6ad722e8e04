import { add, type Fraction, ZERO } from '../../../music/abc/fraction.js';
import { soundingDurations } from '../../../music/abc/timing.js';
import type { Tune } from '../../../music/abc/tune.js';

/** Nominal: tunes say no tempo that could be relied on. plugin.json says it too. */
const SECONDS_PER_EIGHTH = 0.25;

/** Notes as written, a chord as one; seconds at a nominal tempo, repeats not unfolded. */
export function lengthOf(tune: Tune): { notes: number; seconds: number } {
  const notes = tune.body.filter(({ kind }) => kind === 'note' || kind === 'chord').length;
  const eighths = soundingDurations(tune.body).reduce((sum: Fraction, duration) => add(sum, duration), ZERO);
  return { notes, seconds: Number(((SECONDS_PER_EIGHTH * eighths.num) / eighths.den).toFixed(2)) };
}
