import { cadencesOf } from '../codec/folk/cadences.js';
import { folkCodec } from '../codec/folk/index.js';
import { type CadenceOdds, NO_ODDS, wayOf } from './cadence-odds.js';
import type { TuneModel } from './generate-model.js';
import { type Asked, makeTunes } from './generate-tunes.js';

/** A tune by people that the network was trained on, and what one would ask for to get one like it. */
export interface Pattern {
  readonly asked: Asked;
  readonly tokens: readonly number[];
}

export interface CadenceFitting {
  /** Tunes made in each round, after patterns from all over. */
  readonly count: number;
  /** Each makes tunes with the odds so far and corrects those, by less and less. */
  readonly rounds: number;
  readonly seed: number;
  readonly lookAhead: number;
  /** Called after each tune with the share that is done. May throw to end the work. */
  readonly watch: (share: number) => Promise<void>;
}

/** Shares of the ways to end, of a first part and of later ones, as {@link CadenceOdds} has them. */
export type CadenceShares = CadenceOdds;

export interface CadenceFit {
  readonly odds: CadenceOdds;
  readonly people: CadenceShares;
  /** Of the tunes that each round made. */
  readonly made: readonly CadenceShares[];
}

/** Finds the odds with which made tunes end their parts in each way as often as their patterns do. */
export async function fitCadences(
  model: TuneModel,
  patterns: readonly Pattern[],
  { count, rounds, seed, lookAhead, watch }: CadenceFitting,
): Promise<CadenceFit> {
  const people = sharesOf(patterns.map(({ tokens }) => tokens));
  const made: CadenceShares[] = [];
  let odds = NO_ODDS;
  for (let round = 0; round < rounds; round++) {
    // Other patterns in each round: what was asked once would count twice.
    const asked = Array.from({ length: count }, (_, index) => {
      const at = ((index + round / rounds) * patterns.length) / count;
      return patterns[Math.floor(at) % patterns.length]!.asked;
    });
    const order = { asked, count, bestOf: 1, temperature: 1, topP: 1, seed: seed + round, lookAhead };
    const tunes: number[][] = [];
    for (const { tokens } of makeTunes({ ...model, cadences: odds }, order)) {
      tunes.push(folkCodec.read(tokens));
      await watch((round + tunes.length / count) / rounds);
    }
    const shares = sharesOf(tunes);
    made.push(shares);
    // Whole steps at first, since what is chosen among has not all ways in it; then less, not to chase the chance of each round.
    odds = corrected(odds, people, shares, Math.min(1, 2 / (round + 1)));
  }
  return { odds, people, made };
}

function sharesOf(tunes: readonly (readonly number[])[]): CadenceShares {
  // One of each more than there were, so that none is impossible.
  const counts = { first: NO_ODDS.first.map(() => 1), later: NO_ODDS.later.map(() => 1) };
  for (const tokens of tunes)
    for (const end of cadencesOf(tokens)) {
      const { part, index } = wayOf(end);
      counts[part][index]!++;
    }
  const shares = (of: readonly number[]) => {
    const total = of.reduce((sum, count) => sum + count, 0);
    return of.map((count) => count / total);
  };
  return { first: shares(counts.first), later: shares(counts.later) };
}

function corrected(odds: CadenceOdds, people: CadenceShares, made: CadenceShares, step: number): CadenceOdds {
  const part = (name: keyof CadenceOdds) => {
    const moved = odds[name].map(
      (value, index) => value + step * Math.log(people[name][index]! / made[name][index]!),
    );
    // Only differences matter: the first is 0.
    return moved.map((value) => Math.round(1000 * (value - moved[0]!)) / 1000);
  };
  return { first: part('first'), later: part('later') };
}
