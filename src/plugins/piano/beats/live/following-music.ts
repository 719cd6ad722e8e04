import {
  type BeatMap,
  EARLY,
  mapBetween,
  TICKS_PER_BEAT,
  tickAt,
  timeAt,
} from '../../../../music/beats/beat-map.js';
import {
  type BeatFollower,
  beatsOf,
  EMPTY_FOLLOWER,
  followNote,
  followUntil,
  lastBeats,
  shiftedLater,
  withHints,
} from '../../../../music/beats/follow.js';
import type { BeatHints } from '../../../../music/beats/tracker.js';
import type { Pitch, Seconds, Velocity } from '../../../../music/units.js';
import { type BeatPrompt, promptOf } from '../codec/prompt.js';
import { START } from '../codec/vocabulary.js';
import { barsIn, tokensAfter } from './fed.js';
import { lastEdge, type Music, notesUntil, SILENCE, shifted, strike } from './music.js';

/** Number of bars that a longer silence is shortened to. */
const SILENT_BARS = 2;
/** Bound on the number of bars, and how many are dropped when it is passed: whole periods, so that bars keep their numbers. */
const MOST_BARS = 32;
const FORGOTTEN_BARS = 16;
/** A bar is written when the next one has ended: its notes are over by then, and its chords are clear. */
const WAITING_BARS = 1;

/** What was played, its beats, and what a beat model was fed of it. Immutable. */
export interface FollowedMusic {
  readonly music: Music;
  readonly followed: BeatFollower;
  readonly hints: BeatHints;
  /** Beat tokens that were fed or sampled since the last START. */
  readonly fed: readonly number[];
  /** Beat tokens to feed next; a START among them voids all before it. */
  readonly queue: readonly number[];
  /** When the bar ends after which the next bar may be written. */
  readonly barEndsAt: Seconds;
}

export const NOTHING_PLAYED: FollowedMusic = {
  music: SILENCE,
  followed: EMPTY_FOLLOWER,
  hints: {},
  fed: [],
  queue: [],
  barEndsAt: 0,
};

/** Adds a note of the player. */
export function withOnset(
  before: FollowedMusic,
  note: { readonly time: Seconds; readonly pitch: Pitch; readonly velocity: Velocity },
): FollowedMusic {
  const { time: start, pitch, velocity } = note;
  const followed = followNote(before.followed, { start, pitch, velocity }, before.hints);
  return { ...before, music: strike(before.music, 'player', note), followed };
}

/** Shortens a long silence before `now` by whole bars, so that the beats stay where they are in time. */
export function withoutSilence(before: FollowedMusic, now: Seconds): FollowedMusic {
  const { pulse } = before.followed.tracker;
  if (pulse === null) return before;
  const bar = pulse.period * (before.hints.meter ?? 4);
  const bars = Math.floor((now - lastEdge(before.music)) / bar) - SILENT_BARS;
  if (!(bars > 0) || bars === Number.POSITIVE_INFINITY) return before;
  return {
    ...before,
    music: shifted(before.music, bars * bar),
    followed: shiftedLater(before.followed, bars * bar, now),
  };
}

/** Queues the tokens of bars that have ended, and drops old bars. */
export function closeBars(before: FollowedMusic, now: Seconds): FollowedMusic {
  const asked = { ...before, followed: followUntil(before.followed, now, before.hints) };
  return now < before.barEndsAt ? asked : writeBars(asked, now);
}

function writeBars(before: FollowedMusic, now: Seconds): FollowedMusic {
  const notes = notesUntil(before.music, now);
  const map = beatsOf(before.followed, notes, now, before.hints);
  if (map === null) return { ...before, barEndsAt: now + UNKNOWN_BAR };
  const { tokens, open } = promptOf(notes, map, now, true);
  const barEndsAt = timeAt(open, TICKS_PER_BEAT * open.bars[0]!);
  const bars = barsIn(tokens);
  const whole = tokens.slice(0, bars.at(-1 - WAITING_BARS) ?? 0);
  const queue = queueFor(before, whole);
  return withoutOldBars({ ...before, queue, barEndsAt }, map, now);
}

/** Length of a bar whose beats are not known. */
const UNKNOWN_BAR: Seconds = 2;

function queueFor({ fed, queue }: FollowedMusic, wanted: readonly number[]): readonly number[] {
  const begins = queue.lastIndexOf(START);
  const line = begins < 0 ? [...fed, ...queue] : queue.slice(begins + 1);
  const rest = begins < 0 && line.length === 0 ? null : tokensAfter(line, wanted);
  if (rest === null) return wanted.length === 0 ? queue : [START, ...wanted];
  return rest.length === 0 ? queue : [...queue, ...rest];
}

/** Takes `most` tokens of the queue at most. */
export function takeQueue(
  before: FollowedMusic,
  most: number,
): { readonly tokens: readonly number[]; readonly after: FollowedMusic } {
  if (before.queue.length === 0 || most === 0) return { tokens: [], after: before };
  const tokens = before.queue.slice(0, most);
  return { tokens, after: withFed({ ...before, queue: before.queue.slice(most) }, tokens) };
}

/** Records tokens that were fed or sampled. */
export function withFed(before: FollowedMusic, tokens: readonly number[]): FollowedMusic {
  const begins = tokens.lastIndexOf(START);
  const fed = begins < 0 ? [...before.fed, ...tokens] : tokens.slice(begins + 1);
  return { ...before, fed };
}

/** The prompt of a turn that begins at `now`; null where there is no pulse. */
export function promptAt(before: FollowedMusic, now: Seconds): BeatPrompt | null {
  const notes = notesUntil(before.music, now);
  const map = beatsOf(before.followed, notes, now, before.hints);
  return map === null ? null : promptOf(notes, map, now, true);
}

/** Queues all of a prompt. */
export function withPrompt(before: FollowedMusic, { tokens }: BeatPrompt): FollowedMusic {
  return { ...before, queue: queueFor(before, tokens) };
}

/** Takes the beats of `map` until `now`, by which the model played. */
export function withBeatsOf(before: FollowedMusic, map: BeatMap, now: Seconds): FollowedMusic {
  const { followed } = before;
  const laid = followed.beats;
  const period = map.beats.at(-1)! - map.beats.at(-2)!;
  const from = laid.length === 0 ? Number.NEGATIVE_INFINITY : laid.at(-1)! + period / 2;
  const beats = [...laid];
  for (let beat = 0; timeAt(map, TICKS_PER_BEAT * beat) <= now; beat++) {
    const time = timeAt(map, TICKS_PER_BEAT * beat);
    if (time > from) beats.push(time);
  }
  const pulse = { bar: map.beats[0]!, period, clarity: followed.tracker.pulse?.clarity ?? 0 };
  return {
    ...before,
    followed: { ...followed, beats: lastBeats(beats), next: now, tracker: { ...followed.tracker, pulse } },
    barEndsAt: now,
  };
}

/** Sets the beat hints: given beats, and the meter. */
export function withNewHints(before: FollowedMusic, hints: BeatHints, now: Seconds): FollowedMusic {
  return { ...before, hints, followed: withHints(before.followed, hints, now) };
}

function withoutOldBars(before: FollowedMusic, map: BeatMap, now: Seconds): FollowedMusic {
  const { music, fed, queue, followed } = before;
  const whole = mapBetween(map, music.notes[0]?.start ?? now, now);
  if (whole.bars.length <= MOST_BARS) return before;
  const beats = whole.bars.slice(0, FORGOTTEN_BARS).reduce((sum, bar) => sum + bar, 0);
  const from = whole.beats[beats]!;
  const isKept = (time: Seconds) => Math.round(tickAt(whole, time)) >= TICKS_PER_BEAT * beats - EARLY;
  // A piece that is only about to be fed is queued anew.
  const known = barsIn(fed)[FORGOTTEN_BARS];
  const goesOn = known !== undefined && !queue.includes(START);
  const half = (whole.beats[beats + 1]! - from) / 2;
  return {
    ...before,
    music: { ...music, notes: music.notes.filter(({ start }) => isKept(start)) },
    followed: { ...followed, first: from, beats: followed.beats.filter((time) => time > from - half) },
    ...(goesOn ? { fed: fed.slice(known) } : { fed: [], queue: [] }),
  };
}
