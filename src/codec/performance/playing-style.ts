import type { Seconds, Velocity } from '../../music/units.js';
import type { PlayingStyle } from '../codec.js';
import { STEPS_PER_SECOND } from './alphabet.js';

/** Decaying sums over the notes of a voice, from which {@link PlayingStyle} is computed. Immutable. */
export interface StyleSums {
  readonly notes: number;
  readonly seconds: Seconds;
  readonly velocities: number;
  /** Number of notes that have ended, and the sum of their lengths. */
  readonly ends: number;
  readonly lengths: Seconds;
  /** The step of the last onset; -1: none yet. */
  readonly at: number;
}

export const NO_SUMS: StyleSums = { notes: 0, seconds: 0, velocities: 0, ends: 0, lengths: 0, at: -1 };

/** A rest counts as playing time up to this long. */
const REST: Seconds = 1;
/** Time constants of the decay, in seconds of playing: an onset that long ago counts for about a third. */
const PLAYER_MEMORY: Seconds = 30;
export const MODEL_MEMORY: Seconds = 12;
/** The least number of notes and seconds from which a style is computed. */
const FEWEST_NOTES = 8;
const SHORTEST: Seconds = 2;

/** Adds an onset. */
export function addOnset(
  sums: StyleSums,
  step: number,
  velocity: Velocity,
  memory: Seconds = PLAYER_MEMORY,
): StyleSums {
  const passed = sums.at < 0 ? 0 : Math.min(REST, (step - sums.at) / STEPS_PER_SECOND);
  const left = 1 - passed / memory;
  return {
    notes: sums.notes * left + 1,
    seconds: sums.seconds * left + passed,
    velocities: sums.velocities * left + velocity,
    ends: sums.ends * left,
    lengths: sums.lengths * left,
    at: step,
  };
}

/** Adds the length of a note that has ended. */
export function addNoteEnd(sums: StyleSums, length: Seconds): StyleSums {
  return { ...sums, ends: sums.ends + 1, lengths: sums.lengths + length };
}

export function styleOf({ notes, seconds, velocities, ends, lengths }: StyleSums): PlayingStyle | null {
  if (notes < FEWEST_NOTES || seconds < SHORTEST) return null;
  const length = ends < FEWEST_NOTES / 2 ? null : lengths / ends;
  return { density: notes / seconds, velocity: velocities / notes, length };
}
