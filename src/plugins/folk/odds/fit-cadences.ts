import { cadencesOf } from '../codec/cadences.js';
import { type CadenceOdds, eachPart, wayOf } from './cadence-odds.js';

/** Shares of the ways to end a part, as {@link CadenceOdds} has them. */
export type CadenceShares = CadenceOdds;

/** Of so many ends more, `prior` has said: few are not taken at their word. */
const PRIOR = 5;
const EVEN = eachPart((_, ways) => new Array<number>(ways).fill(1 / ways));

/** How tunes (tokens) end their parts, for each part in shares that sum to 1; few ends are drawn towards `prior`. */
export function cadenceShares(tunes: readonly (readonly number[])[], prior = EVEN): CadenceShares {
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

/** Odds with which what was made with `odds` comes closer to people's; a whole `step` is 1. */
export function correctedCadences(
  odds: CadenceOdds,
  people: CadenceShares,
  made: CadenceShares,
  step: number,
): CadenceOdds {
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
