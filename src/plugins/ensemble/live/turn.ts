import type { StreamEvent } from '../../../codec/codec.js';
import { type BeatClock, beatAt, timeOfBeat } from '../../../music/beats/beat-clock.js';
import type { Pitch, Seconds } from '../../../music/units.js';
import { FOLLOWERS, type Follower } from '../codec/step.js';
import { type Harmony, isTone, sameChord, tonesOf } from '../harmony/chord.js';
import { QUARTERS } from '../material/figure.js';
import { moved, type PlannedNote } from '../render/render.js';

/** A note rings for so many beats at most. */
const MOST_RINGING = 8;
/** Less of a turn than this is no turn, in bars. */
const FEWEST_BARS = 1;

export interface OpenNote {
  readonly part: Follower;
  readonly pitch: Pitch;
  readonly velocity: number;
  /** The beat at which it began, and at which it ends; null: it rings until its part plays on. */
  readonly from: number;
  readonly end: number | null;
}

/**
 * A turn of the band. Each beat is three kinds of tokens: what the leader did in the beat before (`leader`), what the followers do
 * (`decide`), and the same token again for each quarter of the beat that passes (`play`), so that what was decided stays decided where
 * the leader plays into it. Beats count from the clock's beat 0, a bar line. Never changed in place.
 */
export interface Turn {
  readonly clock: BeatClock;
  readonly expects: 'leader' | 'decide' | 'play';
  /** The beat that is under way, or comes next. */
  readonly beat: number;
  /** Where it plays: the quarter of the beat, and whether what begins with it has begun. */
  readonly quarter: number;
  readonly begun: boolean;
  /** The token of the beat's followers. */
  readonly followers: number;
  /** What is to come in this beat. */
  readonly planned: readonly PlannedNote[];
  /** The harmony that it was planned in. */
  readonly harmony: Harmony;
  readonly open: readonly OpenNote[];
  /** Nothing of it that is to come sounds before. */
  readonly passed: Seconds;
  /** When it should be over; null: when somebody stops it. */
  readonly until: Seconds | null;
}

export interface Played {
  readonly turn: Turn;
  readonly events: readonly StreamEvent[];
}

/** The session time up to which everything is decided. */
export function headTime({ clock, beat, quarter, expects, passed }: Turn): Seconds {
  return Math.max(passed, timeOfBeat(clock, beat + (expects === 'play' ? quarter / QUARTERS : 0)));
}

/** When it is over: the bar line that is nearest to where it should be; null: when somebody stops it. */
export function endOf({ clock, until, beat }: Turn, bar: number): Seconds | null {
  if (until === null) return null;
  const soonest = Math.ceil((beat + FEWEST_BARS) / bar);
  return timeOfBeat(clock, bar * Math.max(soonest, Math.round(beatAt(clock, until) / bar)));
}

/** With what the followers do in the beat that begins. */
export function withBeat(
  turn: Turn,
  {
    followers,
    planned,
    harmony,
    ends,
  }: Pick<Turn, 'followers' | 'planned' | 'harmony'> & { readonly ends: readonly Follower[] },
): Turn {
  const { beat } = turn;
  const open = turn.open.map((note) =>
    note.end === null && (ends.includes(note.part) || beat - note.from >= MOST_RINGING)
      ? { ...note, end: beat }
      : note,
  );
  return { ...turn, followers, planned, harmony, open, expects: 'play', quarter: 0, begun: false };
}

/** Begins what begins with the quarter. `heard`: the leader's chord, where he plays one and it has turned out to be another. */
export function playQuarter(turn: Turn, heard: Harmony | null): Played {
  const changed = heard === null || sameChord(heard, turn.harmony) ? turn : adjusted(turn, heard);
  const { quarter, planned, clock, beat } = changed;
  const at = beat + quarter / QUARTERS;
  const time = Math.max(changed.passed, timeOfBeat(clock, at));
  const now = planned.filter((note) => note.at === quarter);
  const parts = FOLLOWERS.filter((part) => now.some((note) => note.part === part));
  const gone = (note: OpenNote) =>
    (note.end !== null && note.end <= at) || yields(note, now, { beat, parts });
  const over = changed.open.filter(gone);
  const events: StreamEvent[] = over.map(({ part, pitch }) => ({ type: 'noteOff', time, pitch, part }));
  for (const { part, pitch, velocity } of now) events.push({ type: 'noteOn', time, pitch, velocity, part });
  const begun = now.map(({ part, pitch, velocity, length }) => ({
    ...{ part, pitch, velocity, from: at, end: length === null ? null : at + length / QUARTERS },
  }));
  return {
    turn: {
      ...changed,
      begun: true,
      planned: planned.filter((note) => note.at > quarter),
      open: [...changed.open.filter((note) => !gone(note)), ...begun],
    },
    events,
  };
}

/** Whether a note ends because its part plays on: a line has one note at a time, a hand lets a chord go with the first stroke of a beat. */
function yields(
  note: OpenNote,
  now: readonly PlannedNote[],
  { beat, parts }: { readonly beat: number; readonly parts: readonly Follower[] },
): boolean {
  if (!parts.includes(note.part)) return false;
  if (note.part !== 'chords' || note.from < beat) return true;
  return now.some(({ part, pitch }) => part === note.part && pitch === note.pitch);
}

/** The quarter has passed. */
export function passQuarter(turn: Turn): Turn {
  const quarter = turn.quarter + 1;
  if (quarter < QUARTERS) return { ...turn, quarter, begun: false };
  return { ...turn, beat: turn.beat + 1, quarter: 0, begun: false, expects: 'leader', planned: [] };
}

/** Time has passed until `time`: what was decided for before then has happened. */
export function passTime(before: Turn, time: Seconds, heard: Harmony | null): Turn {
  let turn = before;
  while (turn.expects === 'play' && timeOfBeat(turn.clock, turn.beat + turn.quarter / QUARTERS) <= time) {
    if (!turn.begun) turn = playQuarter(turn, heard).turn;
    if (timeOfBeat(turn.clock, turn.beat + (turn.quarter + 1) / QUARTERS) > time) break;
    turn = passQuarter(turn);
  }
  return { ...turn, passed: Math.max(turn.passed, time) };
}

/**
 * The leader has struck another chord than the band expected: what is to come goes to it, and bass and chords, if they sound
 * wrong in it, are struck again with this quarter.
 */
function adjusted(turn: Turn, heard: Harmony): Turn {
  const { harmony, quarter, beat } = turn;
  const at = beat + quarter / QUARTERS;
  const to = (pitch: Pitch) => moved(pitch, harmony, heard, tonesOf);
  const planned = turn.planned.map((note) => ({ ...note, pitch: to(note.pitch) }));
  const wrong = turn.open.filter(({ pitch, end }) => (end === null || end > at) && !isTone(heard, pitch));
  const again = wrong.flatMap(({ part, pitch, velocity }): PlannedNote[] => {
    if (
      part === 'counter' ||
      quarter > 2 ||
      planned.some((note) => note.part === part && note.at === quarter)
    )
      return [];
    return [{ part, pitch: to(pitch), velocity, at: quarter, length: null }];
  });
  return {
    ...turn,
    harmony: heard,
    planned: distinct([...planned, ...again]),
    open: turn.open.map((note) => (wrong.includes(note) ? { ...note, end: at } : note)),
  };
}

/** Two notes of a part that have become one. */
function distinct(notes: readonly PlannedNote[]): PlannedNote[] {
  const key = ({ part, pitch, at }: PlannedNote) => `${part} ${pitch} ${at}`;
  return notes.filter((note, index) => notes.findIndex((other) => key(other) === key(note)) === index);
}
