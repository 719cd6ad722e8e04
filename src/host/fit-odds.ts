import { cadencesOf } from '../codec/folk/cadences.js';
import { folkCodec } from '../codec/folk/index.js';
import { type CadenceOdds, eachPart, kindOf, NO_ODDS, OTHERS, wayOf } from './cadence-odds.js';
import type { TuneModel } from './generate-model.js';
import { type Asked, makeTunes } from './generate-tunes.js';

/** A tune by people that the network was trained on, and what one would ask for to get one like it. */
export interface Pattern {
  readonly asked: Asked;
  readonly tokens: readonly number[];
}

export interface CadenceFitting {
  /** Tunes made in each round, of every kind in proportion to the square root of how many patterns it has. */
  readonly count: number;
  /** Each makes tunes with the odds so far and corrects those, by less and less. */
  readonly rounds: number;
  readonly seed: number;
  readonly lookAhead: number;
  /** Called after each tune with the share that is done. May throw to end the work. */
  readonly watch: (share: number) => Promise<void>;
}

/** Shares of the ways to end a part, as {@link CadenceOdds} has them. */
export type CadenceShares = CadenceOdds;

/** Of one kind of tune. */
export interface CadenceFit {
  readonly kind: string;
  readonly patterns: number;
  readonly people: CadenceShares;
  /** Of the tunes that each round made. */
  readonly made: readonly CadenceShares[];
  readonly odds: CadenceOdds;
}

/** A type with fewer patterns is one of the others. */
const LEAST_PATTERNS = 50;

/** Finds the odds with which made tunes of each kind end their parts in each way as often as their patterns do. */
export async function fitCadences(
  model: TuneModel,
  patterns: readonly Pattern[],
  { count, rounds, seed, lookAhead, watch }: CadenceFitting,
): Promise<CadenceFit[]> {
  const kinds = kindsOf(patterns);
  const weight = kinds.reduce((sum, { patterns }) => sum + Math.sqrt(patterns.length), 0);
  const fits = kinds.map(({ kind, patterns }) => ({
    kind,
    patterns: patterns.length,
    people: sharesOf(patterns.map(({ tokens }) => tokens)),
    made: [] as CadenceShares[],
    odds: NO_ODDS,
  }));
  for (let round = 0; round < rounds; round++) {
    const cadences = Object.fromEntries(fits.map(({ kind, odds }) => [kind, odds]));
    for (const [index, fit] of fits.entries()) {
      const { patterns } = kinds[index]!;
      const asked = spread(
        patterns,
        Math.ceil((count * Math.sqrt(patterns.length)) / weight),
        round / rounds,
      );
      const order = {
        count: asked.length,
        bestOf: 1,
        temperature: 1,
        topP: 1,
        seed: seed + round,
        lookAhead,
      };
      const tunes: number[][] = [];
      for (const { tokens } of makeTunes({ ...model, cadences }, { asked, ...order })) {
        tunes.push(folkCodec.read(tokens));
        await watch((round + (index + tunes.length / asked.length) / fits.length) / rounds);
      }
      const shares = sharesOf(tunes, fit.people);
      fit.made.push(shares);
      // Whole steps at first, since what is chosen among has not all ways in it; then less, not to chase the chance of each round.
      fit.odds = corrected(fit.odds, fit.people, shares, Math.min(1, 2 / (round + 1)));
    }
  }
  return fits;
}

/** Patterns by the kind of tune that they are, the rare kinds together. */
function kindsOf(patterns: readonly Pattern[]): { kind: string; patterns: readonly Pattern[] }[] {
  const kinds = new Map<string, Pattern[]>();
  for (const pattern of patterns) {
    const kind = kindOf(pattern.tokens);
    const known = kinds.get(kind);
    if (known) known.push(pattern);
    else kinds.set(kind, [pattern]);
  }
  const often = [...kinds].filter(([, { length }]) => length >= LEAST_PATTERNS);
  const rare = [...kinds].filter(([, { length }]) => length < LEAST_PATTERNS);
  const others = rare.flatMap(([, patterns]) => patterns);
  return [...often, ...(others.length > 0 ? [[OTHERS, others] as const] : [])].map(([kind, patterns]) => ({
    kind,
    patterns,
  }));
}

/** What is asked of `count` patterns from all over; others for another `phase` (0 to 1), since what was asked once would count twice. */
function spread(patterns: readonly Pattern[], count: number, phase: number): Asked[] {
  return Array.from({ length: count }, (_, index) => {
    const at = Math.floor(((index + phase) * patterns.length) / count);
    return patterns[at]!.asked;
  });
}

/** Of so many ends more, `prior` has said: few are not taken at their word. */
const PRIOR = 5;
const EVEN = eachPart((_, ways) => new Array<number>(ways).fill(1 / ways));

function sharesOf(tunes: readonly (readonly number[])[], prior = EVEN): CadenceShares {
  const ends = tunes.flatMap((tokens) => cadencesOf(tokens).map(wayOf));
  return eachPart((part, ways) => {
    const counts = new Array<number>(ways).fill(0);
    for (const end of ends) if (end.part === part) counts[end.index]!++;
    const total = counts.reduce((sum, count) => sum + count, PRIOR);
    return counts.map((count, index) => (count + PRIOR * prior[part][index]!) / total);
  });
}

/** As far as a folder may say. */
const MOST = 9;

function corrected(odds: CadenceOdds, people: CadenceShares, made: CadenceShares, step: number): CadenceOdds {
  return eachPart((part) => {
    const moved = odds[part].map(
      (value, index) => value + step * Math.log(people[part][index]! / made[part][index]!),
    );
    // Only differences matter: the first is 0.
    return moved.map((value) => {
      const apart = Math.max(-MOST, Math.min(MOST, value - moved[0]!));
      return Math.round(1000 * apart) / 1000;
    });
  });
}
