import { type BarPlan, planOf, type TunePlan } from './plan.js';
import { bodyToken, headToken, isPlanToken, LAST, UPBEAT } from './vocabulary.js';

/**
 * A tune's tokens with its plan among them. Before the first music of each unit stands the unit's plan, a head and a body for each
 * bar (for one that says an earlier bar again, which); before the music of each bar its own body again and the head of the next.
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

/** A bar in the plan of its unit. */
export function planTokens(bar: BarPlan): number[] {
  return bar.again ? [bodyToken(bar)] : [headToken(bar), bodyToken(bar)];
}

/** What is said before a bar's music; -1 is an upbeat. */
export function toldBefore(bars: readonly BarPlan[], bar: number): [number, number] {
  const next = bars[bar + 1];
  return [bar < 0 ? UPBEAT : bodyToken(bars[bar]!), next ? headToken(next) : LAST];
}

/** The music alone. */
export function withoutPlan(tokens: ArrayLike<number>): number[] {
  return Array.from(tokens).filter((token) => !isPlanToken(token));
}
