import type { Mode } from '../../music/abc/key.js';
import type { Meter } from '../../music/abc/tune.js';
import type { PartPlan } from './grammar-form.js';
import type { PitchRange, Placing } from './grammar-pitch.js';
import type { TuneType } from './words.js';

/** What is asked of a tune. */
export interface TuneRules {
  /** Types that it may have; null is a tune without `R:`. */
  readonly types: readonly (TuneType | null)[];
  readonly meterFits: (type: TuneType | null, meter: Meter) => boolean;
  readonly modes: readonly Mode[];
  /** The key for a mode, and where the tune goes in it. */
  readonly place: (mode: Mode) => Placing;
  readonly range: PitchRange;
  readonly parts: readonly PartPlan[];
  /** Bars a part, at least 2, each ending included; a pickup is no bar. */
  readonly bars: number;
}
