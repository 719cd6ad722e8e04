import type { Follower } from '../codec/step.js';
import type { Gesture } from '../gestures/gesture.js';
import type { Figure } from '../material/figure.js';

/** A note that rings on after its beat. */
export interface Sounding {
  readonly part: Follower;
  readonly pitch: number;
}

/** What a part remembers of its own playing. Never changed in place. */
export interface PartMemory {
  /** The pitches of its last attack, ascending. */
  readonly last: readonly number[];
  /** The figure that it last played with a gesture, on each beat of the bar: `gesture beat`. */
  readonly figures: Readonly<Record<string, Figure>>;
  /** How often in a row it went back to such a figure. */
  readonly repeats: number;
}

export type BandMemory = Readonly<Record<Follower, PartMemory>>;

const NOTHING: PartMemory = { last: [], figures: {}, repeats: 0 };
export const NOTHING_PLAYED: BandMemory = { counter: NOTHING, chords: NOTHING, bass: NOTHING };

/** What is to be played in the beat that begins. */
export interface Playing {
  readonly figure: Figure;
  readonly pitches: readonly (readonly number[])[];
}

/** The same, with what was played in a beat. A band that has gone round a figure for long is readier for another. */
export function remembering(
  memory: PartMemory,
  { gesture, beat }: { readonly gesture: Gesture; readonly beat: number },
  { figure, pitches }: Playing,
): PartMemory {
  const key = `${gesture} ${beat}`;
  return {
    last: pitches.at(-1) ?? memory.last,
    figures: { ...memory.figures, [key]: figure },
    repeats: memory.figures[key] === figure ? memory.repeats + 1 : 0,
  };
}
