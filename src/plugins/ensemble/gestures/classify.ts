import type { Note } from '../../../music/note.js';
import { type Gesture, gesture } from './gesture.js';

/** A note whose times are beats from wherever the music begins. */
export type BeatNote = Note;

/** An onset this many beats before a step belongs to it: people play a little early. */
export const EARLY_BEATS = 1 / 12;
/** Onsets within this many beats of the first are one attack. */
const TOGETHER_BEATS = 1 / 12;
/** Less sound than this in a step in which nothing is struck is silence. */
const SOUNDS_ON_BEATS = 1 / 4;
/** Fewer attacks by steps are no run. */
const RUN_ATTACKS = 4;
/** The widest interval that is a step, in semitones. */
const STEP_SEMITONES = 2;

/** Notes that begin together. */
interface Attack {
  /** The highest note. */
  readonly line: number;
  readonly isChord: boolean;
}

/**
 * What one player does in the step that begins at `step` and lasts a beat. `notes`: the player's, as they sound, sorted by start; those
 * that neither begin nor sound in the step do not matter.
 */
export function gestureOf(notes: readonly BeatNote[], step: number): Gesture {
  return told(notes, step, attacksOf);
}

/**
 * What one player does by the highest note of each attack alone: a leader who plays chords leads like a melody, which is what the corpus's
 * leaders play. Never a chord; else as {@link gestureOf}.
 */
export function lineGestureOf(notes: readonly BeatNote[], step: number): Gesture {
  return told(notes, step, (struck) => attacksOf(struck).map(({ line }) => ({ line, isChord: false })));
}

function told(
  notes: readonly BeatNote[],
  step: number,
  attacksIn: (struck: readonly BeatNote[]) => readonly Attack[],
): Gesture {
  const from = step - EARLY_BEATS;
  const struck = notes.filter(({ start }) => start >= from && start < from + 1);
  const attacks = attacksIn(struck);
  if (attacks.length === 0) return soundsOn(notes, step) ? gesture.held : gesture.silence;
  const chords = attacks.filter(({ isChord }) => isChord).length;
  if (attacks.length === 1) return chords === 1 ? gesture.chord : gesture.tone;
  return figureOf(attacks, chords);
}

/** The gestures of the steps 0, 1, … (step). `notes` are sorted by start. */
export function gesturesOf(notes: readonly BeatNote[], steps: number): Gesture[] {
  const during: BeatNote[][] = Array.from({ length: steps }, () => []);
  for (const note of notes) {
    const last = Math.max(Math.floor(note.start + EARLY_BEATS), Math.ceil(note.end) - 1);
    for (let step = Math.max(0, Math.floor(note.start)); step <= Math.min(last, steps - 1); step++)
      during[step]!.push(note);
  }
  return during.map((part, step) => gestureOf(part, step));
}

function figureOf(attacks: readonly Attack[], chords: number): Gesture {
  const line = attacks.map((attack) => attack.line);
  const first = line[0]!;
  if (line.every((pitch) => pitch === first)) return gesture.repeated;
  if (2 * chords >= attacks.length) return gesture.chord;
  const intervals = line.slice(1).map((pitch, at) => pitch - line[at]!);
  const steps = intervals.filter((interval) => Math.abs(interval) <= STEP_SEMITONES).length;
  if (2 * steps <= intervals.length) return gesture.broken;
  if (attacks.length >= RUN_ATTACKS) return gesture.run;
  const last = line.at(-1)!;
  if (last === first) return gesture.run;
  return last > first ? gesture.up : gesture.down;
}

function attacksOf(struck: readonly BeatNote[]): Attack[] {
  const groups: BeatNote[][] = [];
  for (const note of struck) {
    const group = groups.at(-1);
    if (group && note.start - group[0]!.start < TOGETHER_BEATS) group.push(note);
    else groups.push([note]);
  }
  return groups.map((group) => ({
    line: Math.max(...group.map(({ pitch }) => pitch)),
    isChord: new Set(group.map(({ pitch }) => pitch % 12)).size > 1,
  }));
}

function soundsOn(notes: readonly BeatNote[], step: number): boolean {
  let sounding = 0;
  let until = step;
  for (const { start, end } of notes) {
    const from = Math.max(until, start);
    const to = Math.min(end, step + 1);
    if (to <= from) continue;
    sounding += to - from;
    until = to;
  }
  return sounding >= SOUNDS_ON_BEATS;
}
