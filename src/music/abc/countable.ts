import { add, type Fraction, fraction, ZERO } from './fraction.js';
import { RefusedTune } from './refusal.js';
import { isTimed } from './signs.js';
import { soundingDurations } from './timing.js';
import type { TuneElement } from './tune.js';

/** Bounds on lengths that can be written exactly and read again, in eighths and parts of one. */
const MOST = 999;
/** Parts of an eighth note that all lengths together may need: 128ths in triplets, quintuplets and septuplets in one tune need less. */
const MOST_PARTS = 2 ** 16;
/** In eighth notes, 131,072 bars of 4/4: times MOST_PARTS twice it stays below 2^53, where numbers are exact. */
const LONGEST = 2 ** 20;

/** Throws RefusedTune at the first note whose length cannot be written, or added to the others exactly. */
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
