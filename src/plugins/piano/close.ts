import { keyOfShares, type Onset, type RecentPlay } from '../../plugin/index.js';

/** Onsets at most this far apart are one chord, s. */
const CHORD = 0.06;
/** A rest ends a phrase if it is at least this long, s, and at least REST_RATIO times the usual time between onsets. */
const SHORTEST_REST = 0.35;
const REST_RATIO = 1.8;
/** After HURRY seconds of searching, a usual rest is enough; after HASTE, a single note or any harmony on the tonic as well. */
const HURRY = 8;
const HASTE = 14;
/** Playing thins out towards a close: nats that onsets lose for each second of searching, and at most. */
const THINNING = 1 / 6;
const THINNEST = 2;

/** The last chord of a close is held this long, s; until then note ends lose HOLDING nats. */
const HELD = 1.5;
const HOLDING = 5;

/** Semitones of the tonic's triad, with either third, because minor pieces close in major too. */
const TRIAD: readonly number[] = [0, 3, 4, 7];

/** Nats that every onset loses while the model looks for a close. */
export function thinning(closing: number | undefined): number {
  return closing === undefined ? 0 : Math.min(THINNEST, THINNING * closing);
}

/** Nats that note ends lose once the close is found. */
export function holding(rest: number): number {
  return rest < HELD ? HOLDING : 0;
}

/**
 * Whether the music could close here: a phrase has ended on the tonic's triad, over the tonic in the bass. `sounding`: pitches that the
 * model holds. The longer the search lasts, the less is required.
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

/** The share of each pitch class. (pitch class) */
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
