import { type Fraction, fraction } from './fraction.js';
import { LETTERS } from './key.js';
import type { Alteration, WrittenPitch } from './tune.js';

/** One pitch and nothing else. */
const WHOLE_PITCH = /^(\^\^|\^|__|_|=)?([A-Ga-g])([,']*)$/;
/** A pitch as it is written, with any number of octave marks. Throws where the text is none. */
export function readPitch(text: string): WrittenPitch {
  const [, sign, letter, marks] = WHOLE_PITCH.exec(text)!;
  const octaves = marks!.split("'").length - marks!.split(',').length;
  const upper = letter!.toUpperCase();
  const step = LETTERS.indexOf(upper) + (letter === upper ? 0 : 7) + 7 * octaves;
  return sign ? { step, accidental: ALTERATIONS[sign]! } : { step };
}

const ALTERATIONS: Record<string, Alteration> = { '^^': 2, '^': 1, '=': 0, _: -1, __: -2 };

/** A length, as in `3`, `/2`, `//`, `3/`. undefined where it is none: `//2` is not defined; `A0` and `A/0` take no time. */
export function readLength(text: string): Fraction | undefined {
  const [, num, slashes, den] = /^(\d*)(?:(\/+)(\d*))?$/.exec(text)!;
  const above = num === '' ? 1 : Number(num);
  const below = slashes === undefined ? 1 : den === '' ? 2 ** slashes.length : Number(den);
  if (slashes !== undefined && slashes.length > 1 && den !== '') return undefined;
  return above < 1 || above > 999 || below < 1 || below > 999 ? undefined : fraction(above, below);
}
