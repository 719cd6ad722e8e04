import type { Pitch, Velocity } from '../units.js';

/** Kinds of strokes that lie elsewhere in a bar. */
export const DRUM_KINDS = [
  'kick',
  'snare',
  'ghost note',
  'accented cymbal',
  'cymbal',
  'pedal hi-hat',
  'open hi-hat',
  'crash',
  'tom',
] as const;
type DrumKind = (typeof DRUM_KINDS)[number];

/** Keys of General MIDI kits, and those that electronic kits add; hi-hats and rides keep time. */
const KEYS: Readonly<Record<DrumKind, readonly Pitch[]>> = {
  kick: [35, 36],
  snare: [37, 38, 39, 40],
  'ghost note': [],
  'accented cymbal': [],
  cymbal: [22, 42, 51, 53, 54, 59],
  'pedal hi-hat': [44],
  'open hi-hat': [26, 46],
  crash: [49, 52, 55, 57],
  tom: [41, 43, 45, 47, 48, 50, 58],
};
/** A quieter stroke of the snare is a ghost note. */
const GHOST: Velocity = 50;
/** A louder stroke of a cymbal is accented. */
const ACCENTED: Velocity = 75;

const BY_KEY: ReadonlyMap<Pitch, DrumKind> = new Map(
  DRUM_KINDS.flatMap((kind) => KEYS[kind].map((key) => [key, kind] as const)),
);

/** What a stroke is of, as its place in {@link DRUM_KINDS}; null where the key is none of a kit. */
export function drumKindOf(key: Pitch, velocity: Velocity): number | null {
  const kind = BY_KEY.get(key);
  if (kind === undefined) return null;
  if (kind === 'snare' && velocity < GHOST) return DRUM_KINDS.indexOf('ghost note');
  if (kind === 'cymbal' && velocity >= ACCENTED) return DRUM_KINDS.indexOf('accented cymbal');
  return DRUM_KINDS.indexOf(kind);
}
