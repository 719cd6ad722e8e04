import { cadencesOf } from '../codec/cadences.js';
import { type CadenceOdds, eachPart, wayOf } from './cadence-odds.js';

/** Shares of the ways to end a part, indexed as in {@link CadenceOdds}. */
export type CadenceShares = CadenceOdds;

/** Pseudo-count of the prior: a few cadences are not trusted on their own. */
const PRIOR = 5;
const EVEN = eachPart((_, ways) => new Array<number>(ways).fill(1 / ways));

/** The shares of the ways in which tunes (tokens) end each part; they sum to 1 and are smoothed towards `prior`. */
export function cadenceShares(tunes: readonly (readonly number[])[], prior = EVEN): CadenceShares {
  const ends = tunes.flatMap((tokens) => cadencesOf(tokens).map(wayOf));
  return eachPart((part, ways) => {
    const counts = new Array<number>(ways).fill(0);
    for (const end of ends) if (end.part === part) counts[end.index]!++;
    const total = counts.reduce((sum, count) => sum + count, PRIOR);
    return counts.map((count, index) => (count + PRIOR * prior[part][index]!) / total);
  });
}

/** Limit of the fitted odds, within what a model folder may state. */
const MOST = 9;

/** Moves `odds` so that generated tunes come closer to those by people; `step` scales the correction, 1 applies all of it. */
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
    // Only differences matter, so the first entry is 0.
    return moved.map((value) => {
      const apart = Math.max(-MOST, Math.min(MOST, value - moved[0]!));
      return Math.round(1000 * apart) / 1000;
    });
  });
}
