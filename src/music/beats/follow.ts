import { chordsByBeat } from '../chords/by-beat.js';
import type { Note } from '../note.js';
import type { Seconds } from '../units.js';
import { barsBetween, bassOfBeats, offBeats, wholeBars } from './bars.js';
import type { BeatMap } from './beat-map.js';
import { isDrumming } from './idiom.js';
import type { Meter } from './meter.js';
import type { StruckNote } from './onset.js';
import { type BarPulse, type BeatHints, BeatTracker, EMPTY_TRACKER, type TrackerState } from './tracker.js';

/** Interval at which the tracker is asked. */
const EVERY: Seconds = 0.5;
/** The least distance of two beats, as a share of the beat period. */
const SOONEST = 0.6;
/** With less clarity, in nats an onset, the notes have no pulse. */
const UNCLEAR = 0.25;
/** The notes of this many last seconds decide whether the music fits its beats. */
const LATELY: Seconds = 20;
/** With fewer bars there is no pulse, unless one is given. */
const FEWEST_BARS = 2;

/** The state of beat following: a tracker, and the beats that were placed so far. Immutable. */
export interface BeatFollower {
  readonly tracker: TrackerState;
  /** Time of the first onset; null before it. */
  readonly first: Seconds | null;
  /** When to ask the tracker next. */
  readonly next: Seconds;
  /** Whether an onset came since it was asked. */
  readonly news: boolean;
  /** Placed beats; they are not moved any more. */
  readonly beats: readonly Seconds[];
}

export const EMPTY_FOLLOWER: BeatFollower = {
  tracker: EMPTY_TRACKER,
  first: null,
  next: 0,
  news: false,
  beats: [],
};

/** Shifts everything by `seconds`; beats after `until` are removed. */
export function shiftedLater(before: BeatFollower, seconds: Seconds, until: Seconds): BeatFollower {
  const { tracker, first, beats } = before;
  return {
    ...before,
    tracker: {
      onsets: tracker.onsets.map((onset) => ({ ...onset, time: onset.time + seconds })),
      pulse: tracker.pulse && { ...tracker.pulse, bar: tracker.pulse.bar + seconds },
    },
    first: first === null ? null : first + seconds,
    beats: beats.map((time) => time + seconds).filter((time) => time <= until),
    next: before.next + seconds,
  };
}

/** Applies new hints from `now` on. Where they give another pulse, the beats of the last seconds are placed anew by it. */
export function withHints(before: BeatFollower, hints: BeatHints, now: Seconds): BeatFollower {
  const { given } = hints;
  const { pulse } = before.tracker;
  if (given?.beatAt === undefined) return before;
  const beats = pulse === null ? 0 : (given.beatAt - pulse.bar) / pulse.period;
  const goesOn =
    pulse !== null &&
    Math.abs(given.period / pulse.period - 1) < SAME_PERIOD &&
    Math.abs(beats - Math.round(beats)) < SAME_BEAT &&
    (!given.bar || Math.round(beats) % meterOf(hints) === 0);
  const bar = goesOn && !given.bar ? given.beatAt - Math.round(beats) * given.period : given.beatAt;
  const tracker = { ...before.tracker, pulse: { bar, period: given.period, clarity: pulse?.clarity ?? 0 } };
  if (goesOn || before.first === null) return { ...before, tracker };
  return { ...before, tracker, beats: [], first: Math.max(before.first, now - TOLD_BACK), news: true };
}

/** A given pulse is the tracked one where periods and phases differ by less than these shares. */
const SAME_PERIOD = 0.03;
const SAME_BEAT = 0.15;
/** A given pulse holds for this much before it was given. */
const TOLD_BACK: Seconds = 16;

/** Adds an onset; times never go back. */
export function followNote(before: BeatFollower, note: StruckNote, hints: BeatHints): BeatFollower {
  const begun = before.first === null ? { first: note.start, next: note.start + EVERY } : {};
  const followed = followUntil({ ...before, ...begun }, note.start, hints);
  const tracker = new BeatTracker(hints, followed.tracker);
  tracker.add(note);
  return { ...followed, tracker: tracker.state, news: true };
}

/** Asks the tracker as often as is due before `until`, and places beats as it estimates them each time. No onset comes before `until`. */
export function followUntil(before: BeatFollower, until: Seconds, hints: BeatHints): BeatFollower {
  let followed = before;
  while (followed.first !== null && followed.next < until) {
    const asked = askTracker(followed, followed.next, hints);
    // Without new onsets the beats continue as before.
    const next = asked.quiet ? Math.max(asked.next + EVERY, until - EVERY) : asked.next + EVERY;
    followed = { ...asked.followed, next };
  }
  return followed;
}

function askTracker(before: BeatFollower, now: Seconds, hints: BeatHints) {
  const tracker = new BeatTracker(hints, before.tracker);
  const pulse = before.news ? tracker.at(now) : before.tracker.pulse;
  const { first, beats: known, next } = before;
  const beats = pulse === null ? known : extendBeats(pulse, meterOf(hints), known, { first: first!, now });
  const followed: BeatFollower = { ...before, tracker: tracker.state, beats, news: false };
  return { followed, next, quiet: !before.news };
}

function meterOf({ meter = 4 }: BeatHints): Meter {
  return meter;
}

/**
 * Beats and bars up to the end of the bar that contains `until`; null where the notes fit no pulse and none is given. Beats before the
 * pulse was clear are extrapolated back. `notes` are those that were followed, sorted by onset.
 */
export function beatsOf(
  followed: BeatFollower,
  notes: readonly Note[],
  until: Seconds,
  hints: BeatHints,
): BeatMap | null {
  const { first } = followed;
  if (first === null) return null;
  const { followed: asked } = askTracker(followUntil(followed, until, hints), until, hints);
  const { pulse } = asked.tracker;
  const told = hints.given?.beatAt !== undefined;
  if (pulse === null || (!told && pulse.clarity < UNCLEAR)) return null;
  const meter = meterOf(hints);
  // The bar that is open at the end is completed.
  const beats = extendBeats(pulse, meter, asked.beats, { first, now: until + 2 * meter * pulse.period });
  if (beats.length < FEWEST_BARS * meter) return null;
  const lines = barLinesOf({ ...asked.tracker, pulse }, beats, notes, hints);
  const map = barsBetween(wholeBars({ beats, lines, meter }));
  const lately = notes.filter(({ start }) => start > until - LATELY);
  return told || offBeats(map, lately) === null ? map : null;
}

/**
 * Tracks the beats from the first note until `until`; null where the notes fit no pulse. `notes` are sorted by onset.
 * @param told the beat period, where it is known
 */
export function followBeats(notes: readonly Note[], until: Seconds, told?: Seconds): BeatMap | null {
  const hints: BeatHints = told === undefined ? {} : { given: { period: told } };
  let followed = EMPTY_FOLLOWER;
  for (const note of notes) if (note.start <= until) followed = followNote(followed, note, hints);
  return beatsOf(followed, notes, until, hints);
}

/** Appends the beats of `pulse` until `now`; the first time, those since `first`. */
function extendBeats(
  { bar, period }: BarPulse,
  meter: Meter,
  before: readonly Seconds[],
  { first, now }: { readonly first: Seconds; readonly now: Seconds },
): readonly Seconds[] {
  const from = before.length === 0 ? first - meter * period : before.at(-1)! + SOONEST * period;
  const count = Math.ceil((from - bar) / period);
  const added = Math.floor((now - bar) / period) - count + 1;
  if (added <= 0) return before;
  const next = Array.from({ length: added }, (_, index) => bar + (count + index) * period);
  return lastBeats([...before, ...next]);
}

/** Bound on the number of beats, and how many are kept when it is passed: whole bars of three or four. */
const MOST_BEATS = 768;
const KEPT_BEATS = 384;

/** Drops beats that are too long ago. */
export function lastBeats(beats: readonly Seconds[]): readonly Seconds[] {
  return beats.length > MOST_BEATS ? beats.slice(-KEPT_BEATS) : beats;
}

/**
 * Indices of the beats that begin a bar, every `meter` beats. Which beat is first follows from the tracker, from the bass and from
 * changes of harmony over all beats; unless a given pulse says it.
 */
function barLinesOf(
  { pulse, onsets }: TrackerState & { readonly pulse: BarPulse },
  beats: readonly Seconds[],
  notes: readonly Note[],
  hints: BeatHints,
): number[] {
  const { bar, period } = pulse;
  const meter = meterOf(hints);
  const last = beats.length - 1;
  const believed = (((last - Math.round((beats[last]! - bar) / period)) % meter) + meter) % meter;
  const from = (first: number) => beats.flatMap((_, beat) => ((beat - first) % meter === 0 ? [beat] : []));
  if (hints.given?.bar && !hints.given.tapped) return from(believed);
  // Drums have neither bass nor chords.
  if (isDrumming(onsets)) return from(believed);
  const bass = shares(bassOfBeats({ beats, lines: from(0), meter }, notes));
  const changes = shares(changesOfBeats(beats, notes, meter));
  const score = (first: number) => bass[first]! + changes[first]! + (first === believed ? TRACKER_BONUS : 0);
  const firsts = Array.from({ length: meter }, (_, first) => first);
  return from(firsts.reduce((best, first) => (score(first) > score(best) ? first : best)));
}

/** Weight of the tracker's estimate against the shares of bass notes and of changes of harmony. */
const TRACKER_BONUS = 0.35;

/** Number of changes of harmony on each beat of the bar. (beat modulo meter) */
function changesOfBeats(beats: readonly Seconds[], notes: readonly Note[], meter: Meter): number[] {
  const bars = new Array<number>(beats.length - 1).fill(1);
  const chords = chordsByBeat({ beats, bars }, notes);
  const changes = new Array<number>(meter).fill(0);
  for (let beat = 1; beat < chords.length; beat++)
    if (chords[beat]?.root !== chords[beat - 1]?.root) changes[beat % meter]!++;
  return changes;
}

function shares(counts: readonly number[]): number[] {
  const sum = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (sum > 0 ? count / sum : 0));
}
