import { type Structure, structureOf } from '../../../music/abc/structure.js';
import type { Tune } from '../../../music/abc/tune.js';
import type { Verdict } from '../critic/critic.js';

/** What a tune is worth among candidates. */
export interface Rank extends Structure {
  /** Mean cost of a token to the network, weighed by its folder's odds, unmasked. */
  readonly natsPerToken: number;
  /** What candidates are ordered by; its terms add up to it. */
  readonly score: number;
  readonly terms: Readonly<Record<string, number>>;
  /** What the critic of the model's folder says, where it has one. */
  readonly critic?: Pick<Verdict, 'logit' | 'byFeatures' | 'byNetwork' | 'vetoes'>;
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

/** A candidate with a veto comes after all without. */
const VETO = 20;

/** Orders candidates by what the critic says, where there is one, else by {@link plainTerms}. */
export function rankOf(tune: Tune, natsPerToken: number, verdict?: Verdict | null): Rank {
  const structure = structureOf(tune);
  const terms = verdict ? criticTerms(verdict) : plainTerms(structure, natsPerToken);
  const score = total(terms);
  const rank = { ...structure, natsPerToken, score, terms };
  if (!verdict) return rank;
  const { logit, byFeatures, byNetwork, vetoes } = verdict;
  return { ...rank, critic: { logit, byFeatures, byNetwork, vetoes } };
}

/** What a critic's verdict is worth among others. */
export function scoreOf(verdict: Verdict): number {
  return total(criticTerms(verdict));
}

function total(terms: Readonly<Record<string, number>>): number {
  return Object.values(terms).reduce((sum, term) => sum + term, 0);
}

/**
 * What sounds made, and what a listener hears first: an end that is none. A low temperature says its bars again too often, and the critic,
 * to whom a single such tune is like many by people, lets more through than people have.
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
 * Without a critic: the likelier the better, up to what is usual, and what tunes have that a likelihood token by token does not
 * see. Tunes by people differ by some 0.3 nats a token (standard deviation), so that each of these weighs as much as a clear difference.
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

/** 0 to 1 up to what is enough; beyond too much it falls, and is as good as none half-way to all. */
function worth(share: number): number {
  if (share <= TOO_MUCH) return Math.min(1, share / ENOUGH);
  return 1 - (2 * (share - TOO_MUCH)) / (1 - TOO_MUCH);
}
