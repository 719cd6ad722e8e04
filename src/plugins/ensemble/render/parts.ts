import type { Follower } from '../codec/step.js';

/** Where a part plays, by pitch: the range that it keeps to, and the middle that it comes back to. */
export interface Register {
  readonly lowest: number;
  readonly highest: number;
  readonly middle: number;
}

export const REGISTERS: Readonly<Record<Follower, Register>> = {
  counter: { lowest: 57, highest: 86, middle: 70 },
  chords: { lowest: 48, highest: 76, middle: 61 },
  bass: { lowest: 28, highest: 57, middle: 43 },
};
