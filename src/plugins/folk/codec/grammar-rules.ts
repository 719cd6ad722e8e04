import type { Mode } from '../../../music/abc/key.js';
import type { Meter } from '../../../music/abc/tune.js';
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

/** A tune as it grows, token by token, and which tokens may come next: what decoding asks of a constraint, and where the tune stands. */
export interface TuneGrammar {
  /** A copy that goes on by itself. */
  fork(): TuneGrammar;
  /** The tune has ended. */
  readonly done: boolean;
  /** Its key and octave, once its mode is known. */
  readonly placing: Placing | null;
  /** Full bars of the part, or of its ending, that are still to be done; 0 between two endings. */
  readonly barsLeft: number;
  /** The token that comes next where that is known already, and the network is not asked. */
  readonly forcedToken: number | undefined;
  /** What comes next is a plan rather than music. */
  readonly planning: boolean;
  /**
   * The segment that begins here is better drawn several times over than token by token, since only its end says what it is worth:
   * 0 where not, else how much it matters, up to 1.
   */
  readonly lookAhead: number;
  /** Segments that have ended. */
  readonly segments: number;
  /** The importance weight of the last segment beside others in its place. */
  segmentWeight(): number;
  /** Adds to `logits` (token) what makes it likelier that what comes is as it was planned. */
  bias(logits: Float32Array): void;
  /** Writes 0 into `mask` (token) where the token may not come next. */
  forbid(mask: Uint8Array): void;
  /** Moves on by a token that is allowed, and writes behind `written` what of it is music. Returns what the network is to hear of it. */
  advance(token: number, written: number[]): number;
}
