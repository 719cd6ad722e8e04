import { arrayAt, broken, firstPlanTokenAt, numberAt, objectAt, tokensAt } from '../json.js';
import type { BarTokens } from './bar-counter.js';

/** The relation of an earlier bar to the present one: 1, 2, 4 or 8 bars before it in the same part, in an earlier part, or other. */
export const RELATION = {
  one: 0,
  two: 1,
  four: 2,
  eight: 3,
  /** In an earlier part, at the same place. */
  same: 4,
  /** In an earlier part, 4 or 8 bars from the same place. */
  beside: 5,
  /** In an earlier part, elsewhere. */
  elsewhere: 6,
  /** In the same part, elsewhere. */
  other: 7,
} as const;
const RELATIONS = 8;

/** Bars of a part that have odds of their own; later ones share those of the last. */
const BARS = 16;
/** Number of places: by the bars of the part so far, and one more after its first bar line, which may have ended an upbeat. */
export const PLACES = BARS + 2;
/** Lower bounds of the classes of the number of tokens before two bars that agree. */
const BEFORE = [0, 1, 2, 4, 7, 13] as const;
/** How many tokens before two bars are compared at most. */
export const LONGEST_BEFORE = 40;
/** Classes of the number of consecutive tokens that agreed: from the bar's beginning, and since the last one that did not. */
const RUN = 7;
const AGAIN = 5;
const RUNS = RUN + AGAIN;

/**
 * The recall of a model folder, `userDefinedMetadata.continuo.recall` in its model.json; training/torch/recall.py fits it. Tables
 * are row-major and hold log-odds (natural logarithms).
 */
export interface RecallSpec extends BarTokens {
  /** Tokens that end a bar, besides the counted ones and the resets. */
  readonly boundaries: readonly number[];
  /** Log-odds of following an earlier bar against the network alone: (relation, place, whether a part came before). */
  readonly places: readonly number[];
  /** Added to these: (relation, class of the number of tokens before that agree). */
  readonly agreeing: readonly number[];
  /** Log-odds of a slip, a token that the network writes though an earlier bar is followed: (relation, class of the run). */
  readonly slips: readonly number[];
  /** Added to these: (class of the number of tokens before that agree). */
  readonly before: readonly number[];
  /** Log-odds of an exact repetition against following freely: (relation). */
  readonly exact: readonly number[];
  /** Log-odds of a slip in an exact repetition: (relation). */
  readonly exactSlips: readonly number[];
  /** Plan tokens before a bar that hint at its relation to earlier ones. */
  readonly hints?: BarHintSpec;
}

/** Plan tokens that hint at the bar to come. */
export interface BarHintSpec {
  /** The first such token, and the class of each: (token - first). */
  readonly first: number;
  readonly classes: readonly number[];
  /** Added to the log-odds of an earlier bar: (class, relation). */
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

/** Bound on log-odds: e^30 is as good as certain, and the exponentials of a broken file stay finite. */
const SUREST = 30;

/** Parses a folder's recall; undefined where it has none. Throws MODEL_BROKEN. */
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

/** The tables of a recall as odds and probabilities. */
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

  /** Prior odds, as a bar begins, that it follows an earlier bar freely against the network alone. */
  prior(relation: number, place: number, later: boolean, agreeing: number): number {
    return (
      this.#places[(relation * PLACES + place) * 2 + Number(later)]! *
      this.#agreeing[relation * BEFORE.length + agreeing]!
    );
  }

  /** Factor on these odds by the class of the bar's hint; -1: there was none. */
  hintFactor(told: number, relation: number): number {
    return told < 0 ? 1 : this.#hints[told * RELATIONS + relation]!;
  }

  /** Odds that an earlier bar is repeated exactly against that it is followed freely. */
  exact(relation: number): number {
    return this.#exact[relation]!;
  }

  /** Probability that the network writes the next token of an exact repetition. */
  exactSlip(relation: number): number {
    return this.#exactSlips[relation]!;
  }

  /** Probability that the network writes the next token where a bar is followed freely; `run` is a {@link runClass}. */
  slip(relation: number, run: number, agreeing: number): number {
    return this.#slips[(relation * RUNS + run) * BEFORE.length + agreeing]!;
  }
}

/** The probability of log-odds. */
function logistic(odds: number): number {
  return 1 / (1 + Math.exp(-odds));
}

/** The relation of an earlier bar to the present one, which is `distance` bars further on in its part. */
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

/** The class of a number of tokens, by {@link BEFORE}. */
export function agreeingClass(tokens: number): number {
  let index = BEFORE.length - 1;
  while (tokens < BEFORE[index]!) index--;
  return index;
}

/** The class of `run` consecutive tokens that agreed, from the bar's beginning or since it `slipped`. */
export function runClass(run: number, slipped: boolean): number {
  return slipped ? RUN + Math.min(AGAIN - 1, run) : Math.min(RUN - 1, run);
}
