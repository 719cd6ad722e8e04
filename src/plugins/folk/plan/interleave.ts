import { type BarPlan, planOf, type TunePlan } from './plan.js';
import { bodyToken, headToken, isPlanToken, LAST, UPBEAT } from './vocabulary.js';

/**
 * Inserts a tune's plan into its tokens. The plan of a unit stands before the unit's first music: a head and a body
 * token for each bar, or one token for a bar that repeats an earlier one. Before each bar's music its own body token
 * is repeated, followed by the head of the next bar.
 */
export function withPlan(tokens: readonly number[], plan: TunePlan = planOf(tokens)): number[] {
  const planned: number[] = [];
  let [at, unit] = [0, -1];
  for (const segment of plan.segments) {
    planned.push(...tokens.slice(at, segment.start));
    const { bars } = plan.units[segment.unit]!;
    if (segment.unit !== unit) planned.push(...bars.flatMap(planTokens));
    planned.push(...toldBefore(bars, segment.upbeat ? -1 : segment.bar));
    at = segment.start;
    unit = segment.unit;
  }
  return [...planned, ...tokens.slice(at)];
}

/** Tokens of a bar within the plan of its unit. */
export function planTokens(bar: BarPlan): number[] {
  return bar.again ? [bodyToken(bar)] : [headToken(bar), bodyToken(bar)];
}

/** The two tokens before a bar's music: its body and the next bar's head (or LAST). Bar -1 is an upbeat. */
export function toldBefore(bars: readonly BarPlan[], bar: number): [number, number] {
  const next = bars[bar + 1];
  return [bar < 0 ? UPBEAT : bodyToken(bars[bar]!), next ? headToken(next) : LAST];
}

/** Removes plan tokens. */
export function withoutPlan(tokens: ArrayLike<number>): number[] {
  return Array.from(tokens).filter((token) => !isPlanToken(token));
}
