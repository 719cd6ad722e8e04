import { objectAt } from '../../../model/json.js';
import { type Cadence, cadencesOf } from '../codec/cadences.js';
import { oddsListAt } from './odds-json.js';

/** How much likelier each way to end a part is among people than among made tunes, in natural logarithms. */
export interface CadenceOdds {
  /** Of the first part: (its last note is another than the tonic, the tonic). */
  readonly first: readonly number[];
  /** Of a later part: (another, the tonic; with an earlier part's last bar: another, the tonic). */
  readonly later: readonly number[];
  /** The same of the later part that the tune ends with. */
  readonly last: readonly number[];
}

/** Ways to end each part. */
const WAYS = { first: 2, later: 4, last: 4 } as const;

/** A number for each way to end, part by part. */
export function eachPart(numbers: (part: keyof CadenceOdds, ways: number) => readonly number[]): CadenceOdds {
  return {
    first: numbers('first', WAYS.first),
    later: numbers('later', WAYS.later),
    last: numbers('last', WAYS.last),
  };
}

export const NO_CADENCE_ODDS = eachPart((_, ways) => new Array<number>(ways).fill(0));

/** Throws MODEL_BROKEN. */
export function parseCadenceOdds(value: unknown, place: string): CadenceOdds {
  const said = objectAt(value, place);
  return eachPart((part, ways) => oddsListAt(said[part], `${place}.${part}`, ways));
}

/** Where the odds of an end stand. */
export function wayOf({ later, last, again, tonic }: Cadence): { part: keyof CadenceOdds; index: number } {
  if (!later) return { part: 'first', index: Number(tonic) };
  return { part: last ? 'last' : 'later', index: 2 * Number(again) + Number(tonic) };
}

/** What the last end among a tune's tokens is worth, beside other ends of the same part. */
export function cadenceWeight(odds: CadenceOdds, tokens: readonly number[]): number {
  const end = cadencesOf(tokens).at(-1);
  if (end === undefined) return 1;
  const { part, index } = wayOf(end);
  return Math.exp(odds[part][index]!);
}
