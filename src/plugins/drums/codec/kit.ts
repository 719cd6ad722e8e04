import type { Pitch } from '../../../music/units.js';

/** What may be struck on one step of the grid: a class each, after the reduced kit of Gillick et al. (2019). Their order is that of the digits. */
export const CLASSES = [
  'kick',
  'snare',
  'closedHat',
  'openHat',
  'lowTom',
  'midTom',
  'highTom',
  'crash',
  'ride',
] as const;
export type DrumClass = (typeof CLASSES)[number];

/** One way to strike a class. */
export interface Drum {
  readonly name: string;
  readonly class: DrumClass;
  /** The General MIDI key that it is played with. */
  readonly pitch: Pitch;
  /** Other keys that mean it, in General MIDI and on electronic kits. */
  readonly others: readonly Pitch[];
}

/** In the order of their classes. */
export const DRUMS: readonly Drum[] = [
  { name: 'kick', class: 'kick', pitch: 36, others: [35] },
  { name: 'snare', class: 'snare', pitch: 38, others: [40] },
  { name: 'double stroke of the snare', class: 'snare', pitch: 38, others: [] },
  { name: 'side stick', class: 'snare', pitch: 37, others: [] },
  { name: 'closed hi-hat', class: 'closedHat', pitch: 42, others: [22] },
  { name: 'pedal hi-hat', class: 'closedHat', pitch: 44, others: [] },
  { name: 'open hi-hat', class: 'openHat', pitch: 46, others: [26] },
  { name: 'low tom', class: 'lowTom', pitch: 43, others: [41, 58] },
  { name: 'mid tom', class: 'midTom', pitch: 45, others: [47] },
  { name: 'high tom', class: 'highTom', pitch: 48, others: [50] },
  { name: 'crash cymbal', class: 'crash', pitch: 49, others: [52, 55, 57] },
  { name: 'ride cymbal', class: 'ride', pitch: 51, others: [59] },
  { name: 'ride bell', class: 'ride', pitch: 53, others: [] },
];

/** The class of each drum, as its place among the classes. (drum) */
export const CLASS_OF: readonly number[] = DRUMS.map((drum) => CLASSES.indexOf(drum.class));

/** The place of the snare among the drums, and of two strokes of it so close that they are heard as one: a flam, a drag, the beginning of a buzz. */
export const SNARE = 1;
export const DOUBLE = 2;

const BY_PITCH = new Map(
  DRUMS.flatMap(({ pitch, others }, drum) =>
    drum === DOUBLE ? [] : [pitch, ...others].map((key) => [key, drum] as const),
  ),
);

/** The drum that a key of a General MIDI kit strikes; undefined where it is none of ours (a clap, a cowbell). */
export function drumOfPitch(pitch: Pitch): number | undefined {
  return BY_PITCH.get(pitch);
}
