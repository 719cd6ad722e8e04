import { type BeatFollower, EMPTY_FOLLOWER, followUntil, withHints } from '../../../music/beats/follow.js';
import { type BeatHints, BeatTracker, type GivenPulse, type Meter } from '../../../music/beats/tracker.js';
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
/** Below so many nats an onset nothing keeps to a pulse that is heard. */
const UNCLEAR = 0.25;
/** A pulse that is heard is believed after so many beats. */
const FEWEST_BEATS = 8;

/** A player's onsets a beat from which drums are denser: a pianist's quarters go with a drummer's eighths. */
const ONSET_EDGES = [0.6, 1.1, 1.7, 2.4, 3.3] as const;

/** Notes that begin together: a chord is one stroke. */
export interface Stroke {
  readonly time: Seconds;
  readonly velocity: Velocity;
}

/** What was heard of the player, and said of the beats. Never changed in place. */
export interface Listener {
  readonly followed: BeatFollower;
  readonly hints: BeatHints;
  readonly strokes: readonly Stroke[];
  /** Classes of density and loudness as the player last had them; null before there is enough of it. */
  readonly touch: Touch | null;
}

export interface Touch {
  readonly density: number;
  readonly loudness: number;
}

/** Beats that somebody gave, or that are heard. */
export interface KnownPulse {
  /** A beat; one that begins a bar where `bar` says so. */
  readonly beat: Seconds;
  readonly bar: boolean;
  readonly pace: Seconds;
  readonly given: boolean;
}

/** After so many bars somebody is silent. */
const SILENT_BARS = 2;
/** The class of loudness below which time is not kept audibly. */
const SOFTEST = 1;

export const NOTHING_HEARD: Listener = { followed: EMPTY_FOLLOWER, hints: {}, strokes: [], touch: null };

/** With a note of the player's. */
export function hear(
  before: Listener,
  note: { readonly time: Seconds; readonly pitch: Pitch; readonly velocity: Velocity },
): Listener {
  const { time, pitch, velocity } = note;
  // The beats are looked for when a key comes up, which takes a while: what is due now does not wait for it.
  const tracker = new BeatTracker(before.hints, before.followed.tracker);
  tracker.add({ start: time, pitch });
  const first = before.followed.first === null ? { first: time, next: time } : {};
  const followed = { ...before.followed, ...first, tracker: tracker.state, news: true };
  const kept = before.strokes.filter((stroke) => stroke.time > time - MEMORY);
  return { ...before, followed, strokes: withStroke(kept, { time, velocity }) };
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

/** Somebody gives the beats from `now` on, or no longer does. */
export function tellBeats(before: Listener, given: GivenPulse | null, now: Seconds): Listener {
  const { given: _, ...rest } = before.hints;
  return countBy(before, given === null ? rest : { ...rest, given }, now);
}

export function countBars(before: Listener, meter: Meter, now: Seconds): Listener {
  return (before.hints.meter ?? 4) === meter ? before : countBy(before, { ...before.hints, meter }, now);
}

function countBy(before: Listener, hints: BeatHints, now: Seconds): Listener {
  return { ...before, hints, followed: withHints(before.followed, hints, now) };
}

/** What takes a while is done when keys come up. */
export function catchUp(before: Listener, now: Seconds): Listener {
  return { ...before, followed: followUntil(before.followed, now, before.hints) };
}

/** The beats that were given, else those that are heard; null where there are none. */
export function pulseOf(
  { followed, hints }: Listener,
  now: Seconds,
  followsBeats: boolean,
): KnownPulse | null {
  const { given } = hints;
  if (given?.beatAt !== undefined)
    return { beat: given.beatAt, bar: given.bar === true, pace: given.period, given: true };
  const { tracker, first } = followed;
  const { pulse } = tracker;
  if (!followsBeats || pulse === null || first === null || pulse.clarity < UNCLEAR) return null;
  if (now - first < FEWEST_BEATS * pulse.period) return null;
  return { beat: pulse.bar, bar: true, pace: pulse.period, given: false };
}
