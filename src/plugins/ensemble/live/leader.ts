import { type BeatClock, beatAt } from '../../../music/beats/beat-clock.js';
import type { PerformanceEvent } from '../../../music/note.js';
import type { Pitch, Seconds, Velocity } from '../../../music/units.js';
import { type BeatNote, EARLY_BEATS, lineGestureOf } from '../gestures/classify.js';
import { type Gesture, gesture } from '../gestures/gesture.js';
import type { HeardNote } from '../harmony/listener.js';

/** Notes are kept for so long; how loud the leader plays, the last strokes say. */
const KEPT: Seconds = 16;
const STROKES = 8;
const USUAL_VELOCITY: Velocity = 72;

/** A note of the leader's; end null: it sounds. */
interface LeaderNote {
  readonly pitch: Pitch;
  readonly velocity: Velocity;
  readonly start: Seconds;
  /** When the key came up, and when it falls silent, which the pedal may delay. */
  readonly up: Seconds | null;
  readonly end: Seconds | null;
}

/** What the leader played of late. Never changed in place. */
export interface Leader {
  readonly notes: readonly LeaderNote[];
  readonly pedal: boolean;
  readonly velocities: readonly Velocity[];
}

export const NOBODY: Leader = { notes: [], pedal: false, velocities: [] };

export function hearLeader(before: Leader, event: PerformanceEvent): Leader {
  const { time } = event;
  if (event.type === 'pedal') {
    const lifted = ({ up, end }: LeaderNote) => !event.down && up !== null && end === null;
    const notes = before.notes.map((note) => (lifted(note) ? { ...note, end: time } : note));
    return { ...before, pedal: event.down, notes };
  }
  const ends = ({ pitch, end }: LeaderNote) => pitch === event.pitch && end === null;
  if (event.type === 'noteOff' || event.velocity === 0) {
    const end = before.pedal ? null : time;
    const notes = before.notes.map((note) =>
      ends(note) && note.up === null ? { ...note, up: time, end } : note,
    );
    return { ...before, notes };
  }
  const kept = before.notes.filter(({ end }) => end === null || end > time - KEPT);
  const notes = kept.map((note) => (ends(note) ? { ...note, up: time, end: time } : note));
  const { pitch, velocity } = event;
  return {
    ...before,
    notes: [...notes, { pitch, velocity, start: time, up: null, end: null }],
    velocities: [...before.velocities.slice(1 - STROKES), velocity],
  };
}

/** The mean of the last strokes. */
export function velocityOf({ velocities }: Leader): Velocity {
  if (velocities.length === 0) return USUAL_VELOCITY;
  return velocities.reduce((sum, velocity) => sum + velocity, 0) / velocities.length;
}

/** Pitches that sound at `time`. */
export function soundingAt({ notes }: Leader, time: Seconds): Pitch[] {
  return notes
    .filter(({ start, end }) => start <= time && (end === null || end > time))
    .map(({ pitch }) => pitch);
}

/** The notes in beats of a clock. What sounds has no end yet. */
function inBeats({ notes }: Leader, clock: BeatClock): BeatNote[] {
  return notes.map(({ pitch, velocity, start, end }) => ({
    ...{ pitch, velocity, start: beatAt(clock, start) },
    end: end === null ? Number.POSITIVE_INFINITY : beatAt(clock, end),
  }));
}

/** What the leader does in a beat, by his upper line: the leaders that the network knows are one voice. */
export function gestureIn(leader: Leader, clock: BeatClock, beat: number): Gesture {
  return leader.notes.length === 0 ? gesture.silence : lineGestureOf(inBeats(leader, clock), beat);
}

/** A note that has just begun counts as one that lasts so much of a beat. */
const JUST_BEGUN = 0.5;
/** What is let go so soon after a beat began is not of its chord. */
const TAIL = 0.15;

/** What is heard of the leader in a beat, `until` a moment of it: notes struck a little early are of the beat. In beats. */
export function heardIn(leader: Leader, clock: BeatClock, beat: number, until: number): HeardNote[] {
  return inBeats(leader, clock).flatMap(({ pitch, start, end }) => {
    if (start >= beat + 1 - EARLY_BEATS || start > until) return [];
    const begins = start >= beat - EARLY_BEATS;
    if (!begins && end - beat < TAIL) return [];
    const from = Math.max(0, start - beat);
    const known = Math.min(until - beat, end - beat) - from;
    const sounds = begins && end === Number.POSITIVE_INFINITY ? Math.max(JUST_BEGUN, known) : known;
    return sounds > 0 ? [{ pitch, from, to: Math.min(1, from + sounds) }] : [];
  });
}

/** The first moment of what is remembered; null: nothing. */
export function beginningOf({ notes }: Leader): Seconds | null {
  return notes[0]?.start ?? null;
}
