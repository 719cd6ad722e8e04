import type { MidiPiece } from '../../midi/piece.js';
import { fraction } from '../fraction.js';
import { type Key, sharps } from '../key.js';
import { barLength } from '../meter.js';
import type { Meter } from '../tune.js';
import type { PlayedBar } from './lilt.js';

/**
 * Meters of the bars as they are played. A short bar, such as a pickup, is a bar of its own meter, so that the bar lines of a sequencer
 * lie where the tune's do. `eighth` in seconds.
 */
export function timeSignaturesOf(bars: readonly PlayedBar[], eighth: number): MidiPiece['timeSignatures'] {
  const said: MidiPiece['timeSignatures'][number][] = [];
  for (const [index, { from, to, meter }] of bars.entries()) {
    const signature = meterOf(to - from, meter);
    // What is left of the last bar needs no meter of its own, unless it is the only one.
    if (signature === undefined || (index > 0 && index === bars.length - 1 && signature !== meter)) continue;
    const { num: numerator, den: denominator } = signature;
    const last = said.at(-1);
    if (last?.numerator !== numerator || last.denominator !== denominator)
      said.push({ time: from * eighth, numerator, denominator });
  }
  return said;
}

/** Sixty-fourths are the shortest that a meter counts. */
const SHORTEST = 8;

/** The meter of a bar of that many eighths; undefined where the meter is free, or no meter has the length. */
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

/** A key as MIDI can say it: its signature, and whether its third is minor. */
export function keySignatureOf({ tonic, mode }: Key): MidiPiece['keySignatures'] {
  const count = sharps(tonic, mode);
  if (Math.abs(count) > 7) return [];
  return [{ time: 0, sharps: count, mode: MINOR.has(mode) ? 'minor' : 'major' }];
}
