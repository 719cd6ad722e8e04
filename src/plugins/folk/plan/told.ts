import { planTokens, toldBefore } from './interleave.js';
import { type BarPlan, type PlacedSegment, planOf, type TunePlan } from './plan.js';

/** Plan tokens that a network is fed before each bar of a known tune. */
export interface Told {
  /** The plan tokens before the bar that begins at token index `start`. */
  before(start: number): readonly number[];
  /** The tune's tokens from index `from` up to, not including, `to`, with the plan tokens inserted. */
  slice(from: number, to?: number): number[];
}

/** For a network without plans: no plan tokens. */
export function toldNothing(tokens: readonly number[]): Told {
  return { before: () => [], slice: (from, to) => tokens.slice(from, to) };
}

/**
 * Uses the tune's own plan. Bars that begin at a token index in `anew` neither repeat another bar nor are repeated, so
 * that they can be rewritten.
 */
export function toldPlan(tokens: readonly number[], anew: ReadonlySet<number>): Told {
  const plan = withoutAgain(planOf(tokens), anew);
  const told = new Map<number, readonly number[]>();
  let unit = -1;
  for (const segment of plan.segments) {
    const { bars } = plan.units[segment.unit]!;
    const whole = segment.unit === unit ? [] : bars.flatMap(planTokens);
    told.set(segment.start, [...whole, ...toldBefore(bars, segment.upbeat ? -1 : segment.bar)]);
    unit = segment.unit;
  }
  const before = (start: number) => told.get(start) ?? [];
  return {
    before,
    slice: (from, to = tokens.length) =>
      tokens.slice(from, to).flatMap((token, index) => [...before(from + index), token]),
  };
}

function withoutAgain({ units, segments }: TunePlan, anew: ReadonlySet<number>): TunePlan {
  const starts = (segment: PlacedSegment) => !segment.upbeat && anew.has(segment.start);
  const changed = new Set(segments.filter(starts).map(({ unit, bar }) => `${unit} ${bar}`));
  const source = (unit: number, { again }: BarPlan) =>
    again && `${again.unit === 2 ? 0 : unit - again.unit} ${again.bar}`;
  return {
    segments,
    units: units.map(({ bars }, unit) => ({
      bars: bars.map((plan, bar) => {
        if (!changed.has(`${unit} ${bar}`) && !changed.has(source(unit, plan) ?? '')) return plan;
        const { again: _, ...anew } = plan;
        return anew;
      }),
    })),
  };
}
