import type { Fraction } from './fraction.js';
import { accidentalText, LETTERS } from './key.js';
import type { Broken, WrittenPitch } from './tune.js';

/** A staff step as ABC writes it: `C` for 0, `c` for 7, `c'` for 14, `C,` for -7. */
export function stepText(step: number): string {
  const octave = Math.floor(step / 7);
  const letter = LETTERS[step - 7 * octave]!;
  return octave > 0 ? letter.toLowerCase() + "'".repeat(octave - 1) : letter + ','.repeat(-octave);
}

/** A pitch as ABC writes it, with its written accidental if it has one: `^c'`. */
export function pitchText({ step, accidental }: WrittenPitch): string {
  return (accidental === undefined ? '' : accidentalText(accidental)) + stepText(step);
}

/** A length in units of L:, empty for one unit: `3`, `/2`, `3/2`. */
export function lengthText({ num, den }: Fraction): string {
  if (den === 1) return num === 1 ? '' : `${num}`;
  return `${num === 1 ? '' : num}/${den}`;
}

/** Broken rhythm as ABC writes it: `>` to `>>>` for 1 to 3, `<` to `<<<` for -1 to -3. */
export function brokenText(by: Broken): string {
  return by > 0 ? '>'.repeat(by) : '<'.repeat(-by);
}
