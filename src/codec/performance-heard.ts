import type { Seconds, Velocity } from '../music/units.js';
import type { Lately } from './codec.js';
import { STEPS_PER_SECOND } from './performance-alphabet.js';

/** How the player plays: sums of what was struck, in which what is longer ago counts less. */
export interface Heard {
  readonly notes: number;
  readonly seconds: Seconds;
  readonly velocities: number;
  /** The step of the last onset; -1: none yet. */
  readonly at: number;
}

export const UNHEARD: Heard = { notes: 0, seconds: 0, velocities: 0, at: -1 };

/** A longer rest is no playing. */
const REST: Seconds = 1;
/** So much playing later, an onset counts for about a third. */
const MEMORY: Seconds = 30;
/** What must have been heard to know how somebody plays. */
const FEWEST_NOTES = 8;
const SHORTEST: Seconds = 2;

/** With one more onset. */
export function hear(heard: Heard, step: number, velocity: Velocity): Heard {
  const passed = heard.at < 0 ? 0 : Math.min(REST, (step - heard.at) / STEPS_PER_SECOND);
  const left = 1 - passed / MEMORY;
  return {
    notes: heard.notes * left + 1,
    seconds: heard.seconds * left + passed,
    velocities: heard.velocities * left + velocity,
    at: step,
  };
}

export function heardOf({ notes, seconds, velocities }: Heard): Lately['heard'] {
  if (notes < FEWEST_NOTES || seconds < SHORTEST) return null;
  return { density: notes / seconds, velocity: velocities / notes };
}
