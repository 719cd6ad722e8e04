import { add, type Fraction, fraction, multiply, ZERO } from './fraction.js';
import type { Tempo } from './tune.js';

/** Plausible tempos, in eighth notes a minute. */
const SLOWEST = 10;
const FASTEST = 4000;
const BEATS = /^((?:\d{1,3}\s*\/\s*\d{1,3}\s*)+)=\s*(\d{1,4}(?:\.\d+)?)(?!\d)/;
/** Old form: the length of the note C, in units of L:. */
const UNITS = /^C(\d{0,3})(?:\/(\d{1,3}))?\s*=\s*(\d{1,4}(?:\.\d+)?)(?!\d)/;
const QUARTER = fraction(2);
/** Old form: a number of quarter notes, as abc2midi and abcjs play it. */
const BARE = /^(?:=\s*)?(\d{1,4}(?:\.\d{1,3})?)\s*$/;

/**
 * Parses the text after `Q:`, where `unit` (L:) is in eighth notes: `1/4=120`, `"Lively" 3/8=110`, `1/4 3/8=40`, or the
 * older forms `120` (quarters) and `C=120`, `C3=40` (units) (ABC 2.1, 3.1.8 and 10.1). `eighths` is absent where the text
 * has no number or an implausible one.
 */
export function readTempo(text: string, unit: Fraction): Tempo {
  const said = text.replace(/"[^"]*"/g, ' ').trim();
  const eighths = eighthsOf(said, unit);
  const fits = eighths !== undefined && eighths >= SLOWEST && eighths <= FASTEST;
  return { text: text.trim(), ...(fits ? { eighths } : {}) };
}

function eighthsOf(said: string, unit: Fraction): number | undefined {
  const beats = BEATS.exec(said);
  if (beats) {
    const parts = [...beats[1]!.matchAll(/(\d+)\s*\/\s*(\d+)/g)].map(
      ([, num, den]) => [Number(num), Number(den)] as const,
    );
    if (parts.some(([num, den]) => num < 1 || den < 1)) return undefined;
    return speed(
      parts.reduce((sum, [num, den]) => add(sum, fraction(8 * num, den)), ZERO),
      beats[2]!,
    );
  }
  const units = UNITS.exec(said);
  if (units) {
    const [num, den] = [Number(units[1] || 1), Number(units[2] ?? 1)];
    return num < 1 || den < 1 ? undefined : speed(multiply(fraction(num, den), unit), units[3]!);
  }
  const bare = BARE.exec(said);
  return bare ? speed(QUARTER, bare[1]!) : undefined;
}

/** A tempo in eighth notes a minute, from `count` notes a minute of a length in eighths. */
function speed({ num, den }: Fraction, count: string): number {
  return (num / den) * Number(count);
}
