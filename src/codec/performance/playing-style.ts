import type { Seconds, Velocity } from '../../music/units.js';
import type { PlayingStyle } from '../codec.js';
import { STEPS_PER_SECOND } from './alphabet.js';

/** How somebody plays: sums of what was struck and ended, in which what is longer ago counts less. */
export interface StyleSums {
  readonly notes: number;
  readonly seconds: Seconds;
  readonly velocities: number;
  /** Notes that ended, and how long they were together. */
  readonly ends: number;
  readonly lengths: Seconds;
  /** The step of the last onset; -1: none yet. */
  readonly at: number;
}

export const NO_SUMS: StyleSums = { notes: 0, seconds: 0, velocities: 0, ends: 0, lengths: 0, at: -1 };

/** A longer rest is no playing. */
const REST: Seconds = 1;
/** So much playing later, an onset of the player's counts for about a third; one of the model's own. */
const PLAYER_MEMORY: Seconds = 30;
export const MODEL_MEMORY: Seconds = 12;
/** What must have been heard to know how somebody plays. */
const FEWEST_NOTES = 8;
const SHORTEST: Seconds = 2;

/** With one more onset. */
export function addOnset(
  heard: StyleSums,
  step: number,
  velocity: Velocity,
  memory: Seconds = PLAYER_MEMORY,
): StyleSums {
  const passed = heard.at < 0 ? 0 : Math.min(REST, (step - heard.at) / STEPS_PER_SECOND);
  const left = 1 - passed / memory;
  return {
    notes: heard.notes * left + 1,
    seconds: heard.seconds * left + passed,
    velocities: heard.velocities * left + velocity,
    ends: heard.ends * left,
    lengths: heard.lengths * left,
    at: step,
  };
}

/** With one more note that has ended. */
export function addNoteEnd(heard: StyleSums, length: Seconds): StyleSums {
  return { ...heard, ends: heard.ends + 1, lengths: heard.lengths + length };
}

export function styleOf({ notes, seconds, velocities, ends, lengths }: StyleSums): PlayingStyle | null {
  if (notes < FEWEST_NOTES || seconds < SHORTEST) return null;
  const length = ends < FEWEST_NOTES / 2 ? null : lengths / ends;
  return { density: notes / seconds, velocity: velocities / notes, length };
}
