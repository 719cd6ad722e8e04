import type { Seconds } from '../units.js';
import { DRUM_KINDS } from './drum-kinds.js';
import places from './drum-places.json' with { type: 'json' };
import type { Meter } from './meter.js';
import type { Onset } from './onset.js';

/** Resolution of a bar in the profiles. */
export const PARTS = 768;
/** Notes that begin together; so many are a chord. */
const CHORD = 3;
/** Standard deviation of onsets around their position, in beats, and the probability of an onset anywhere. */
export const EXACT = 0.035;
const ASTRAY = 0.12;

/** A log-normal prior: mean and standard deviation of the logarithm. */
interface LogNormal {
  readonly mean: number;
  readonly spread: number;
}

/** How some kind of music lies in its beats and bars. */
export interface Idiom {
  /** The least number of onsets for an estimate. */
  readonly fewest: number;
  /** Bounds of the beat period. */
  readonly shortest: Seconds;
  readonly longest: Seconds;
  /** Priors of the beat period, and of the number of onsets a beat. */
  readonly pace: LogNormal;
  readonly density: LogNormal;
  /** The priors weigh as much as this many onsets. */
  readonly prior: number;
  /** Onsets decay with this half-life. */
  readonly halfLife: Seconds;
  /** Ways to play that are told apart among the likeliest pulses, each with a profile of its own; 0: none. */
  readonly figures: number;
  /** Log-likelihood ratio, in nats, of an onset in each part of a bar against anywhere, by a figure or (null) by all. (part, two bars) */
  profileOf(onset: Onset, meter: Meter, figure: number | null): Float64Array;
}

/**
 * Log-likelihood ratio, in nats, of an onset on each sixteenth of a bar of four against a uniform one: for single notes, chords, bass
 * notes, bass notes with a chord. Counted in 68 of POP909's training songs, every twelfth, whose bars are annotated; at least -2.
 */
const SIXTEENTHS = [
  [-1.5, -0.8, 0.8, -0.6, 0.7, -0.8, 0.5, -0.5, 0.1, -0.8, 0.5, -0.6, 0.4, -0.8, 0.5, -0.5],
  [-0.2, -2, -0.3, -1.3, 1.1, -2, 0.5, -0.8, 0.9, -2, 0.1, -1, 1.3, -1.9, 0.1, -1.3],
  [1.5, -2, -2, -2, -1.1, -1.4, 0.7, -1.5, 0.9, -2, 0.8, -2, 0.3, -1, 0.6, -1.7],
  [2.2, -2, -2, -2, -0.8, -2, -1.2, -2, 1.4, -2, -1.5, -2, -0.1, -2, -1, -2],
] as const;

/** Log-likelihood ratios by meter: (kind of onset) (part). */
const KEYBOARD_PROFILES: Readonly<Record<Meter, readonly Float64Array[]>> = {
  3: SIXTEENTHS.map((nats) => keyboardProfile(withoutThird(nats))),
  4: SIXTEENTHS.map((nats) => keyboardProfile(nats)),
};

/** A bar of three is a bar of four without its third beat. */
function withoutThird<T>(parts: readonly T[]): T[] {
  const beat = parts.length / 4;
  return [...parts.slice(0, 2 * beat), ...parts.slice(3 * beat)];
}

function keyboardProfile(nats: readonly number[]): Float64Array {
  const odds = new Float64Array(2 * PARTS);
  for (let part = 0; part < PARTS; part++) {
    const place = ((part + 0.5) / PARTS) * nats.length;
    const nearest = Math.round(place);
    const away = (place - nearest) / 4;
    // A Gaussian around the sixteenth, with mean 1 over it.
    const bell = Math.exp(-0.5 * (away / EXACT) ** 2) / (EXACT * Math.sqrt(2 * Math.PI) * 4);
    odds[part] = Math.log(ASTRAY + (1 - ASTRAY) * bell * Math.exp(nats[nearest % nats.length]!));
  }
  odds.copyWithin(PARTS, 0, PARTS);
  return odds;
}

/** Pop songs at a keyboard. */
export const KEYBOARD: Idiom = {
  ...{ shortest: 0.44, longest: 0.97, prior: 9, halfLife: 7, fewest: 6, figures: 0 },
  pace: { mean: Math.log(0.68), spread: 0.25 },
  density: { mean: Math.log(2.15), spread: 0.26 },
  profileOf: ({ low, notes }, meter) => KEYBOARD_PROFILES[meter][(low ? 2 : 0) + (notes >= CHORD ? 1 : 0)]!,
};

/** Drums that are struck together are not independent: together they weigh less than one by one. */
const TOGETHER_WEIGHT = 0.7;

/** Log-likelihood ratios of bars of four: of all drummers, then of each figure. (kind of stroke) (twelfth of a beat) */
const PLACES: readonly (readonly (readonly number[])[])[] = [places.places, ...places.figures];

/** The same as profiles: (figure, after that of all) (kind of stroke) (part) */
const DRUM_PROFILES: Readonly<Record<Meter, readonly (readonly Float64Array[])[]>> = {
  3: PLACES.map((kinds) => kinds.map((nats) => drumProfile(withoutThird(nats)))),
  4: PLACES.map((kinds) => kinds.map((nats) => drumProfile(nats))),
};

/** Between two places as much as lies between. */
function drumProfile(nats: readonly number[]): Float64Array {
  const odds = new Float64Array(2 * PARTS);
  for (let part = 0; part < PARTS; part++) {
    const place = ((part + 0.5) / PARTS) * nats.length;
    const below = Math.floor(place);
    const next = nats[(below + 1) % nats.length]!;
    odds[part] = Math.log((below + 1 - place) * Math.exp(nats[below]!) + (place - below) * Math.exp(next));
  }
  odds.copyWithin(PARTS, 0, PARTS);
  return odds;
}

const combined = new Map<number, Float64Array>();

/** The profile of drums that are struck together. */
function profileOfDrums(drums: number, meter: Meter, figure: number): Float64Array {
  const key = (drums * (PLACES.length + 1) + figure) * 8 + meter;
  const known = combined.get(key);
  if (known !== undefined) return known;
  const sum = new Float64Array(2 * PARTS);
  for (const [kind, profile] of DRUM_PROFILES[meter][figure]!.entries())
    if ((drums >> kind) & 1)
      for (let part = 0; part < sum.length; part++) sum[part]! += TOGETHER_WEIGHT * profile[part]!;
  combined.set(key, sum);
  return sum;
}

/** Drummers. */
export const DRUMS: Idiom = {
  ...{ shortest: 0.3, longest: 0.97, prior: 9, halfLife: 14, fewest: 14 },
  figures: places.figures.length,
  pace: places.pace,
  density: places.density,
  profileOf: ({ drums }, meter, figure) => profileOfDrums(drums, meter, figure === null ? 0 : figure + 1),
};

const bitsOf = (...kinds: readonly (typeof DRUM_KINDS)[number][]) =>
  kinds.reduce((bits, kind) => bits | (1 << DRUM_KINDS.indexOf(kind)), 0);
const KICK = bitsOf('kick');
const SNARE = bitsOf('snare', 'ghost note');
const CYMBALS = bitsOf('accented cymbal', 'cymbal', 'pedal hi-hat', 'open hi-hat');
/** Least shares of the onsets that kick, snare, and what keeps time have where somebody drums, and all three together. */
const LEAST = 0.04;
const LEAST_TOGETHER = 0.6;

/** Whether what was struck is a drum kit; else its keys are notes: a left hand strikes toms and crashes, rarely kicks. */
export function isDrumming(onsets: readonly Onset[]): boolean {
  const share = (bits: number) =>
    onsets.reduce((count, { drums }) => count + Number((drums & bits) !== 0), 0) / onsets.length;
  return (
    onsets.length > 0 &&
    onsets.every(({ drums }) => drums !== 0) &&
    share(KICK) >= LEAST &&
    share(SNARE | CYMBALS) >= LEAST &&
    share(KICK | SNARE | CYMBALS) >= LEAST_TOGETHER
  );
}
