import type { DropCount } from './dropped.js';
import { compare, type Fraction, fraction } from './fraction.js';
import { C_MAJOR, type Key } from './key.js';
import { readKeyField, readSounds, type Sounds } from './key-field.js';
import { Macros } from './macros.js';
import { readMeter } from './meter.js';
import { readMidiDirective } from './midi-directive.js';
import { readPropagation } from './propagation.js';
import { RefusedTune } from './refusal.js';
import { readTempo } from './tempo.js';
import type { Meter, Place, Propagation } from './tune.js';
import { UserSigns } from './user-signs.js';

/** A fault that does not make a tune unreadable. */
export interface Warning {
  readonly place: Place;
  readonly reason: string;
}

const MOST_WARNINGS = 1000;

/** The content of a V: field. */
interface SaidVoice {
  readonly name?: string;
  readonly sounds: Sounds;
}

/** The current key, meter, unit length and transposition of a tune or of one of its voices, which fields change. */
export class Holding {
  key: Key = C_MAJOR;
  meter: Meter | null = null;
  /** General MIDI program, counted from 0, where %%MIDI names one. */
  program: number | undefined;
  /** Semitones that %%MIDI transpose adds. */
  #midi = 0;
  #sounds: Sounds = {};
  /** L: in eighth notes; undefined where the meter implies the unit. */
  #unit: Fraction | undefined;
  #implied = fraction(1);

  get unit(): Fraction {
    return this.#unit ?? this.#implied;
  }

  /** Semitones by which notes sound higher than written. */
  get shift(): number {
    const { octave = 0, clef = 0, transpose = 0 } = this.#sounds;
    return 12 * (octave + clef) + transpose + this.#midi;
  }

  copy(): Holding {
    const copy = new Holding();
    copy.key = this.key;
    copy.meter = this.meter;
    copy.#sounds = this.#sounds;
    copy.program = this.program;
    copy.#midi = this.#midi;
    copy.#unit = this.#unit;
    copy.#implied = this.#implied;
    return copy;
  }

  sound(sounds: Sounds): void {
    this.#sounds = { ...this.#sounds, ...sounds };
  }

  transpose(semitones: number, more: boolean): void {
    this.#midi = (more ? this.#midi : 0) + semitones;
  }

  /** Applies a K: field. Returns whether it names a key; a clef alone leaves the key as it is. */
  setKey(text: string, place: Place): boolean {
    const field = readKeyField(text);
    if (typeof field === 'string') throw new RefusedTune(place, field);
    this.sound(field.sounds);
    this.key = field.key ?? this.key;
    return field.key !== undefined;
  }

  setMeter(text: string, place: Place): void {
    const meter = readMeter(text);
    if (typeof meter === 'string') throw new RefusedTune(place, meter);
    this.meter = meter;
  }

  /**
   * Sets the unit length that holds without L:, from the meter at the beginning of the tune: a sixteenth below 3/4, else
   * an eighth.
   */
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

/** The header of a tune as read so far. */
export class Fields {
  number = '';
  readonly titles: string[] = [];
  type: string | undefined;
  tempo: string | undefined;
  parts: string | undefined;
  propagation: Propagation | undefined;
  readonly others: { letter: string; text: string }[] = [];
  readonly holding = new Holding();
  keySaid = false;
  /** Voices of the header's V: fields, in order. */
  readonly voices = new Map<string, SaidVoice>();
  readonly signs = new UserSigns();
  readonly macros = new Macros();
  readonly warnings: Warning[] = [];

  warn(place: Place, reason: string): void {
    if (this.warnings.length < MOST_WARNINGS) this.warnings.push({ place, reason });
  }

  /** Parses a Q: field at a place, with the unit length there. */
  tempoAt(text: string, unit: Fraction, place: Place): ReturnType<typeof readTempo> {
    const tempo = readTempo(text, unit);
    if (tempo.eighths === undefined && /\d/.test(text.replace(/"[^"]*"/g, '')))
      this.warn(place, `Q:${tempo.text.slice(0, 20)} is no tempo and is passed over`);
    return tempo;
  }

  define(text: string, place: Place): void {
    if (!this.signs.define(text)) this.warn(place, `U:${text.trim().slice(0, 20)} defines no sign`);
  }

  macro(text: string, place: Place): void {
    if (!this.macros.define(text)) this.warn(place, `m:${text.trim().slice(0, 20)} defines no macro`);
  }

  /**
   * Applies a directive to a voice, or to the whole tune. `begun` says whether the voice has notes already, which fix its
   * instrument.
   */
  directive(text: string, place: Place, holding = this.holding, begun = false): void {
    this.propagation = readPropagation(text) ?? this.propagation;
    const said = readMidiDirective(text);
    if (said === undefined) return;
    if ('transpose' in said) holding.transpose(said.transpose, said.more);
    else if ('program' in said && (!begun || said.program === holding.program))
      holding.program = said.program;
    else if ('program' in said)
      this.warn(place, `%%MIDI program ${said.program} after the first note is passed over`);
    else this.warn(place, `${said.passed} is not followed`);
  }
}

/** Parses a V: field. */
export function readVoice(text: string): SaidVoice & { readonly id: string } {
  const [id, ...words] = text.trim().split(/\s+/);
  const name = /\b(?:name|nm)="([^"]*)"/.exec(text)?.[1];
  return { id: id!, sounds: readSounds(words), ...(name === undefined ? {} : { name }) };
}

/** Applies a header field. Fields that do not affect the music are kept as text or counted as dropped. */
export function takeHeaderField(
  fields: Fields,
  { letter, text }: { readonly letter: string; readonly text: string },
  place: Place,
  dropped: DropCount,
): void {
  const { holding } = fields;
  switch (letter) {
    case 'X':
      fields.number = text.trim();
      break;
    case 'T':
      if (text.trim() !== '') fields.titles.push(text.trim());
      break;
    case 'M':
      holding.setMeter(text, place);
      break;
    case 'L':
      holding.setUnit(text, place);
      break;
    case 'K':
      holding.setKey(text, place);
      fields.keySaid = true;
      break;
    case 'R':
      if (text.trim() !== '') fields.type = text.trim();
      break;
    case 'Q':
      fields.tempo = text.trim();
      break;
    case 'U':
      fields.define(text, place);
      dropped.add('signs defined');
      break;
    case 'm':
      fields.macro(text, place);
      dropped.add('macros');
      break;
    case 'V': {
      const { id, ...said } = readVoice(text);
      if (id !== '') fields.voices.set(id, said);
      dropped.add('voice fields');
      break;
    }
    case 'P':
      fields.parts = text.trim();
      dropped.add('part orders');
      break;
    default:
      if (letter === 'I') fields.directive(text, place);
      if (text.trim() !== '') fields.others.push({ letter, text: text.trim() });
  }
}
