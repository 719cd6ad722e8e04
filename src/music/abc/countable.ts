import { add, type Fraction, fraction, ZERO } from './fraction.js';
import { RefusedTune } from './refusal.js';
import { isTimed } from './signs.js';
import { soundingDurations } from './timing.js';
import type { TuneElement } from './tune.js';

/** The largest numerator and denominator of a written length, in eighths. */
const MOST = 999;
/**
 * The largest common denominator of all sounding lengths, in parts of an eighth note. 128ths in triplets, quintuplets and
 * septuplets in one tune stay below it.
 */
const MOST_PARTS = 2 ** 16;
/**
 * The longest tune in eighth notes: 131,072 bars of 4/4. Times MOST_PARTS squared it stays below 2^53, where integers are
 * exact.
 */
const LONGEST = 2 ** 20;

/**
 * Throws RefusedTune at the first note whose length cannot be written, or cannot be added exactly to the lengths before
 * it.
 */
export function requireCountable(elements: readonly TuneElement[]): void {
  const durations = soundingDurations(elements);
  let parts = 1;
  let length = ZERO;
  for (const [index, element] of elements.entries()) {
    if (!isTimed(element)) continue;
    const written =
      element.kind === 'chord'
        ? [element.duration, ...element.notes.map(({ duration }) => duration)]
        : [element.duration];
    const sounding = durations[index]!;
    const wrong = written.find(({ num, den }) => num > MOST || den > MOST);
    if (wrong || sounding.den > MOST_PARTS)
      throw new RefusedTune(element.place, `a note of ${lengthIn(wrong ?? sounding)} eighths`);
    parts = fraction(parts, sounding.den).num * sounding.den;
    if (parts > MOST_PARTS)
      throw new RefusedTune(
        element.place,
        'a length that does not go with those before it: there is no common part',
      );
    length = add(length, sounding);
    if (length.num > LONGEST * length.den)
      throw new RefusedTune(element.place, 'the tune is longer than any for players');
  }
}

function lengthIn({ num, den }: Fraction): string {
  return den === 1 ? `${num}` : `${num}/${den}`;
}
