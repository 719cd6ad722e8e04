import type { DropCount } from './dropped.js';
import { compare, type Fraction, fraction } from './fraction.js';
import { C_MAJOR, type Key } from './key.js';
import { readKeyField } from './key-field.js';
import { readMeter } from './meter.js';
import { RefusedTune } from './refusal.js';
import type { Meter, Place } from './tune.js';

/** What the fields of a tune have said so far. Later fields change it; the body reads it. */
export class Fields {
  number = '';
  readonly titles: string[] = [];
  type: string | undefined;
  tempo: string | undefined;
  readonly others: { letter: string; text: string }[] = [];
  meter: Meter | null = null;
  key: Key = C_MAJOR;
  keySaid = false;
  meterSaid = false;
  /** L:, in eighth notes; what the meter implies where it is not said. */
  #unit: Fraction | undefined;
  #implied = fraction(1);

  get unit(): Fraction {
    return this.#unit ?? this.#implied;
  }

  setKey(text: string, place: Place): void {
    const field = readKeyField(text);
    if (typeof field === 'string') throw new RefusedTune(place, field);
    // A clef alone leaves the key as it is.
    this.key = field.key ?? this.key;
    this.keySaid = true;
  }

  setMeter(text: string, place: Place): void {
    const meter = readMeter(text);
    if (typeof meter === 'string') throw new RefusedTune(place, meter);
    this.meter = meter;
    this.meterSaid = true;
  }

  /** Without L: a meter below 3/4 means sixteenths, at the beginning of the tune alone. */
  implyUnit(): void {
    const short =
      this.meter !== null && compare(fraction(this.meter.num, this.meter.den), fraction(3, 4)) < 0;
    this.#implied = short ? fraction(1, 2) : fraction(1);
  }

  setUnit(text: string, place: Place): void {
    const found = /^(\d{1,3})(?:\/(\d{1,3}))?$/.exec(text.replace(/\s/g, ''));
    const num = Number(found?.[1]);
    const den = Number(found?.[2] ?? 1);
    if (!found || num < 1 || den < 1)
      throw new RefusedTune(place, `L:${text.slice(0, 20)} is no note length`);
    this.#unit = fraction(8 * num, den);
  }
}

/** Takes a header field. Fields that say nothing of the music are kept as text, or counted. */
export function takeHeaderField(
  fields: Fields,
  letter: string,
  text: string,
  place: Place,
  dropped: DropCount,
): void {
  switch (letter) {
    case 'X':
      fields.number = text.trim();
      break;
    case 'T':
      if (text.trim() !== '') fields.titles.push(text.trim());
      break;
    case 'M':
      fields.setMeter(text, place);
      break;
    case 'L':
      fields.setUnit(text, place);
      break;
    case 'K':
      fields.setKey(text, place);
      break;
    case 'R':
      if (text.trim() !== '') fields.type = text.trim();
      break;
    case 'Q':
      fields.tempo = text.trim();
      break;
    case 'U':
    case 'm':
      throw new RefusedTune(place, `${letter}: gives signs another meaning`);
    case 'V':
      // One voice with a name is a tune like any other; the body refuses a second one.
      dropped.add('voice fields');
      break;
    case 'P':
      dropped.add('part orders');
      break;
    default:
      if (text.trim() !== '') fields.others.push({ letter, text: text.trim() });
  }
}
