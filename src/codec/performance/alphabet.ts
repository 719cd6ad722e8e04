import type { Pitch, Velocity } from '../../music/units.js';
import type { Vocabulary } from '../vocabulary.js';

/** The performance codecs count time in steps of 10 ms, as Performance RNN does. */
export const STEPS_PER_SECOND = 100;

/** The longest shift that one token says, in steps. */
export const LONGEST_SHIFT = 100;

/** What one token of a performance says, whatever the alphabet. */
export type PerformanceSymbol =
  /** A note begins; `bin` is absent where the alphabet says velocity in tokens of its own. */
  | { readonly type: 'on'; readonly pitch: Pitch; readonly bin?: number }
  | { readonly type: 'off'; readonly pitch: Pitch }
  /** Time passes, 1 to 100 steps. */
  | { readonly type: 'shift'; readonly steps: number }
  /** The velocity of the onsets that follow. */
  | { readonly type: 'velocity'; readonly bin: number };

/** Which tokens of an alphabet speak of what. */
export interface TokensByMeaning {
  /** All onsets of a pitch. (pitch, any) */
  readonly ons: readonly (readonly number[])[];
  /** At most one a pitch. (pitch, any) */
  readonly offs: readonly (readonly number[])[];
  readonly shifts: readonly number[];
  /** At most one a bin; none where onsets carry their velocity. (bin, any) */
  readonly velocities: readonly (readonly number[])[];
}

/** How performance symbols are written as tokens: what the 388 classes and the packed form do differently. */
export interface PerformanceAlphabet {
  /** The codec's id. */
  readonly id: string;
  readonly vocabulary: Vocabulary;
  readonly lowest: Pitch;
  readonly highest: Pitch;
  /** Velocities are told apart in so many bins, counted from 0. */
  readonly velocityBins: number;
  /** What each token says. (token) */
  readonly symbols: readonly PerformanceSymbol[];
  readonly tokens: TokensByMeaning;
  /** The tokens of an onset, where `current` is the bin said last (-1: none yet). */
  on(pitch: Pitch, bin: number, current: number): number[];
  off(pitch: Pitch): number;
  /** 1 to 100 steps. */
  shift(steps: number): number;
}

/** Velocities 1-127 in bins of equal width, the last one shorter (Magenta's `performance_lib`). */
function binWidth(bins: number): number {
  return Math.ceil(127 / bins);
}

/** The bin of a velocity, from 0: bins are as wide as those of Magenta, the last one narrower. */
export function binOfVelocity(velocity: Velocity, bins: number): number {
  const inRange = Math.min(127, Math.max(1, Math.round(velocity)));
  return Math.floor((inRange - 1) / binWidth(bins));
}

function edgesOfBin(bin: number, bins: number): { low: Velocity; high: Velocity } {
  const width = binWidth(bins);
  return { low: bin * width + 1, high: Math.min(127, (bin + 1) * width) };
}

/** The velocity that a bin is played with: its middle, so that it falls into the same bin again. */
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

/** Octaves up or down into the alphabet's range. */
export function foldPitch(pitch: Pitch, { lowest, highest }: PerformanceAlphabet): Pitch {
  let folded = pitch;
  while (folded < lowest) folded += 12;
  while (folded > highest) folded -= 12;
  return folded;
}
