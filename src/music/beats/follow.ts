import { chordsByBeat } from '../chords/by-beat.js';
import type { Note } from '../note.js';
import type { Seconds } from '../units.js';
import { barsBetween, bassOfBeats, offBeats, wholeBars } from './bars.js';
import type { BeatMap } from './beat-map.js';
import {
  type BarPulse,
  type BeatHints,
  BeatTracker,
  EMPTY_TRACKER,
  type Meter,
  type TrackerState,
} from './tracker.js';

/** The tracker is asked again after so long. */
const EVERY: Seconds = 0.5;
/** A beat comes no sooner after another than this share of the period. */
const SOONEST = 0.6;
/** Below so many nats an onset nothing keeps to the pulse. */
const UNCLEAR = 0.25;
/** Whether notes keep to the beats, those of the last seconds say. */
const LATELY: Seconds = 20;
/** Fewer bars are no pulse, unless it was told. */
const FEWEST_BARS = 2;

/** Beats that are followed while the music goes on. Never changed in place. */
export interface BeatFollower {
  readonly tracker: TrackerState;
  /** The first onset; null before it. */
  readonly first: Seconds | null;
  /** When the tracker is to be asked next. */
  readonly next: Seconds;
  /** Whether anything was heard since it was asked. */
  readonly news: boolean;
  /** As they were laid, none is moved later. */
  readonly beats: readonly Seconds[];
}

export const EMPTY_FOLLOWER: BeatFollower = {
  tracker: EMPTY_TRACKER,
  first: null,
  next: 0,
  news: false,
  beats: [],
};

/** The same so much later; beats beyond `until` are not laid yet. */
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

/** Beats that are counted otherwise from `now` on. Where that is another pulse, the last seconds were played by it too. */
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

/** What is told is what was believed: paces so near, and beats by such a share. */
const SAME_PERIOD = 0.03;
const SAME_BEAT = 0.15;
/** Before it was told, this much was played by it. */
const TOLD_BACK: Seconds = 16;

/** With a note that begins; times never go back. */
export function followNote(
  before: BeatFollower,
  note: Pick<Note, 'start' | 'pitch'>,
  hints: BeatHints,
): BeatFollower {
  const begun = before.first === null ? { first: note.start, next: note.start + EVERY } : {};
  const followed = followUntil({ ...before, ...begun }, note.start, hints);
  const tracker = new BeatTracker(hints, followed.tracker);
  tracker.add(note);
  return { ...followed, tracker: tracker.state, news: true };
}

/** The tracker is asked as often as is due before `until`, where nothing else begins by then. Beats are laid as it believes at each time. */
export function followUntil(before: BeatFollower, until: Seconds, hints: BeatHints): BeatFollower {
  let followed = before;
  while (followed.first !== null && followed.next < until) {
    const asked = askTracker(followed, followed.next, hints);
    // Silence tells nothing new: the beats go on as they did.
    const next = asked.quiet ? Math.max(asked.next + EVERY, until - EVERY) : asked.next + EVERY;
    followed = { ...asked.followed, next };
  }
  return followed;
}

function askTracker(before: BeatFollower, now: Seconds, hints: BeatHints) {
  const tracker = new BeatTracker(hints, before.tracker);
  const pulse = before.news ? tracker.at(now) : before.tracker.pulse;
  const { first, beats: known, next } = before;
  const beats = pulse === null ? known : extendBeats(pulse, first!, now, known, meterOf(hints));
  const followed: BeatFollower = { ...before, tracker: tracker.state, beats, news: false };
  return { followed, next, quiet: !before.news };
}

function meterOf({ meter = 4 }: BeatHints): Meter {
  return meter;
}

/**
 * Where beats and bars lie up to `until`, and to the end of the bar that is open then; null where there is no pulse that the notes
 * keep to, and none was told. What came before the pulse was clear is counted back. `notes` are those that were followed, sorted by onset.
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
  // The bar that is open at the end goes on.
  const beats = extendBeats(pulse, first, until + 2 * meter * pulse.period, asked.beats, meter);
  if (beats.length < FEWEST_BARS * meter) return null;
  const lines = barLinesOf(pulse, beats, notes, hints);
  const map = barsBetween(wholeBars({ beats, lines, meter }));
  const lately = notes.filter(({ start }) => start > until - LATELY);
  return told || offBeats(map, lately) === null ? map : null;
}

/**
 * The beats of what is played from the first note until `until`, as a {@link BeatTracker} hears them; null where there is no pulse that the
 * notes keep to. `told`: how long a beat lasts, where that is known. `notes` are sorted by onset.
 */
export function followBeats(notes: readonly Note[], until: Seconds, told?: Seconds): BeatMap | null {
  const hints: BeatHints = told === undefined ? {} : { given: { period: told } };
  let followed = EMPTY_FOLLOWER;
  for (const note of notes) if (note.start <= until) followed = followNote(followed, note, hints);
  return beatsOf(followed, notes, until, hints);
}

/** With the beats of `pulse` until `now`; the first time those since `first` too. */
function extendBeats(
  { bar, period }: BarPulse,
  first: Seconds,
  now: Seconds,
  before: readonly Seconds[],
  meter: Meter,
): readonly Seconds[] {
  const from = before.length === 0 ? first - meter * period : before.at(-1)! + SOONEST * period;
  const count = Math.ceil((from - bar) / period);
  const added = Math.floor((now - bar) / period) - count + 1;
  if (added <= 0) return before;
  const next = Array.from({ length: added }, (_, index) => bar + (count + index) * period);
  return lastBeats([...before, ...next]);
}

/** More beats are not kept; where there are more, so many stay: whole bars, of three or four. */
const MOST_BEATS = 768;
const KEPT_BEATS = 384;

/** Those of them that are kept. */
export function lastBeats(beats: readonly Seconds[]): readonly Seconds[] {
  return beats.length > MOST_BEATS ? beats.slice(-KEPT_BEATS) : beats;
}

/**
 * Where bars begin: every so many beats, so that a doubt of the beginning is no bar of another length. Which one, the onsets of the last
 * seconds say, and over all beats the bass and where the harmony changes; unless somebody told where one begins.
 */
function barLinesOf(
  { bar, period }: BarPulse,
  beats: readonly Seconds[],
  notes: readonly Note[],
  hints: BeatHints,
): number[] {
  const meter = meterOf(hints);
  const last = beats.length - 1;
  const believed = (((last - Math.round((beats[last]! - bar) / period)) % meter) + meter) % meter;
  const from = (first: number) => beats.flatMap((_, beat) => ((beat - first) % meter === 0 ? [beat] : []));
  if (hints.given?.bar && !hints.given.tapped) return from(believed);
  const bass = shares(bassOfBeats({ beats, lines: from(0), meter }, notes));
  const changes = shares(changesOfBeats(beats, notes, meter));
  const score = (first: number) => bass[first]! + changes[first]! + (first === believed ? TRACKER_BONUS : 0);
  const firsts = Array.from({ length: meter }, (_, first) => first);
  return from(firsts.reduce((best, first) => (score(first) > score(best) ? first : best)));
}

/** What the onsets of the last seconds weigh against all bass notes, and all changes of harmony. */
const TRACKER_BONUS = 0.35;

/** How often the harmony changes on each beat of so many. (first of these beats) */
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
