import { arrayAt, broken, firstPlanTokenAt, numberAt, objectAt, tokensAt } from '../json.js';
import type { BarTokens } from './bar-counter.js';

/** How an earlier bar is related to the present one. In the same part, 1, 2, 4 or 8 bars before it; in an earlier part; else. */
export const RELATION = {
  one: 0,
  two: 1,
  four: 2,
  eight: 3,
  /** An earlier part's, at the same place. */
  same: 4,
  /** An earlier part's, 4 or 8 bars beside the same place. */
  beside: 5,
  /** An earlier part's, elsewhere. */
  elsewhere: 6,
  /** The same part's, elsewhere. */
  other: 7,
} as const;
const RELATIONS = 8;

/** Bars of a part that are told apart. */
const BARS = 16;
/** After so many bars of the part; the last: after its first bar line, which may have ended an upbeat. */
export const PLACES = BARS + 2;
/** Lower ends of the classes of how many tokens before two bars agree. */
const BEFORE = [0, 1, 2, 4, 7, 13] as const;
/** So many tokens before two bars are compared. */
export const LONGEST_BEFORE = 40;
/** Classes of how many tokens of a bar agreed in a row: from its beginning, and since one did not. */
const RUN = 7;
const AGAIN = 5;
const RUNS = RUN + AGAIN;

/**
 * What a model folder says of recall, under `userDefinedMetadata.continuo.recall`; training/torch/recall.py fits it. Tables are
 * row-major, of natural logarithms of odds.
 */
export interface RecallSpec extends BarTokens {
  /** Tokens that end a bar, beside those counted and the resets. */
  readonly boundaries: readonly number[];
  /** An earlier bar against the network alone: (relation, place, whether a part came before). */
  readonly places: readonly number[];
  /** The same, to be added: (relation, class of the tokens before that agree). */
  readonly agreeing: readonly number[];
  /** A slip, a token that is left to the network though an earlier bar is followed: (relation, class of the run). */
  readonly slips: readonly number[];
  /** The same, to be added: (class of the tokens before that agree). */
  readonly before: readonly number[];
  /** Some bars are said again to the letter. The odds of that against following freely: (relation). */
  readonly exact: readonly number[];
  /** Of a slip even then: (relation). */
  readonly exactSlips: readonly number[];
  /** Where tokens before a bar tell how it is related to earlier ones. */
  readonly hints?: BarHintSpec;
}

/** Tokens that tell of the bar to come, which are not music. */
export interface BarHintSpec {
  /** Tokens from `first` on, and which class each is of: (token - first). */
  readonly first: number;
  readonly classes: readonly number[];
  /** To be added to the odds of an earlier bar: (class, relation). */
  readonly odds: readonly number[];
}

const LENGTHS = {
  places: RELATIONS * PLACES * 2,
  agreeing: RELATIONS * BEFORE.length,
  slips: RELATIONS * RUNS,
  before: BEFORE.length,
  exact: RELATIONS,
  exactSlips: RELATIONS,
} as const;

/** Beyond e^30 odds are as good as certain; the exponential of what a broken file says stays finite. */
const SUREST = 30;

/** Reads a folder's recall; undefined where it has none. Throws MODEL_BROKEN. */
export function parseRecall(value: unknown, classes: number): RecallSpec | undefined {
  if (value === undefined) return undefined;
  const place = 'model.json: userDefinedMetadata.continuo.recall';
  const said = objectAt(value, place);
  const table = (name: keyof typeof LENGTHS) => {
    const numbers = arrayAt(said[name], `${place}.${name}`).map((each) => numberAt(each, `${place}.${name}`));
    if (numbers.length !== LENGTHS[name] || !numbers.every((each) => Math.abs(each) <= SUREST))
      throw broken(
        `${place}.${name}: expected ${LENGTHS[name]} numbers from -${SUREST} to ${SUREST}, got ${numbers.length}`,
      );
    return numbers;
  };
  const tokens = (name: 'boundaries' | 'counted' | 'resets') =>
    tokensAt(said[name], classes, `${place}.${name}`);
  return {
    boundaries: tokens('boundaries'),
    counted: tokens('counted'),
    resets: tokens('resets'),
    places: table('places'),
    agreeing: table('agreeing'),
    slips: table('slips'),
    before: table('before'),
    exact: table('exact'),
    exactSlips: table('exactSlips'),
    ...firstPlanTokenAt(said.unheard, classes, `${place}.unheard`),
    ...(said.told === undefined ? {} : { hints: hintsAt(said.told, classes, `${place}.told`) }),
  };
}

function hintsAt(value: unknown, size: number, place: string): BarHintSpec {
  const said = objectAt(value, place);
  const [first] = tokensAt([said.first], size, `${place}.first`);
  const numbers = (name: string) =>
    arrayAt(said[name], `${place}.${name}`).map((each) => numberAt(each, `${place}.${name}`));
  const [classes, odds] = [numbers('classes'), numbers('odds')];
  const count = odds.length / RELATIONS;
  if (
    !(classes.every((each) => Number.isInteger(each) && each >= 0 && each < count) && Number.isInteger(count))
  )
    throw broken(`${place}: expected classes below ${count}, and ${RELATIONS} odds for each`);
  if (!odds.every((each) => Math.abs(each) <= SUREST) || first! + classes.length > size)
    throw broken(`${place}: expected odds from -${SUREST} to ${SUREST} and tokens below ${size}`);
  return { first: first!, classes, odds };
}

/** The tables of a recall as odds and shares. */
export class RecallOdds {
  readonly #places: Float64Array;
  readonly #agreeing: Float64Array;
  readonly #slips: Float64Array; // (relation, run, before)
  readonly #exact: Float64Array;
  readonly #exactSlips: Float64Array;
  readonly #hints: Float64Array;

  constructor({ places, agreeing, slips, before, exact, exactSlips, hints }: RecallSpec) {
    this.#hints = Float64Array.from(hints?.odds ?? [], Math.exp);
    this.#places = Float64Array.from(places, Math.exp);
    this.#agreeing = Float64Array.from(agreeing, Math.exp);
    this.#slips = Float64Array.from(slips.flatMap((slip) => before.map((more) => logistic(slip + more))));
    this.#exact = Float64Array.from(exact, Math.exp);
    this.#exactSlips = Float64Array.from(exactSlips, logistic);
  }

  /** Odds of an earlier bar, followed freely, against the network alone, when a bar begins. */
  prior(relation: number, place: number, later: boolean, agreeing: number): number {
    return (
      this.#places[(relation * PLACES + place) * 2 + Number(later)]! *
      this.#agreeing[relation * BEFORE.length + agreeing]!
    );
  }

  /** What they are to be multiplied by where the bar was told to be of a class; -1: it was told nothing. */
  hintFactor(told: number, relation: number): number {
    return told < 0 ? 1 : this.#hints[told * RELATIONS + relation]!;
  }

  /** Odds that an earlier bar is followed to the letter against that it is followed freely. */
  exact(relation: number): number {
    return this.#exact[relation]!;
  }

  /** Share of the next token that is left to the network even then. */
  exactSlip(relation: number): number {
    return this.#exactSlips[relation]!;
  }

  /** Share of the next token that is left to the network where a bar is followed freely; `run` is a {@link runClass}. */
  slip(relation: number, run: number, agreeing: number): number {
    return this.#slips[(relation * RUNS + run) * BEFORE.length + agreeing]!;
  }
}

/** The share that logarithmic odds are. */
function logistic(odds: number): number {
  return 1 / (1 + Math.exp(-odds));
}

/** How a bar is related to the present one; `distance` is how many bars further on in its part the present one is. */
export function relationOf(samePart: boolean, distance: number): number {
  if (!samePart) {
    if (distance === 0) return RELATION.same;
    const apart = Math.abs(distance);
    return apart === 4 || apart === 8 ? RELATION.beside : RELATION.elsewhere;
  }
  if (distance === 1) return RELATION.one;
  if (distance === 2) return RELATION.two;
  if (distance === 4) return RELATION.four;
  return distance === 8 ? RELATION.eight : RELATION.other;
}

/** The place of a bar after `lines` bar lines and `bars` bars of its part. */
export function placeOf(lines: number, bars: number): number {
  return lines === 1 ? BARS + 1 : Math.min(bars, BARS);
}

/** The class of {@link BEFORE} that a number of tokens falls in. */
export function agreeingClass(tokens: number): number {
  let index = BEFORE.length - 1;
  while (tokens < BEFORE[index]!) index--;
  return index;
}

/** The class of `run` tokens in a row that agreed, from the bar's beginning or since it `slipped`. */
export function runClass(run: number, slipped: boolean): number {
  return slipped ? RUN + Math.min(AGAIN - 1, run) : Math.min(RUN - 1, run);
}
