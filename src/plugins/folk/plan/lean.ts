import { barLength } from '../../../music/abc/meter.js';
import type { Meter } from '../../../music/abc/tune.js';
import { PITCHES } from '../codec/grammar-tokens.js';
import { DEGREES, FITS } from './chords.js';
import { type BarPlan, beatOf, halfOf, NO_CADENCE } from './plan.js';

/**
 * Bias towards notes of the planned chord, in nats (natural logarithm): at the start of each half bar, on other beats,
 * between beats.
 */
export const LEANING = { half: 1.1, beat: 0.6, between: 0 };

/**
 * Biases `logits` (token) towards notes of the planned chord at position `at`, in eighths from the start of the bar.
 * The total probability of a pitch, as against a length or bar line, stays the same.
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
