import type { Pitch, Seconds } from '../../../src/music/units.js';
import { type Drum, drumOf } from '../../../src/synth/drums/kit.js';
import type { RollNote } from './note-store.js';
import { type Box, PEDAL_LANE, type RollView, xOf } from './roll-geometry.js';

/** Drums have no pitch to be stacked by: they have a lane each, below the pitches, cymbals on top. */
export const DRUM_LANES = [
  { name: 'crash', drums: ['crash'] },
  { name: 'ride', drums: ['ride', 'rideBell', 'cowbell'] },
  { name: 'open hat', drums: ['openHat'] },
  { name: 'hi-hat', drums: ['closedHat', 'pedalHat', 'shaker'] },
  { name: 'high tom', drums: ['highTom'] },
  { name: 'mid tom', drums: ['midTom'] },
  { name: 'low tom', drums: ['lowTom'] },
  { name: 'snare', drums: ['snare', 'sideStick', 'clap'] },
  { name: 'kick', drums: ['kick'] },
] as const satisfies readonly { readonly name: string; readonly drums: readonly Drum[] }[];

const LANE_HEIGHT = 13;
/** The lanes take no more of the roll, as a share of its height. */
const MOST = 0.45;
/** A stroke is a mark of this width, in pixels. */
const MARK = 5;

/** How high the lanes are together in a roll of that height. */
export function drumsHeight(height: number): number {
  return Math.round(Math.min(DRUM_LANES.length * LANE_HEIGHT, MOST * height));
}

export function laneOf(pitch: Pitch): number {
  const drum = drumOf(pitch);
  return DRUM_LANES.findIndex(({ drums }) => (drums as readonly Drum[]).includes(drum));
}

/** The height of a lane, in pixels. */
export function laneHeight({ drums = 0 }: RollView): number {
  return drums / DRUM_LANES.length;
}

/** The upper edge of a lane. */
export function laneTop(lane: number, view: RollView): number {
  return view.height - PEDAL_LANE - (view.drums ?? 0) + lane * laneHeight(view);
}

/** The mark of a stroke, the higher the louder it is; `planned`: it has not sounded. */
export function strokeBox(note: RollNote, view: RollView, now: Seconds): Box & { readonly planned: boolean } {
  const room = Math.max(2, laneHeight(view) - 2);
  const height = Math.max(2, room * (0.35 + 0.65 * (note.velocity / 127)));
  const y = laneTop(laneOf(note.pitch), view) + 1 + (room - height) / 2;
  return { x: xOf(note.start, view), y, width: MARK, height, planned: note.start >= now };
}
