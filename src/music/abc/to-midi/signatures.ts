import type { MidiPiece } from '../../midi/piece.js';
import { fraction } from '../fraction.js';
import { type Key, sharps } from '../key.js';
import { barLength } from '../meter.js';
import type { Meter } from '../tune.js';
import type { PlayedBar } from './lilt.js';

/**
 * MIDI time signatures of the bars as played. A short bar, such as a pickup, gets a meter of its own, so that a
 * sequencer's bar lines agree with the tune's. `eighth` is the length of an eighth note in seconds.
 */
export function timeSignaturesOf(bars: readonly PlayedBar[], eighth: number): MidiPiece['timeSignatures'] {
  const said: MidiPiece['timeSignatures'][number][] = [];
  for (const [index, { from, to, meter }] of bars.entries()) {
    const signature = meterOf(to - from, meter);
    // A short last bar needs no meter of its own, unless it is the only bar.
    if (signature === undefined || (index > 0 && index === bars.length - 1 && signature !== meter)) continue;
    const { num: numerator, den: denominator } = signature;
    const last = said.at(-1);
    if (last?.numerator !== numerator || last.denominator !== denominator)
      said.push({ time: from * eighth, numerator, denominator });
  }
  return said;
}

/** A meter can count sixty-fourths at most: eight to an eighth note. */
const SHORTEST = 8;

/**
 * A meter for a bar of that many eighths: `meter` where it fits. undefined where the meter is free, or no meter has that
 * length.
 */
function meterOf(length: number, meter: Meter | null): Meter | undefined {
  if (meter === null) return undefined;
  const { num, den } = barLength(meter);
  if (Math.abs(length - num / den) < 1e-6) return meter;
  const units = Math.round(length * SHORTEST);
  if (Math.abs(length * SHORTEST - units) > 1e-6) return undefined;
  const { num: count, den: part } = fraction(units, 8 * SHORTEST);
  return count < 256 ? { num: count, den: part } : undefined;
}

const MINOR = new Set(['min', 'dor', 'phr', 'loc']);

/** The MIDI key signature: its sharps, and minor where the third is minor. Empty beyond seven sharps or flats. */
export function keySignatureOf({ tonic, mode }: Key): MidiPiece['keySignatures'] {
  const count = sharps(tonic, mode);
  if (Math.abs(count) > 7) return [];
  return [{ time: 0, sharps: count, mode: MINOR.has(mode) ? 'minor' : 'major' }];
}
