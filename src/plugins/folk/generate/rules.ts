import { ContinuoError } from '../../../errors.js';
import {
  type Key,
  keyText,
  MODES,
  type Mode,
  midiOf,
  readKey,
  sharps,
  signature,
} from '../../../music/abc/key.js';
import { meterText, readMeter } from '../../../music/abc/meter.js';
import type { Meter } from '../../../music/abc/tune.js';
import { TUNE_TYPES, type TuneType, TYPE_METERS } from '../../../music/abc/tune-type.js';
import { type PartPlan, parseForm } from '../codec/grammar-form.js';
import { type PitchRange, type Placing, placingShift } from '../codec/grammar-pitch.js';
import type { TuneRules } from '../codec/grammar-rules.js';
import { folkSymbols } from '../codec/vocabulary.js';

/** A request for a tune, as the user writes it. Unset fields are left to the network or to custom. */
export interface RequestedTune {
  readonly type?: string;
  readonly key?: string;
  readonly meter?: string;
  readonly form: string;
  readonly bars: number;
  readonly range: string;
}

/** The usual session key of each mode, used if no key is given. */
const CUSTOMARY: Readonly<Record<Mode, string>> = {
  maj: 'D',
  min: 'Em',
  dor: 'Ador',
  mix: 'Amix',
  phr: 'Ephr',
  lyd: 'Glyd',
  loc: 'Bloc',
};

/** The range of most session tunes: from the fiddle's open D to the B of its first position. A given tune may exceed it. */
const SESSION = 'session';

/** Written ranges: a whistle sounds an octave higher. */
const INSTRUMENTS: Readonly<Record<string, PitchRange>> = {
  [SESSION]: { low: 62, high: 83 },
  any: { low: 55, high: 95 },
  fiddle: { low: 55, high: 83 },
  'whistle-d': { low: 62, high: 83 },
  flute: { low: 62, high: 86 },
  'box-dg': { low: 57, high: 83, classes: [2, 4, 6, 7, 9, 11, 0, 1] },
};

/** A narrower range has no room for a tune. */
const LEAST_SEMITONES = 12;
const MOST_BARS = 64;

export interface ResolvedRequest extends TuneRules {
  /** The type for the `R:` field; the network is not conditioned on a type that it was not trained on. */
  readonly type: TuneType | null;
  /** The type that the network is conditioned on. */
  readonly told: TuneType | null;
  /** undefined: any meter of the type. */
  readonly meter: Meter | undefined;
  readonly parts: readonly PartPlan[];
}

/**
 * Resolves a request into rules for the grammar; `learnt` lists the types with enough training tunes. Throws OPTION_VALUE if a
 * field is invalid or the fields do not fit together.
 */
export function resolveRequest(
  request: RequestedTune,
  learnt: readonly TuneType[] = TUNE_TYPES,
): ResolvedRequest {
  const type = request.type === undefined ? null : tuneType(request.type);
  const meter = meterOf(request.meter, type);
  const key = request.key === undefined ? undefined : keyOf(request.key);
  const range = rangeOf(request.range);
  if (key) requirePlayable(key, range, request.range);
  const told = type !== null && learnt.includes(type) ? type : null;
  const known = learnt.filter((known) => meter === undefined || fits(known, meter));
  const types: (TuneType | null)[] = type === null ? [...known, null] : [told];
  const meterFits = (named: TuneType | null, other: Meter) =>
    meter === undefined
      ? named === null
        ? isCommon(other)
        : fits(named, other)
      : meterText(other) === meterText(meter);
  const modes = key ? [key.mode] : MODES.filter((mode) => playable(keyOf(CUSTOMARY[mode]), range));
  if (modes.length === 0)
    throw optionValue(`No customary key can be played in the range ${request.range}.`, 'Give --key.');
  if (!(Number.isInteger(request.bars) && request.bars >= 2 && request.bars <= MOST_BARS))
    throw optionValue(`A part has 2 to ${MOST_BARS} bars, not ${request.bars}.`);
  return {
    type,
    told,
    meter,
    types,
    meterFits,
    modes,
    place: (mode) => placed(key ?? keyOf(CUSTOMARY[mode]), range),
    range,
    parts: parseForm(request.form),
    bars: request.bars,
  };
}

function tuneType(text: string): TuneType {
  const name = text.toLowerCase().replaceAll(' ', '-');
  const type = TUNE_TYPES.find((type) => type === name);
  if (type) return type;
  throw optionValue(`There is no type of tune "${text.slice(0, 40)}".`, `Types: ${TUNE_TYPES.join(', ')}.`);
}

function meterOf(text: string | undefined, type: TuneType | null): Meter | undefined {
  const said = text ?? (type === null ? undefined : TYPE_METERS[type][0]!);
  if (said === undefined) return undefined;
  const meter = readMeter(said);
  if (typeof meter === 'string' || meter === null) {
    throw optionValue(`"${said.slice(0, 20)}" is no meter.`, 'A meter is written 6/8, 4/4, C|.');
  }
  if (type !== null && !fits(type, meter)) {
    throw optionValue(
      `A ${type.replaceAll('-', ' ')} is not in ${meterText(meter)}: it is in ${TYPE_METERS[type].join(' or ')}.`,
      'Leave out --meter, or ask for another type.',
    );
  }
  if (!VOCABULARY_METERS.has(meterText(meter))) {
    throw optionValue(
      `The model has no word for the meter ${meterText(meter)}.`,
      `Meters: ${[...VOCABULARY_METERS].join(', ')}.`,
    );
  }
  return meter;
}

const VOCABULARY_METERS: ReadonlySet<string> = new Set(
  folkSymbols.flatMap((symbol) => (symbol.kind === 'meter' && symbol.meter ? [meterText(symbol.meter)] : [])),
);

function fits(type: TuneType, meter: Meter): boolean {
  return TYPE_METERS[type].includes(meterText(meter));
}

/** Whether the meter is usual for tunes without a type. */
function isCommon(meter: Meter): boolean {
  return ['4/4', '6/8', '2/4', 'C|', '3/4', '9/8', '12/8'].includes(meterText(meter));
}

function keyOf(text: string): Key {
  const key = readKey(text);
  if (typeof key === 'string' || text.trim() === '' || !/^[A-G]/.test(text.trim()))
    throw optionValue(`"${text.slice(0, 20)}" is no key.`, 'A key is written G, Ador, Em, Amix, Bb.');
  if (key.accidentals)
    throw optionValue(
      `"${text.slice(0, 20)}" has accidentals of its own.`,
      'Give a tonic and a mode: G, Ador, Em.',
    );
  if (Math.abs(sharps(key.tonic, key.mode)) > 6)
    throw optionValue(`${keyText(key)} has more than six sharps or flats.`, 'Give the key its other name.');
  return key;
}

const LETTER_PITCHES: Readonly<Record<string, number>> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };

/** Parses a range: an instrument such as `fiddle`, or two notes such as `A3-B5`; C4 is middle C. */
function rangeOf(text: string): PitchRange {
  const known = Object.hasOwn(INSTRUMENTS, text) ? INSTRUMENTS[text] : undefined;
  if (known) return known;
  const ends = /^([A-Ga-g])([#b]?)(\d)-([A-Ga-g])([#b]?)(\d)$/.exec(text);
  if (!ends) {
    throw optionValue(
      `"${text.slice(0, 40)}" is no range.`,
      `Give two notes such as A3-B5, or one of ${Object.keys(INSTRUMENTS).join(', ')}.`,
    );
  }
  const [low, high] = [ends.slice(1, 4), ends.slice(4, 7)].map(
    ([letter, sign, octave]) =>
      LETTER_PITCHES[letter!.toUpperCase()]! +
      12 * (Number(octave) + 1) +
      (sign === '#' ? 1 : sign === 'b' ? -1 : 0),
  ) as [number, number];
  if (high - low < LEAST_SEMITONES)
    throw optionValue(
      `From ${text.replace('-', ' to ')} there is no room for a tune.`,
      'Give at least an octave.',
    );
  return { low, high };
}

/** Extends the range to include these pitches, if it is a default range that a given tune may exceed. */
export function widened(range: PitchRange, name: string, pitches: readonly number[]): PitchRange {
  if (name !== SESSION && name !== 'any') return range;
  return { low: Math.min(range.low, ...pitches), high: Math.max(range.high, ...pitches) };
}

function playable(key: Key, { classes }: PitchRange): boolean {
  return classes === undefined || scaleClasses(key).every((pitch) => classes.includes(pitch));
}

function scaleClasses(key: Key): number[] {
  return signature(key).map((alter, letter) => ((midiOf(letter, alter) % 12) + 12) % 12);
}

function requirePlayable(key: Key, range: PitchRange, name: string): void {
  if (playable(key, range)) return;
  throw optionValue(
    `${keyText(key)} has notes that a ${name} does not have.`,
    'Ask for another key or another range.',
  );
}

/**
 * How often each scale step from `G,` to `e'` occurs in the corpora, in per mille of the notes, with tunes transposed to C. A
 * tune is placed in the octave that keeps most of these notes in range.
 */
const CUSTOM: readonly (readonly [step: number, weight: number])[] = [
  [-3, 1],
  [-2, 1],
  [-1, 3],
  [0, 22],
  [1, 17],
  [2, 30],
  [3, 21],
  [4, 67],
  [5, 39],
  [6, 50],
  [7, 138],
  [8, 96],
  [9, 110],
  [10, 61],
  [11, 84],
  [12, 41],
  [13, 30],
  [14, 43],
  [15, 13],
  [16, 5],
];

/** Keeps the octave in which books write the key if its share in range is at least this fraction of the best octave's. */
const NEARLY = 0.95;

function placed(key: Key, { low, high }: PitchRange): Placing {
  const here = signature({ ...key, tonic: { letter: 0, alter: 0 } });
  const share = (octave: number) => {
    const shift = placingShift({ key, octave });
    return CUSTOM.reduce((sum, [step, weight]) => {
      const pitch = midiOf(step, here[((step % 7) + 7) % 7]!) + shift;
      return pitch >= low && pitch <= high ? sum + weight : sum;
    }, 0);
  };
  const octaves = [0, -1, 1, -2, 2, -3, 3];
  const best = octaves.reduce((best, octave) => (share(octave) > share(best) ? octave : best), 0);
  if (share(0) >= NEARLY * share(best)) return { key, octave: 0 };
  if (share(best) > 0) return { key, octave: best };
  throw optionValue('The range lies outside what tunes are written in.', 'Give a range between C3 and C7.');
}

function optionValue(message: string, hint?: string): ContinuoError {
  return new ContinuoError('OPTION_VALUE', message, hint);
}
