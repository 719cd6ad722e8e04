import { mod12 } from '../harmony/chord.js';
import type { ChordOverBass } from './plan.js';

/** A figure as notes: the pitches of each attack, and how badly they fit. */
export interface Fitted {
  readonly pitches: readonly (readonly number[])[];
  readonly cost: number;
}

/** What a note is heard against. */
export interface Surroundings {
  /** The pitch classes of the chord. */
  readonly tones: readonly number[];
  /** The first or the middle beat of a bar. */
  readonly strong: boolean;
  /** Pitches of the leader that sound. */
  readonly leader: readonly number[];
  /** Pitches of the other followers that sound or begin in this beat. */
  readonly others: readonly number[];
}

/** What a line comes from, and goes to. */
export interface LineContext extends Surroundings {
  readonly chord: ChordOverBass;
  readonly last: number | undefined;
  /** Whether the bar, or a chord, begins here. */
  readonly begins: boolean;
  /** The chord that begins with the next beat; null: the same goes on. */
  readonly next: ChordOverBass | null;
  /** Whether the bass would rather move on than strike its note again. */
  readonly moves: boolean;
}

/** Costs; a cost of 1 makes a choice e times rarer. */
const COSTS = {
  foreignOnStrong: 4,
  foreignOnBeat: 2,
  foreignLater: 0.4,
  clashOnStrong: 8,
  clash: 3,
  unison: 6,
  /** The leader's tone in an octave above his. */
  above: 3,
};

/** How badly a note fits what sounds. `at`: the quarter of the beat at which it begins. */
export function misfit(pitch: number, at: number, { tones, strong, leader, others }: Surroundings): number {
  let cost = 0;
  if (!tones.includes(mod12(pitch)))
    cost += at > 0 ? COSTS.foreignLater : strong ? COSTS.foreignOnStrong : COSTS.foreignOnBeat;
  for (const other of leader) {
    if (other === pitch) cost += COSTS.unison;
    else if (pitch > other && mod12(pitch - other) === 0) cost += COSTS.above;
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
