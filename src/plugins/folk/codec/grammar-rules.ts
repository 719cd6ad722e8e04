import type { Mode } from '../../../music/abc/key.js';
import type { Meter } from '../../../music/abc/tune.js';
import type { PartPlan } from './grammar-form.js';
import type { PitchRange, Placing } from './grammar-pitch.js';
import type { TuneType } from './words.js';

/** Requirements for a generated tune. */
export interface TuneRules {
  /** Allowed tune types; null stands for a tune without `R:`. */
  readonly types: readonly (TuneType | null)[];
  readonly meterFits: (type: TuneType | null, meter: Meter) => boolean;
  readonly modes: readonly Mode[];
  /** Key and octave of the tune for a given mode. */
  readonly place: (mode: Mode) => Placing;
  readonly range: PitchRange;
  readonly parts: readonly PartPlan[];
  /** Bars in a part, at least 2. With endings, each ending counts towards it; a pickup does not. */
  readonly bars: number;
}

/**
 * State of a tune under generation, for constrained decoding: which tokens may come next, and the position in the tune.
 *
 * @example
 * const written: number[] = [];
 * while (!grammar.done) {
 *   mask.fill(1);
 *   grammar.forbid(mask);
 *   const token = grammar.forcedToken ?? draw(logits, mask);
 *   logits = network.step(grammar.advance(token, written));
 * }
 */
export interface TuneGrammar {
  /** An independent copy. */
  fork(): TuneGrammar;
  /** The tune is complete. */
  readonly done: boolean;
  /** Key and octave; null until the mode is known. */
  readonly placing: Placing | null;
  /** Full bars left in the part or its ending; 0 between two endings. */
  readonly barsLeft: number;
  /** The next token if it is already determined: the network need not be sampled. Otherwise undefined. */
  readonly forcedToken: number | undefined;
  /** The next tokens are part of a plan, not music. */
  readonly planning: boolean;
  /**
   * Greater than 0 if several candidates for the segment that begins here should be drawn and compared, since only its
   * end shows its quality. The value, up to 1, says how much that matters.
   */
  readonly lookAhead: number;
  /** Number of completed segments. */
  readonly segments: number;
  /** Importance weight of the last segment, relative to other candidates for the same place. */
  segmentWeight(): number;
  /** Adds a bias to `logits` (token) that favours what was planned. */
  bias(logits: Float32Array): void;
  /** Sets `mask` (token) to 0 for each token that may not come next. */
  forbid(mask: Uint8Array): void;
  /**
   * Accepts an allowed token and appends the music that it stands for to `written`. Returns the token to feed to the
   * network.
   */
  advance(token: number, written: number[]): number;
}
