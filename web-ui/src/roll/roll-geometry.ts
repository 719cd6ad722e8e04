import type { Pitch, Seconds } from '../../../src/music/units.js';
import type { RollNote } from './note-store.js';

/** Position of the now-line as a share of the width: the past to its left, the plan to its right. */
export const NOW_AT = 0.75;
/** Pixels a second, so that a run of sixteenths can be told apart on any screen. */
const PIXELS_A_SECOND = 72;
const SHORTEST_SPAN: Seconds = 5;
export const PEDAL_LANE = 24;
/** Pitch range without notes: three octaves around middle C. */
const LOWEST: Pitch = 48;
const HIGHEST: Pitch = 83;

export interface RollView {
  readonly width: number;
  readonly height: number;
  /** Session time at the now-line. */
  readonly now: Seconds;
  readonly lowest: Pitch;
  readonly highest: Pitch;
  /** How high the lanes of drums are together, below the pitches; undefined: there are none. */
  readonly drums?: number;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Seconds from the left edge to the right one. */
export function span(view: Pick<RollView, 'width'>): Seconds {
  return Math.max(SHORTEST_SPAN, view.width / PIXELS_A_SECOND);
}

/** With reduced motion the view moves a quarter page at a time, and the now-line moves over it. */
export function steppedNow(now: Seconds, view: Pick<RollView, 'width'>): Seconds {
  const step = span(view) / 4;
  return (Math.floor(now / step) + 1) * step;
}

/** Position of a session time, in pixels from the left edge. */
export function xOf(time: Seconds, view: RollView): number {
  return view.width * NOW_AT + ((time - view.now) * view.width) / span(view);
}

/** Session time at a position in pixels from the left edge, the inverse of {@link xOf}. */
export function timeOf(x: number, view: RollView): Seconds {
  return view.now + ((x - view.width * NOW_AT) * span(view)) / view.width;
}

/** Height of a pitch's row, in pixels. */
export function rowHeight(view: RollView): number {
  return (view.height - PEDAL_LANE - (view.drums ?? 0)) / (view.highest - view.lowest + 1);
}

/** The upper edge of a pitch's row. */
export function yOf(pitch: Pitch, view: RollView): number {
  return (view.highest - pitch) * rowHeight(view);
}

/** Whole octaves that contain all of `notes`, at least three. */
export function pitchRange(notes: readonly RollNote[]): { lowest: Pitch; highest: Pitch } {
  let [lowest, highest] = [LOWEST, HIGHEST];
  for (const { pitch } of notes) {
    lowest = Math.min(lowest, pitch - (pitch % 12));
    highest = Math.max(highest, pitch - (pitch % 12) + 11);
  }
  return { lowest, highest };
}

/**
 * The part of a note that has happened (filled) and the planned part (outline); either may be absent. A note without an end extends
 * to the now-line while it sounds, and is a short mark while it is planned.
 */
export function noteBoxes(note: RollNote, view: RollView, now: Seconds): { done?: Box; planned?: Box } {
  const y = yOf(note.pitch, view) + 0.5;
  const height = Math.max(3, rowHeight(view) - 1);
  const end = note.end ?? Math.max(now, note.start + 0.1);
  const box = (from: Seconds, to: Seconds): Box => {
    const x = xOf(from, view);
    // Leave a pixel between a note and the next of the same pitch.
    return { x, y, width: Math.max(2, xOf(to, view) - x - 1), height };
  };
  return {
    ...(note.start < now ? { done: box(note.start, Math.min(end, now)) } : {}),
    ...(end > now ? { planned: box(Math.max(note.start, now), end) } : {}),
  };
}
