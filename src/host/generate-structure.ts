import { type Structure, structureOf } from '../music/abc/structure.js';
import type { Tune } from '../music/abc/tune.js';

/** What a tune is worth among candidates. */
export interface Rank extends Structure {
  /** Mean cost of a token to the network, weighed by its folder's odds, unmasked. */
  readonly natsPerToken: number;
  /** What candidates are ordered by; its terms add up to it. */
  readonly score: number;
  readonly terms: Readonly<Record<'likelihood' | 'within' | 'between' | 'cadence' | 'range', number>>;
}

/** Up to here repetition is worth more: the median of O'Neill's 1850 and Ceol Rince na hÉireann lies between 0.11 and 0.18. */
const ENOUGH = 0.15;
/** Nine of ten of their tunes repeat less than this. */
const TOO_MUCH = 0.45;
/**
 * Nats a token: half of the held-out tunes by people cost folk-session more. A tune that says one bar over and over costs little,
 * and gets no more for it than one that is as likely as theirs.
 */
const CHEAP = 0.94;
/** Semitones between the lowest and the highest note of nine in ten of their tunes. */
const USUAL_RANGE = [13, 23] as const;

/**
 * Orders candidates: the likelier the better, up to what is usual, and what tunes have that a likelihood token by token does not
 * see. Tunes by people differ by some 0.3 nats a token (standard deviation), so that each of these weighs as much as a clear difference.
 */
export function rankOf(tune: Tune, natsPerToken: number): Rank {
  const structure = structureOf(tune);
  const { repeatedWithin, repeatedBetween, lowest, highest } = structure;
  const [narrow, wide] = USUAL_RANGE;
  const range = highest - lowest;
  const outside = Math.max(0, narrow - range, range - wide);
  const terms = {
    likelihood: -Math.max(natsPerToken, CHEAP),
    within: 0.2 * worth(repeatedWithin),
    between: 0.2 * worth(repeatedBetween),
    cadence: structure.endsOnTonic ? 0.2 : 0,
    range: -0.02 * outside,
  };
  const score = Object.values(terms).reduce((sum, term) => sum + term, 0);
  return { ...structure, natsPerToken, score, terms };
}

/** 0 to 1 up to what is enough; beyond too much it falls, and is as good as none half-way to all. */
function worth(share: number): number {
  if (share <= TOO_MUCH) return Math.min(1, share / ENOUGH);
  return 1 - (2 * (share - TOO_MUCH)) / (1 - TOO_MUCH);
}
