import { hearOnset, NO_PULSE, type PulseEar } from '../../../music/beats/pulse-ear.js';
import type { Pitch, Seconds, Velocity } from '../../../music/units.js';
import { classOf, LOUDNESS_EDGES } from '../codec/style.js';

/** Onsets nearer than this are one. */
const TOGETHER: Seconds = 0.04;
/** What was struck is remembered for so long. */
const MEMORY: Seconds = 12;
/** How the player plays is read off the last beats, so many. */
const BEATS = 8;
/** Fewer onsets say nothing of how somebody plays. */
const FEWEST = 3;

/** A player's onsets a beat from which drums are denser: a pianist's quarters go with a drummer's eighths. */
const ONSET_EDGES = [0.6, 1.1, 1.7, 2.4, 3.3] as const;

/** Notes that begin together: a chord is one stroke. */
export interface Stroke {
  readonly time: Seconds;
  readonly velocity: Velocity;
}

/** What was heard of the player, and said of the beats. Never changed in place. */
export interface Listener extends PulseEar {
  readonly strokes: readonly Stroke[];
  /** Classes of density and loudness as the player last had them; null before there is enough of it. */
  readonly touch: Touch | null;
}

export interface Touch {
  readonly density: number;
  readonly loudness: number;
}

/** After so many bars somebody is silent. */
const SILENT_BARS = 2;
/** The class of loudness below which time is not kept audibly. */
const SOFTEST = 1;

export const NOTHING_HEARD: Listener = { ...NO_PULSE, strokes: [], touch: null };

/** With a note of the player's. */
export function hear(
  before: Listener,
  note: { readonly time: Seconds; readonly pitch: Pitch; readonly velocity: Velocity },
): Listener {
  const { time, velocity } = note;
  const kept = before.strokes.filter((stroke) => stroke.time > time - MEMORY);
  return { ...hearOnset(before, note), strokes: withStroke(kept, { time, velocity }) };
}

/** Another note struck, no earlier than the last stroke. */
export function withStroke(strokes: readonly Stroke[], { time, velocity }: Stroke): readonly Stroke[] {
  const last = strokes.at(-1);
  return last !== undefined && time - last.time < TOGETHER
    ? [...strokes.slice(0, -1), { time: last.time, velocity: Math.max(last.velocity, velocity) }]
    : [...strokes, { time, velocity }];
}

/** How somebody plays who strikes so, in that many beats; null where it says nothing. */
export function touchOf(strokes: readonly { readonly velocity: Velocity }[], beats: number): Touch | null {
  if (strokes.length < FEWEST) return null;
  const velocity = strokes.reduce((sum, stroke) => sum + stroke.velocity, 0) / strokes.length;
  return {
    density: classOf(strokes.length / beats, ONSET_EDGES),
    loudness: classOf(velocity, LOUDNESS_EDGES),
  };
}

/** How the player has played until `now`, where a beat lasts `pace`. */
export function withTouch(before: Listener, now: Seconds, pace: Seconds): Listener {
  const from = Math.max(now - BEATS * pace, now - MEMORY);
  const heard = before.strokes.filter(({ time }) => time > from && time <= now);
  const beats = heard.length === 0 ? 1 : Math.max(1, (now - heard[0]!.time) / pace);
  const touch = touchOf(heard, beats);
  return touch === null ? before : { ...before, touch };
}

/**
 * The touch to play with at `time`, where a bar lasts `bar`. Beside somebody who has fallen silent a drummer keeps time, as people do, but makes room:
 * after two bars a class softer and sparser with each bar, so that the next phrase is heard at once.
 */
export function touchAt({ touch, strokes }: Listener, time: Seconds, bar: Seconds): Touch | null {
  const last = strokes.at(-1);
  if (touch === null || last === undefined) return touch;
  const less = Math.max(0, Math.floor((time - last.time) / bar) - SILENT_BARS + 1);
  return {
    density: Math.max(0, touch.density - less),
    loudness: Math.max(Math.min(SOFTEST, touch.loudness), touch.loudness - less),
  };
}
