import { type Cadence, cadencesOf, saidType } from '../codec/folk/cadences.js';
import { arrayAt, broken, numberAt, objectAt } from '../model/json.js';

/** How much likelier each way to end a part is among people than among made tunes, in natural logarithms. */
export interface CadenceOdds {
  /** Of the first part: (its last note is another than the tonic, the tonic). */
  readonly first: readonly number[];
  /** Of a later part: (another, the tonic; with an earlier part's last bar: another, the tonic). */
  readonly later: readonly number[];
  /** The same of the later part that the tune ends with. */
  readonly last: readonly number[];
}

/**
 * The odds for each kind of tune, by the name of its type, UNTYPED or OTHERS: `userDefinedMetadata.continuo.cadences` of a model folder;
 * `fitCadences` finds them. A network that learns token by token hardly hears what becomes of a whole part. What it leaves out is
 * weighed in where ends are chosen among several: a residual model over whole sequences (Deng et al., Residual Energy-Based
 * Models for Text Generation, 2020).
 */
export type Cadences = Readonly<Record<string, CadenceOdds>>;

export const UNTYPED = 'untyped';
/** Types that have no odds of their own. */
export const OTHERS = 'others';

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

export const NO_ODDS = eachPart((_, ways) => new Array<number>(ways).fill(0));

/** Beyond e^10 nothing else would ever be taken. */
const SUREST = 10;

/** Reads a folder's odds; undefined where it has none. Throws MODEL_BROKEN. */
export function parseCadences(value: unknown): Cadences | undefined {
  if (value === undefined) return undefined;
  const place = 'model.json: userDefinedMetadata.continuo.cadences';
  return Object.fromEntries(
    Object.entries(objectAt(value, place)).map(([kind, odds]) => [kind, parseOdds(odds, `${place}.${kind}`)]),
  );
}

function parseOdds(value: unknown, place: string): CadenceOdds {
  const said = objectAt(value, place);
  return eachPart((part, count) => {
    const numbers = arrayAt(said[part], `${place}.${part}`).map((each) => numberAt(each, `${place}.${part}`));
    if (numbers.length === count && numbers.every((each) => Math.abs(each) <= SUREST)) return numbers;
    throw broken(`${place}.${part}: expected ${count} numbers from -${SUREST} to ${SUREST}`);
  });
}

/** Where the odds of an end stand. */
export function wayOf({ later, last, again, tonic }: Cadence): { part: keyof CadenceOdds; index: number } {
  if (!later) return { part: 'first', index: Number(tonic) };
  return { part: last ? 'last' : 'later', index: 2 * Number(again) + Number(tonic) };
}

/** The kind of a tune. */
export function kindOf(tokens: readonly number[]): string {
  return saidType(tokens) ?? UNTYPED;
}

/** What the last end among a tune's tokens is worth, beside other ends of the same part. */
export function cadenceWeight(cadences: Cadences, tokens: readonly number[]): number {
  const odds = cadences[kindOf(tokens)] ?? cadences[OTHERS];
  const end = cadencesOf(tokens).at(-1);
  if (odds === undefined || end === undefined) return 1;
  const { part, index } = wayOf(end);
  return Math.exp(odds[part][index]!);
}
