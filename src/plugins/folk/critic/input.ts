import { TUNE_TYPES } from '../codec/words.js';
import type { Reading, ReadNote } from './reading.js';

/**
 * Input fields of the critic's network: one row per note, bar line and end of a part; each field is a class index into
 * a table of weights. Key, octave, spelling, note signs and repeat signs are left out, so that the network judges
 * music rather than notation.
 */
export const INPUT_FIELDS = ['pitch', 'length', 'place', 'kind'] as const;

const LOWEST = -14;
const HIGHEST = 26;
const PITCHES = HIGHEST - LOWEST + 1;
/** Classes that follow the pitches. */
const [BAR, PART] = [PITCHES, PITCHES + 1];
/** Length classes, in eighths: a note belongs to the nearest on a logarithmic scale. */
const LENGTHS = [1 / 4, 1 / 3, 1 / 2, 2 / 3, 3 / 4, 1, 4 / 3, 3 / 2, 2, 3, 4, 6, 8] as const;
const METERS = ['4/4', '6/8', '2/4', '3/4', '9/8', '12/8'] as const;
const MODES = ['maj', 'min', 'dor', 'mix'] as const;

/** Number of classes of each field. */
export const INPUT_SIZES = [
  PITCHES + 2,
  LENGTHS.length + 1,
  5,
  (TUNE_TYPES.length + 1) * (METERS.length + 1) * (MODES.length + 1),
] as const;

/** The network's input for a tune. Shape: (row × fields). */
export function inputOf(reading: Reading): Uint16Array {
  const kind = kindOf(reading);
  const rows: number[] = [];
  for (const { pickup, bars } of reading.parts) {
    for (const bar of pickup ? [pickup, ...bars] : bars) {
      for (const note of bar.notes)
        rows.push(pitchOf(note), 1 + nearest(note.length), placeOf(note, reading, bar === pickup), kind);
      rows.push(bar === bars.at(-1) ? PART : BAR, 0, 0, kind);
    }
  }
  return Uint16Array.from(rows);
}

function pitchOf({ pitch }: ReadNote): number {
  return Math.max(LOWEST, Math.min(HIGHEST, pitch)) - LOWEST;
}

function nearest(length: number): number {
  const off = (other: number) => Math.abs(Math.log(length / other));
  return LENGTHS.reduce((best: number, other, index) => (off(other) < off(LENGTHS[best]!) ? index : best), 0);
}

/**
 * Position class of a note: in a pickup (0), at the start of the bar (1), on a beat or half bar (2), on an eighth (3),
 * elsewhere (4).
 */
function placeOf({ at }: ReadNote, { full, meter }: Reading, inPickup: boolean): number {
  if (inPickup) return 0;
  if (at < 1e-6) return 1;
  const beat = meter === '6/8' || meter === '9/8' || meter === '12/8' ? 3 : meter === '4/4' ? full / 2 : 2;
  if (Math.abs(at / beat - Math.round(at / beat)) < 1e-6) return 2;
  return Math.abs(at - Math.round(at)) < 1e-6 ? 3 : 4;
}

function kindOf({ type, meter, mode }: Reading): number {
  const among = (list: readonly string[], name: string | null) => list.indexOf(name ?? '') + 1;
  const typed = among(TUNE_TYPES, type) * (METERS.length + 1) + among(METERS, meter);
  return typed * (MODES.length + 1) + among(MODES, mode);
}
