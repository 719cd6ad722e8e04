import { TRIADS } from '../chord.js';
import counted from './counted.json' with { type: 'json' };

/** Chords within a scale: the root's distance from the tonic, and the triad. */
export const KINDS = 12 * TRIADS.length;
/** Whether a song's home is the major tonic, or the minor chord of the same scale. */
export type Mode = 0 | 1;
export const HOMES = [0, 9 * TRIADS.length + 1] as const;
/** The chords on which a phrase stays open. (mode) */
export const DOMINANTS: readonly (readonly number[])[] = [
  [7 * TRIADS.length],
  [4 * TRIADS.length, 7 * TRIADS.length],
];

/** The dominants of other degrees than the tonic: major chords of which a tone is outside of the scale. */
export const SECONDARY: readonly number[] = [2, 4, 9, 11].map((above) => above * TRIADS.length);

/** Tables hold hundredths of nats. */
const NATS = 0.01;
const inNats = (row: readonly number[]) => Float64Array.from(row, (value) => NATS * value);

/** (mode, place, stays or changes) */
export const STAYS = counted.stays.map((places) => places.map(inNats));
/** (whether heavy, chord, pitch class above the tonic) */
export const TONES = counted.tones.map((rows) => rows.map(inNats));
/** (pitch class above the tonic) */
export const SCALE = inNats(counted.scale);
/** How often people play a chord over a bass. (chord, bass above the root) */
export const BASSES: readonly (readonly number[])[] = counted.basses;
/** (how far the bass goes up, in semitones) */
export const STEPS = inNats(counted.steps);
/** How often people play a chord with a quality. (chord, how far up the next root is or 12 for no next, quality) */
export const COUNTED_QUALITIES: readonly (readonly (readonly number[])[])[] = counted.qualities;

const NEXT = counted.next.map((places) => places.map((rows) => rows.map(inNats)));
const THREE: Readonly<Record<string, Readonly<Record<string, number>>>> = counted.three;
/** Chords that songs go to at all; others are never planned. */
const RARE = 0.004;
export const USED: readonly number[] = Array.from({ length: KINDS }, (_, kind) => kind).filter((kind) =>
  NEXT.some((places) =>
    places.some((rows) => mean(HOMES.map((home) => Math.exp(rows[home]![kind]!))) > RARE),
  ),
);

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** How many countings of three chords say as much as those of two. */
const BACKED = 6;
const known = new Map<number, Float64Array>();

/** How likely each chord comes after `before` and `chord`, where it changes at a place, in nats. `before` -1: not known. */
export function nextNats(mode: Mode, place: number, before: number, chord: number): Float64Array {
  const two = NEXT[mode]![place]![chord]!;
  const counts = before < 0 ? undefined : THREE[`${before} ${chord}`];
  if (counts === undefined) return two;
  const key = ((mode * 8 + place) * KINDS + before) * KINDS + chord;
  const found = known.get(key);
  if (found) return found;
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const three = two.map((nats, kind) =>
    Math.log(((counts[kind] ?? 0) + BACKED * Math.exp(nats)) / (total + BACKED)),
  );
  known.set(key, three);
  return three;
}
