import { folkToken } from '../codec/vocabulary.js';
import { planTokens } from './interleave.js';
import { type BarPlan, isPhraseEnd, NO_CADENCE, OPEN, planOf, type TunePlan } from './plan.js';

/** The beginning of a tune that is gone on from, and the plan of its whole bars, read off it. */
export class GivenPlan {
  readonly #plan: TunePlan | undefined;

  constructor(readonly tokens: readonly number[]) {
    // The last bar may be whole, though no line closes it.
    const plan = tokens.length > 0 ? planOf([...tokens, folkToken('|')!]) : undefined;
    this.#plan = plan && plan.segments.length > 0 ? plan : undefined;
  }

  /** Whether it begins with an upbeat; undefined where it is too short to say. */
  get upbeat(): boolean | undefined {
    const segments = this.#plan?.segments;
    return segments === undefined || segments.length < 2 ? undefined : segments[0]!.upbeat;
  }

  /** Tokens that plan the bars that are given of a unit of so many. */
  planOf(unit: number, bars: number): number[] {
    const given = this.#plan?.units[unit]?.bars ?? [];
    return given.slice(0, bars).flatMap((bar, at) => planTokens(inUnit(bar, at, bars)));
  }
}

/** A bar as it stands in a unit that goes on. */
function inUnit(bar: BarPlan, at: number, bars: number): BarPlan {
  if (!isPhraseEnd(at, bars)) return { ...bar, cadence: NO_CADENCE };
  return bar.cadence === NO_CADENCE ? { ...bar, cadence: OPEN } : bar;
}
