import type { Follower } from '../codec/step.js';
import { type Gesture, gesture } from '../gestures/gesture.js';
import type { Place } from './plan.js';
import type { Voicing } from './voicing.js';

/** A note that rings on after its beat. */
export interface Sounding {
  readonly part: Follower;
  readonly pitch: number;
}

/** What a part did in a beat. */
export interface Held {
  readonly gesture: Gesture;
  /** Id of the figure; null: it struck nothing. */
  readonly figure: string | null;
  /** Of a hand: the lowest of the voicing's tones that it played. */
  readonly window: number;
}

/** What a part remembers of its own playing. Never changed in place. */
export interface PartMemory {
  /** The pitches of its last attack, ascending. */
  readonly last: readonly number[];
  /** What it did in the beats of each section. (section, beat from its first) */
  readonly sections: Readonly<Record<string, readonly (Held | undefined)[]>>;
  /** The tones that it holds, while their chord lasts. */
  readonly voicing: Voicing | null;
}

export type BandMemory = Readonly<Record<Follower, PartMemory>>;

const NOTHING: PartMemory = { last: [], sections: {}, voicing: null };
export const NOTHING_PLAYED: BandMemory = { counter: NOTHING, chords: NOTHING, bass: NOTHING };

/** What a part did at the same place: when the section was played before, else two bars or one before. */
export function recalled({ sections }: PartMemory, { section, at, bar }: Place): Held | null {
  const beats = sections[section];
  return beats?.[at] ?? beats?.[at - 2 * bar] ?? beats?.[at - bar] ?? null;
}

/** Whether a part that fell silent in a beat would break off its figure: it sounded there before or, where it has none yet, was silent in the last beat of this bar. */
export function breaksOff(memory: PartMemory, place: Place): boolean {
  const held = recalled(memory, place);
  if (held !== null) return held.gesture !== gesture.silence;
  const last = memory.sections[place.section]?.[place.at - 1];
  return place.at % place.bar > 0 && last?.gesture === gesture.silence;
}

/** Ids of the figures of a section: whoever plays it goes on with them. */
export function figuresIn({ sections }: PartMemory, { section }: Place): ReadonlySet<string> {
  const played = new Set<string>();
  for (const held of sections[section] ?? []) if (held?.figure) played.add(held.figure);
  return played;
}

/** The same, with what was done in a beat. */
export function remembering(memory: PartMemory, { section, at }: Place, held: Held): PartMemory {
  const beats = [...(memory.sections[section] ?? [])];
  beats[at] = held;
  return { ...memory, sections: { ...memory.sections, [section]: beats } };
}
