import type { Pitch, Seconds, Velocity } from '../../../music/units.js';

/** A note as phrases are heard by. */
export interface PhraseNote {
  readonly time: Seconds;
  readonly pitch: Pitch;
  readonly velocity: Velocity;
}

/** What a bar of the player's is like. */
export interface HeardBar {
  /** What is struck where: sixteenths, each with its pitch class and whether it is low, as one number; ascending. */
  readonly figure: readonly number[];
  /** Beats of the bar at which the upper voice is struck; an upbeat to it is negative, one to the next is not there. */
  readonly upper: readonly number[];
  readonly strokes: number;
  /** Mean velocity; 0 where nothing is struck. */
  readonly loudness: number;
}

/** Notes nearer than this are struck together. */
const TOGETHER: Seconds = 0.04;
const MIDDLE_C: Pitch = 60;
/** The upper voice is no lower than this below what is on top in the middle of its notes. */
const BELOW = 5;

/** The highest of what is struck together. In order of time. */
export function topNotes(notes: readonly PhraseNote[]): readonly PhraseNote[] {
  const tops: PhraseNote[] = [];
  for (const note of notes) {
    const last = tops.at(-1);
    if (last === undefined || note.time - last.time >= TOGETHER) tops.push(note);
    else if (note.pitch > last.pitch) tops[tops.length - 1] = { ...note, time: last.time };
  }
  return tops;
}

/** Whether a note on top is of the upper voice, where such pitches are on top: what lies far below them is accompaniment. */
export function isUpper(tops: readonly Pitch[]): (note: PhraseNote) => boolean {
  const middle = [...tops].sort((a, b) => a - b)[tops.length >> 1] ?? 0;
  return ({ pitch }) => pitch >= middle - BELOW;
}

/** A bar with beats at `times` and its end; `notes` are those in it, in order of time, `upper` those of the upper voice. */
export function heardBar(
  times: readonly Seconds[],
  notes: readonly PhraseNote[],
  upper: readonly PhraseNote[],
): HeardBar {
  const beatOf = (time: Seconds): number => {
    const beat = Math.max(
      0,
      Math.min(
        times.length - 2,
        times.findLastIndex((at) => at <= time),
      ),
    );
    return beat + (time - times[beat]!) / (times[beat + 1]! - times[beat]!);
  };
  const figure = notes.map(
    ({ time, pitch }) => (Math.round(4 * beatOf(time)) * 12 + (pitch % 12)) * 2 + Number(pitch < MIDDLE_C),
  );
  const strokes = notes.filter(
    ({ time }, index) => index === 0 || time - notes[index - 1]!.time >= TOGETHER,
  ).length;
  const velocities = notes.reduce((sum, { velocity }) => sum + velocity, 0);
  return {
    figure: [...new Set(figure)].sort((a, b) => a - b),
    upper: upper.map(({ time }) => beatOf(time)),
    strokes,
    loudness: notes.length === 0 ? 0 : velocities / notes.length,
  };
}
