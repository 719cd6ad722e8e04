import { keyOfShares, type Onset, type RecentPlay } from '../../plugin/index.js';

/** Onsets that are so near to one another are one chord, s. */
const CHORD = 0.06;
/** No shorter rest is the end of a phrase, s; nor one that is not so many times the usual time between onsets. */
const SHORTEST_REST = 0.35;
const REST_RATIO = 1.8;
/** After a search of HURRY seconds a rest as long as any between two chords is enough; of HASTE, also a single note or any harmony on the tonic. */
const HURRY = 8;
const HASTE = 14;
/** Who comes to a close plays less: what onsets lose after so many seconds of looking for one, in nats, and at most. */
const THINNING = 1 / 6;
const THINNEST = 2;

/** The last chord of a close is held for so long after it was struck, s: what its notes' ends lose until then, in nats. */
const HELD = 1.5;
const HOLDING = 5;

/** Steps of the tonic's triad above the tonic: with either third, since minor pieces close in major too. */
const TRIAD: readonly number[] = [0, 3, 4, 7];

/** Nats that every onset loses where a close is looked for. */
export function thinning(closing: number | undefined): number {
  return closing === undefined ? 0 : Math.min(THINNEST, THINNING * closing);
}

/** Nats that the ends of notes lose where a close has been found. */
export function holding(rest: number): number {
  return rest < HELD ? HOLDING : 0;
}

/**
 * Whether music could close here: a phrase has ended, its last chord stands on the tonic, and no voice of it waits to go on. `sounding`:
 * pitches that the model holds. The longer it is looked for, the less it takes.
 */
export function isClose(
  { modelOnsets: own, silence: rest }: RecentPlay,
  sounding: readonly number[],
  closing: number,
): boolean {
  const last = own.at(-1);
  if (last === undefined) return true;
  const enough = (closing < HURRY ? REST_RATIO : 1) * usualRest(own);
  if (rest < Math.max(SHORTEST_REST, enough)) return false;
  const chord = own.filter(({ time }) => time > last.time - CHORD).map(({ pitch }) => pitch);
  const pitches = [...chord, ...sounding];
  const { tonic } = keyOfShares(sharesOf(own));
  if (Math.min(...pitches) % 12 !== tonic) return false;
  if (closing >= HASTE) return true;
  return new Set(pitches).size > 1 && pitches.every((pitch) => TRIAD.includes((pitch - tonic + 120) % 12));
}

/** How much each pitch class weighs among these. (pitch class) */
function sharesOf(own: readonly Onset[]): Float64Array {
  const shares = new Float64Array(12);
  for (const { pitch } of own) shares[pitch % 12]! += 1 / own.length;
  return shares;
}

/** The median time between chords; 0 of fewer than two. */
function usualRest(own: readonly Onset[]): number {
  const rests: number[] = [];
  for (let at = 1; at < own.length; at++) {
    const rest = own[at]!.time - own[at - 1]!.time;
    if (rest >= CHORD) rests.push(rest);
  }
  rests.sort((a, b) => a - b);
  return rests[rests.length >> 1] ?? 0;
}
