import { folkToken } from '../codec/vocabulary.js';
import { planTokens } from './interleave.js';
import { type BarPlan, isPhraseEnd, NO_CADENCE, OPEN, planOf, type TunePlan } from './plan.js';

/** The given beginning of a tune that generation continues, and the plan of its complete bars, derived from it. */
export class GivenPlan {
  readonly #plan: TunePlan | undefined;

  constructor(readonly tokens: readonly number[]) {
    // The last bar may be complete without a bar line after it.
    const plan = tokens.length > 0 ? planOf([...tokens, folkToken('|')!]) : undefined;
    this.#plan = plan && plan.segments.length > 0 ? plan : undefined;
  }

  /** Whether the beginning has an upbeat; undefined if it is too short to tell. */
  get upbeat(): boolean | undefined {
    const segments = this.#plan?.segments;
    return segments === undefined || segments.length < 2 ? undefined : segments[0]!.upbeat;
  }

  /** Plan tokens for the given bars of a unit that will have `bars` bars. */
  planOf(unit: number, bars: number): number[] {
    const given = this.#plan?.units[unit]?.bars ?? [];
    return given.slice(0, bars).flatMap((bar, at) => planTokens(inUnit(bar, at, bars)));
  }
}

/** The plan of a bar whose unit continues: only the end of a phrase has a cadence. */
function inUnit(bar: BarPlan, at: number, bars: number): BarPlan {
  if (!isPhraseEnd(at, bars)) return { ...bar, cadence: NO_CADENCE };
  return bar.cadence === NO_CADENCE ? { ...bar, cadence: OPEN } : bar;
}
