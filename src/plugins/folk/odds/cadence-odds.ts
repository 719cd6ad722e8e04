import { objectAt } from '../../../model/json.js';
import { type Cadence, cadencesOf } from '../codec/cadences.js';
import { oddsListAt } from './odds-json.js';

/** Log odds of each way to end a part: how much likelier it is in tunes by people than in generated tunes (natural logarithm). */
export interface CadenceOdds {
  /** First part: (last note not the tonic, tonic). */
  readonly first: readonly number[];
  /** A later part: (not the tonic, tonic; if it repeats an earlier part's last bar: not the tonic, tonic). */
  readonly later: readonly number[];
  /** As `later`, for the last part of the tune. */
  readonly last: readonly number[];
}

/** The number of ways to end each part. */
const WAYS = { first: 2, later: 4, last: 4 } as const;

/** Builds the values of each part from the number of its ways to end. */
export function eachPart(numbers: (part: keyof CadenceOdds, ways: number) => readonly number[]): CadenceOdds {
  return {
    first: numbers('first', WAYS.first),
    later: numbers('later', WAYS.later),
    last: numbers('last', WAYS.last),
  };
}

export const NO_CADENCE_ODDS = eachPart((_, ways) => new Array<number>(ways).fill(0));

/** Parses the cadence odds of model.json. Throws MODEL_BROKEN. */
export function parseCadenceOdds(value: unknown, place: string): CadenceOdds {
  const said = objectAt(value, place);
  return eachPart((part, ways) => oddsListAt(said[part], `${place}.${part}`, ways));
}

/** The position of a cadence's odds in {@link CadenceOdds}. */
export function wayOf({ later, last, again, tonic }: Cadence): { part: keyof CadenceOdds; index: number } {
  if (!later) return { part: 'first', index: Number(tonic) };
  return { part: last ? 'last' : 'later', index: 2 * Number(again) + Number(tonic) };
}

/** The weight (odds) of the last cadence in a tune's tokens, relative to other ends of the same part. */
export function cadenceWeight(odds: CadenceOdds, tokens: readonly number[]): number {
  const end = cadencesOf(tokens).at(-1);
  if (end === undefined) return 1;
  const { part, index } = wayOf(end);
  return Math.exp(odds[part][index]!);
}
