import {
  FOLLOWERS,
  type Follower,
  type FollowersStep,
  followersStep,
} from '../../plugins/ensemble/codec/step.js';
import { type BeatNote, gesturesOf } from '../../plugins/ensemble/gestures/classify.js';
import { GESTURE_COUNT, type Gesture, gesture } from '../../plugins/ensemble/gestures/gesture.js';
import type { Harmony } from '../../plugins/ensemble/harmony/chord.js';
import { type BandMemory, NOTHING_PLAYED } from '../../plugins/ensemble/render/memory.js';
import { overRoot } from '../../plugins/ensemble/render/plan.js';
import { type PlannedNote, renderStep } from '../../plugins/ensemble/render/render.js';
import type { SongSteps } from './band.js';

/** How gestures come back from the notes that they become. */
export interface Confusion {
  readonly steps: number;
  /** By follower: how often each gesture was read as each. (meant, read) */
  readonly players: Readonly<Record<Follower, readonly (readonly number[])[]>>;
  /** Share of each follower's steps that come back as they were meant. */
  readonly right: Readonly<Record<Follower, number>>;
}

/** C, G, A minor, F: a bar each. */
const CHORDS: readonly Harmony[] = [
  { tonic: 0, root: 0, triad: 0 },
  { tonic: 0, root: 7, triad: 0 },
  { tonic: 0, root: 9, triad: 1 },
  { tonic: 0, root: 5, triad: 0 },
];
const BAR = 4;
const QUARTERS = 4;

/**
 * Has the followers' steps of songs played as the plugin plays them, and reads the gestures in the notes again. A part that is to hold where
 * nothing of it rings is silent, as in play.
 */
export function confusionOf(songs: readonly SongSteps[]): Confusion {
  const table = () => Array.from({ length: GESTURE_COUNT }, () => new Array<number>(GESTURE_COUNT).fill(0));
  const players = { counter: table(), chords: table(), bass: table() };
  let steps = 0;
  for (const { followers } of songs) {
    const { meant, notes } = played(followers);
    steps += meant.length;
    for (const player of FOLLOWERS) {
      const read = gesturesOf(notes[player], meant.length);
      for (const [step, each] of meant.entries()) players[player][each[player]]![read[step]!]!++;
    }
  }
  const right = (player: Follower) => players[player].reduce((sum, row, at) => sum + row[at]!, 0) / steps;
  return {
    steps,
    players,
    right: { counter: right('counter'), chords: right('chords'), bass: right('bass') },
  };
}

/** Notes of each follower, sorted by start, in beats. */
type BandNotes = Record<Follower, BeatNote[]>;

function played(followers: Int32Array): {
  readonly meant: readonly FollowersStep[];
  readonly notes: BandNotes;
} {
  const notes: BandNotes = { counter: [], chords: [], bass: [] };
  const meant: FollowersStep[] = [];
  let memory: BandMemory = NOTHING_PLAYED;
  for (const [step, packed] of followers.entries()) {
    const wanted = possible(followersStep.unpack(packed), notes);
    meant.push(wanted);
    for (const player of FOLLOWERS) if (wanted[player] === gesture.silence) endAt(notes[player], step);
    const rendered = renderStep(wanted, momentOf(step, notes), memory);
    memory = rendered.memory;
    for (const player of FOLLOWERS)
      add(
        notes[player],
        rendered.notes.filter(({ part }) => part === player),
        step,
      );
  }
  for (const player of FOLLOWERS) endAt(notes[player], followers.length);
  return { meant, notes };
}

/** Whether a note rings until its part plays on. */
const rings = ({ end }: BeatNote) => end === Number.POSITIVE_INFINITY;

function possible(wanted: FollowersStep, notes: BandNotes): FollowersStep {
  const of = (player: Follower): Gesture =>
    wanted[player] === gesture.held && !notes[player].some(rings) ? gesture.silence : wanted[player];
  return { counter: of('counter'), chords: of('chords'), bass: of('bass') };
}

function momentOf(step: number, notes: BandNotes): Parameters<typeof renderStep>[1] {
  const chord = (at: number) => CHORDS[Math.floor(at / BAR) % CHORDS.length]!;
  return {
    outlook: {
      ...{ ...overRoot(chord(step)), next: null, ceiling: null, fullness: 0 },
      place: { section: '*', at: step % (BAR * CHORDS.length), bar: BAR, free: false },
    },
    ...{ before: step === 0 ? null : chord(step - 1), beat: step % BAR, bar: BAR },
    ...{ leader: [], velocity: 72, complexity: 0.3, last: false, chance: { seed: step } },
    sounding: FOLLOWERS.flatMap((part) => notes[part].filter(rings).map(({ pitch }) => ({ part, pitch }))),
  };
}

/** Adds what a part plays in a step; what rang until now ends where it begins. */
function add(part: BeatNote[], planned: readonly PlannedNote[], step: number): void {
  if (planned.length === 0) return;
  const began = planned.map(({ at, pitch, velocity, length }): BeatNote => {
    const start = step + at / QUARTERS;
    const end = length === null ? Number.POSITIVE_INFINITY : start + length / QUARTERS;
    return { pitch, velocity, start, end };
  });
  endAt(part, Math.min(...began.map(({ start }) => start)));
  part.push(...began.sort((a, b) => a.start - b.start || a.pitch - b.pitch));
}

function endAt(part: BeatNote[], beat: number): void {
  for (const [index, note] of part.entries()) if (rings(note)) part[index] = { ...note, end: beat };
}
