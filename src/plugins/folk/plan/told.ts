import { planTokens, toldBefore } from './interleave.js';
import { type BarPlan, type PlacedSegment, planOf, type TunePlan } from './plan.js';

/** What a network is told of the bars of a tune whose tokens are known, before the music of each. */
export interface Told {
  /** Before the bar that begins at a token. */
  before(start: number): readonly number[];
  /** The tune's tokens from one to before another, with what is told among them. */
  slice(from: number, to?: number): number[];
}

/** A network that does not plan is told nothing. */
export function toldNothing(tokens: readonly number[]): Told {
  return { before: () => [], slice: (from, to) => tokens.slice(from, to) };
}

/** By the tune's own plan, in which the bars that begin at `anew` say no bar again, and none says them. */
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
