import { type Harmony, isTone, mod12 } from '../harmony/chord.js';

/** What a note is heard against. */
export interface Surroundings {
  readonly harmony: Harmony;
  /** The first or the middle beat of a bar. */
  readonly strong: boolean;
  /** Pitches of the leader that sound. */
  readonly leader: readonly number[];
  /** Pitches of the other followers that sound or begin in this beat. */
  readonly others: readonly number[];
}

/** Costs; a cost of 1 makes a choice e times rarer. */
const COSTS = {
  foreignOnStrong: 4,
  foreignOnBeat: 2,
  foreignLater: 0.4,
  clashOnStrong: 8,
  clash: 3,
  unison: 6,
};

/** How badly a note fits what sounds. `at`: the quarter of the beat at which it begins. */
export function misfit(pitch: number, at: number, { harmony, strong, leader, others }: Surroundings): number {
  let cost = 0;
  if (!isTone(harmony, pitch))
    cost += at > 0 ? COSTS.foreignLater : strong ? COSTS.foreignOnStrong : COSTS.foreignOnBeat;
  for (const other of leader) {
    if (other === pitch) cost += COSTS.unison;
    else if (isSemitone(pitch, other)) cost += at === 0 && strong ? COSTS.clashOnStrong : COSTS.clash;
  }
  for (const other of others) {
    if (other === pitch) cost += COSTS.unison;
    else if (isSemitone(pitch, other)) cost += COSTS.clash;
  }
  return cost;
}

/** A semitone apart, or an octave and a semitone. A major seventh below sounds well in many chords. */
export function isSemitone(a: number, b: number): boolean {
  const apart = Math.abs(a - b);
  return (
    apart === 1 || apart === 13 || (apart === 11 && Math.min(a, b) < 52) || (apart > 13 && mod12(apart) === 1)
  );
}
