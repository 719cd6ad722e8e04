import type { Pitch, Velocity } from '../../music/units.js';
import type { Vocabulary } from '../vocabulary.js';

/** Steps a second: the performance codecs count time in steps of 10 ms, as Performance RNN does. */
export const STEPS_PER_SECOND = 100;

/** The longest time shift of one token, in steps. */
export const LONGEST_SHIFT = 100;

/** The meaning of a performance token, independent of the alphabet. */
export type PerformanceSymbol =
  /** A note begins; without `bin` where the alphabet has velocity tokens of their own. */
  | { readonly type: 'on'; readonly pitch: Pitch; readonly bin?: number }
  | { readonly type: 'off'; readonly pitch: Pitch }
  /** Time passes, 1 to 100 steps. */
  | { readonly type: 'shift'; readonly steps: number }
  /** The velocity of the onsets that follow. */
  | { readonly type: 'velocity'; readonly bin: number };

/** Tokens of an alphabet by their meaning. */
export interface TokensByMeaning {
  /** All onsets of a pitch. (pitch, any) */
  readonly ons: readonly (readonly number[])[];
  /** At most one a pitch. (pitch, any) */
  readonly offs: readonly (readonly number[])[];
  readonly shifts: readonly number[];
  /** At most one a bin; none where onsets carry their velocity. (bin, any) */
  readonly velocities: readonly (readonly number[])[];
}

/** How performance symbols are written as tokens: the 388 classes of Performance RNN, or the packed form. */
export interface PerformanceAlphabet {
  /** The codec's id. */
  readonly id: string;
  readonly vocabulary: Vocabulary;
  readonly lowest: Pitch;
  readonly highest: Pitch;
  /** Number of velocity bins, which are counted from 0. */
  readonly velocityBins: number;
  /** The meaning of each token. (token) */
  readonly symbols: readonly PerformanceSymbol[];
  readonly tokens: TokensByMeaning;
  /** The tokens of an onset; `current` is the bin of the last velocity (-1: none yet). */
  on(pitch: Pitch, bin: number, current: number): number[];
  off(pitch: Pitch): number;
  /** 1 to 100 steps. */
  shift(steps: number): number;
}

/** Velocities 1-127 in bins of equal width, the last one shorter (Magenta's `performance_lib`). */
function binWidth(bins: number): number {
  return Math.ceil(127 / bins);
}

/** The bin of a velocity, from 0. */
export function binOfVelocity(velocity: Velocity, bins: number): number {
  const inRange = Math.min(127, Math.max(1, Math.round(velocity)));
  return Math.floor((inRange - 1) / binWidth(bins));
}

function edgesOfBin(bin: number, bins: number): { low: Velocity; high: Velocity } {
  const width = binWidth(bins);
  return { low: bin * width + 1, high: Math.min(127, (bin + 1) * width) };
}

/** The velocity that a bin is played with: its middle, which falls into the same bin again. */
export function velocityOfBin(bin: number, bins: number): Velocity {
  const { low, high } = edgesOfBin(bin, bins);
  return (low + high) >> 1;
}

const NAMES = ['C', 'C#', 'D', 'D#', 'E', 'F', 'F#', 'G', 'G#', 'A', 'A#', 'B'];

/** `C4` is middle C, 60. */
export function pitchWords(pitch: Pitch): string {
  return `${NAMES[pitch % 12]}${Math.floor(pitch / 12) - 1}`;
}

/** `velocity 61-64`. */
export function velocityWords(bin: number, bins: number): string {
  const { low, high } = edgesOfBin(bin, bins);
  return `velocity ${low}-${high}`;
}

/** `wait 0.25 s`. */
export function shiftWords(steps: number): string {
  return `wait ${(steps / STEPS_PER_SECOND).toFixed(2)} s`;
}

/** Moves a pitch by octaves into the alphabet's range. */
export function foldPitch(pitch: Pitch, { lowest, highest }: PerformanceAlphabet): Pitch {
  let folded = pitch;
  while (folded < lowest) folded += 12;
  while (folded > highest) folded -= 12;
  return folded;
}
