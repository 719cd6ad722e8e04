import { type Fraction, fraction } from './fraction.js';
import { LETTERS } from './key.js';
import type { Alteration, WrittenPitch } from './tune.js';

/** A text that is exactly one pitch. */
const WHOLE_PITCH = /^(\^\^|\^|__|_|=)?([A-Ga-g])([,']*)$/;
/** Parses a pitch such as `^c'`, with any number of octave marks. Throws TypeError for other text. */
export function readPitch(text: string): WrittenPitch {
  const [, sign, letter, marks] = WHOLE_PITCH.exec(text)!;
  const octaves = marks!.split("'").length - marks!.split(',').length;
  const upper = letter!.toUpperCase();
  const step = LETTERS.indexOf(upper) + (letter === upper ? 0 : 7) + 7 * octaves;
  return sign ? { step, accidental: ALTERATIONS[sign]! } : { step };
}

const ALTERATIONS: Record<string, Alteration> = { '^^': 2, '^': 1, '=': 0, _: -1, __: -2 };

/**
 * Parses a length such as `3`, `/2`, `//` or `3/`, as a factor of the unit length. undefined for undefined forms such as
 * `//2` and for lengths of zero (`A0`, `A/0`).
 */
export function readLength(text: string): Fraction | undefined {
  const [, num, slashes, den] = /^(\d*)(?:(\/+)(\d*))?$/.exec(text)!;
  const above = num === '' ? 1 : Number(num);
  const below = slashes === undefined ? 1 : den === '' ? 2 ** slashes.length : Number(den);
  if (slashes !== undefined && slashes.length > 1 && den !== '') return undefined;
  return above < 1 || above > 999 || below < 1 || below > 999 ? undefined : fraction(above, below);
}
