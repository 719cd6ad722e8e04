import { type Fraction, fraction } from './fraction.js';
import type { Meter } from './tune.js';

/**
 * Parses the text of an M: field. Returns null where the meter is free, and the reason as a string where it is not a
 * meter.
 */
export function readMeter(text: string): Meter | null | string {
  const said = text.trim();
  if (said === '' || /^none\b/i.test(said)) return null;
  if (/^C\|/.test(said)) return { num: 2, den: 2 };
  if (/^C(?![\w|])/.test(said)) return { num: 4, den: 4 };
  const found = /^\(?\s*(\d{1,2}(?:\s*\+\s*\d{1,2})*)\s*\)?\s*\/\s*(\d{1,2})(?![\d+])/.exec(said);
  const num = found ? found[1]!.split('+').reduce((sum, part) => sum + Number(part), 0) : 0;
  const den = Number(found?.[2]);
  if (num < 1 || num > 64 || ![1, 2, 4, 8, 16, 32].includes(den)) return `M:${said.slice(0, 20)} is no meter`;
  return { num, den };
}

/** The text of a meter: `C|` for 2/2, `none` where it is free. */
export function meterText(meter: Meter | null): string {
  if (meter === null) return 'none';
  return meter.num === 2 && meter.den === 2 ? 'C|' : `${meter.num}/${meter.den}`;
}

/** Length of a full bar in eighth notes. */
export function barLength(meter: Meter): Fraction {
  return fraction(8 * meter.num, meter.den);
}

/** Whether three notes make a beat, as in 6/8. */
export function isCompound(meter: Meter | null): boolean {
  return meter !== null && meter.num % 3 === 0 && meter.num > 3;
}

/** The default q of a tuplet (p:q:r): how many notes' time `p` notes take (ABC 2.1, 4.13). */
export function tupletTime(p: number, meter: Meter | null): number {
  return { 2: 3, 3: 2, 4: 3, 6: 2, 8: 3 }[p] ?? (isCompound(meter) ? 3 : 2);
}
