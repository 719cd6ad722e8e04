import type { Cursor } from './cursor.js';
import { type Fraction, fraction } from './fraction.js';
import { LETTERS } from './key.js';
import type { Alteration, Broken, WrittenPitch } from './tune.js';

/** One pitch and nothing else. */
const WHOLE_PITCH = /^(\^\^|\^|__|_|=)?([A-Ga-g])([,']*)$/;
const PITCH = /(\^\^|\^|__|_|=)?([A-Ga-g])([,']*)/y;
const QUARTER_TONE = /[\^_]\d*\/\d*(?=[A-Ga-g])/y;
const LENGTH = /(\d*)(?:(\/+)(\d*))?/y;
const BROKEN = />{1,3}|<{1,3}/y;

/** Octave marks on one note beyond which no instrument plays. */
const MOST_MARKS = 5;

/** A pitch with its accidental and octave marks, if there is one here. */
export function takePitch(cursor: Cursor): WrittenPitch | undefined {
  const start = cursor.at;
  if (cursor.take(QUARTER_TONE)) cursor.refuse('quarter tones cannot be read', start);
  const found = cursor.take(PITCH);
  if (!found) return undefined;
  const [, sign, letter, marks] = found;
  if (marks!.length > MOST_MARKS) cursor.refuse(`${marks!.length} octave marks`, start);
  const octaves = marks!.split("'").length - marks!.split(',').length;
  const upper = letter!.toUpperCase();
  const step = LETTERS.indexOf(upper) + (letter === upper ? 0 : 7) + 7 * octaves;
  return sign ? { step, accidental: ALTERATIONS[sign]! } : { step };
}

/** A pitch as it is written, with any number of octave marks. Throws where the text is none. */
export function readPitch(text: string): WrittenPitch {
  const [, sign, letter, marks] = WHOLE_PITCH.exec(text)!;
  const octaves = marks!.split("'").length - marks!.split(',').length;
  const upper = letter!.toUpperCase();
  const step = LETTERS.indexOf(upper) + (letter === upper ? 0 : 7) + 7 * octaves;
  return sign ? { step, accidental: ALTERATIONS[sign]! } : { step };
}

const ALTERATIONS: Record<string, Alteration> = { '^^': 2, '^': 1, '=': 0, _: -1, __: -2 };

/** A length, as in `3`, `/2`, `//`, `3/`; 1 where none is written. */
export function takeLength(cursor: Cursor): Fraction {
  const start = cursor.at;
  const [text, num, slashes, den] = cursor.take(LENGTH)!;
  if (text === '') return fraction(1);
  const shown = text.length > 20 ? `${text.slice(0, 20)}…` : text;
  const above = num === '' ? 1 : Number(num);
  const below = slashes === undefined ? 1 : den === '' ? 2 ** slashes.length : Number(den);
  // `//2` is not defined; `A0` and `A/0` are no lengths.
  if (slashes !== undefined && slashes.length > 1 && den !== '')
    cursor.refuse(`"${shown}" is no length`, start);
  if (above < 1 || above > 999 || below < 1 || below > 999) cursor.refuse(`"${shown}" is no length`, start);
  return fraction(above, below);
}

export function takeBroken(cursor: Cursor): Broken | undefined {
  const sign = cursor.take(BROKEN)?.[0];
  if (sign === undefined) return undefined;
  return (sign[0] === '>' ? sign.length : -sign.length) as Broken;
}
