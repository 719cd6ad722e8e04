import { type Structure, structureOf } from '../../../music/abc/structure.js';
import type { Tune } from '../../../music/abc/tune.js';
import type { Verdict } from '../critic/critic.js';

/** The score of a tune among candidates. */
export interface Rank extends Structure {
  /** Mean cross-entropy per token, with the odds of the model folder, unmasked. */
  readonly natsPerToken: number;
  /** Candidates are ordered by this; it is the sum of `terms`. */
  readonly score: number;
  readonly terms: Readonly<Record<string, number>>;
  /** The verdict of the critic, if the model folder has one. */
  readonly critic?: Pick<Verdict, 'logit' | 'byFeatures' | 'byNetwork' | 'vetoes'>;
}

/** Repetition raises the score up to here: the median of O'Neill's 1850 and Ceol Rince na hÉireann lies between 0.11 and 0.18. */
const ENOUGH = 0.15;
/** Nine in ten of their tunes repeat less than this. */
const TOO_MUCH = 0.45;
/**
 * Nats per token: the median of held-out tunes by people under folk-session. A tune that repeats one bar over and over costs
 * less, and gains nothing by it.
 */
const CHEAP = 0.94;
/** Semitones between the lowest and the highest note: nine in ten of their tunes lie in this interval. */
const USUAL_RANGE = [13, 23] as const;

/** Large enough that a candidate with a veto ranks below every one without. */
const VETO = 20;

/** Scores a candidate by the critic's verdict if there is one, else by {@link plainTerms}. */
export function rankOf(tune: Tune, natsPerToken: number, verdict?: Verdict | null): Rank {
  const structure = structureOf(tune);
  const terms = verdict ? criticTerms(verdict) : plainTerms(structure, natsPerToken);
  const score = total(terms);
  const rank = { ...structure, natsPerToken, score, terms };
  if (!verdict) return rank;
  const { logit, byFeatures, byNetwork, vetoes } = verdict;
  return { ...rank, critic: { logit, byFeatures, byNetwork, vetoes } };
}

/** The score of a critic's verdict. */
export function scoreOf(verdict: Verdict): number {
  return total(criticTerms(verdict));
}

function total(terms: Readonly<Record<string, number>>): number {
  return Object.values(terms).reduce((sum, term) => sum + term, 0);
}

/**
 * The verdict, with terms for what a listener notices first: a missing cadence, and too much repetition. A low temperature
 * repeats bars too often, and the critic lets more of it through than people write, because a single such tune resembles many by
 * people.
 */
function criticTerms({ logit, vetoes, features, surplus }: Verdict) {
  return {
    critic: logit,
    vetoes: -VETO * vetoes.length,
    closes: 0.7 * features.closes + 0.4 * features.halfCloses,
    again: -2 * surplus,
  };
}

/**
 * Without a critic: likelihood up to the usual level, and properties that token-by-token likelihood misses. Human tunes differ
 * by about 0.3 nats per token (standard deviation), so that each term weighs as much as a clear difference in likelihood.
 */
function plainTerms(structure: Structure, natsPerToken: number) {
  const { repeatedWithin, repeatedBetween, endsOnTonic, lowest, highest } = structure;
  const [narrow, wide] = USUAL_RANGE;
  const range = highest - lowest;
  const outside = Math.max(0, narrow - range, range - wide);
  return {
    likelihood: -Math.max(natsPerToken, CHEAP),
    within: 0.2 * worth(repeatedWithin),
    between: 0.2 * worth(repeatedBetween),
    cadence: endsOnTonic ? 0.2 : 0,
    range: -0.02 * outside,
  };
}

/** Rises from 0 to 1 up to ENOUGH; beyond TOO_MUCH it falls, and reaches 0 half-way to a share of 1. */
function worth(share: number): number {
  if (share <= TOO_MUCH) return Math.min(1, share / ENOUGH);
  return 1 - (2 * (share - TOO_MUCH)) / (1 - TOO_MUCH);
}
