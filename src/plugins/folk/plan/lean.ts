import { barLength } from '../../../music/abc/meter.js';
import type { Meter } from '../../../music/abc/tune.js';
import { PITCHES } from '../codec/grammar-tokens.js';
import { DEGREES, FITS } from './chords.js';
import { type BarPlan, beatOf, halfOf, NO_CADENCE } from './plan.js';

/** How much likelier a note is that fits the planned chord, in natural logarithms: where a half of the bar begins, on other beats, between them. */
export const LEANING = { half: 1.1, beat: 0.6, between: 0 };

/**
 * Leans `logits` (token) towards notes of the chord that was planned for a place in the bar, `at` eighths after its beginning. Whether a note comes next,
 * rather than a length or the bar line, stays as likely as it was.
 */
export function leanTo(logits: Float32Array, plan: BarPlan, at: number, meter: Meter | null): void {
  const bar = meter === null ? undefined : barLength(meter);
  if (!bar) return;
  const half = halfOf(bar.num / bar.den, meter);
  if (plan.cadence !== NO_CADENCE && at >= half) return;
  const chord = at < half ? plan.first : plan.second;
  const { half: begins, beat, between } = LEANING;
  const by = at === 0 || at === half ? begins : at % beatOf(meter) === 0 ? beat : between;
  if (by === 0) return;
  let most = Number.NEGATIVE_INFINITY;
  for (const { token } of PITCHES) most = Math.max(most, logits[token]!);
  if (most === Number.NEGATIVE_INFINITY) return;
  let [before, after] = [0, 0];
  for (const { token, step } of PITCHES) {
    before += Math.exp(logits[token]! - most);
    logits[token]! += by * FITS[(((step - chord) % DEGREES) + DEGREES) % DEGREES]!;
    after += Math.exp(logits[token]! - most);
  }
  const more = Math.log(before / after);
  for (const { token } of PITCHES) logits[token]! += more;
}
