import type { ReadBar, Reading } from './reading.js';
import { classOf, mean, share } from './shares.js';

/** Thresholds in semitones: a whole step; a minor third; more than a fifth; a minor sixth; an octave. */
const [STEP, THIRD, OVER_FIFTH, SIXTH, OCTAVE] = [2, 3, 8, 8, 12];
/** Usual note lengths, in eighths. */
const USUAL: readonly number[] = [
  1 / 4,
  1 / 3,
  1 / 2,
  2 / 3,
  3 / 4,
  1,
  4 / 3,
  3 / 2,
  2,
  5 / 2,
  3,
  4,
  5,
  6,
  7,
  8,
  9,
];

/** Melodic features (leaps, scales, range), with bar numbers. */
export function melodicFeatures({ parts, scale }: Reading) {
  const bars = parts.flatMap(({ pickup, bars }) => (pickup ? [pickup, ...bars] : bars));
  const notes = bars.flatMap(({ notes }) => notes);
  const pitches = notes.map(({ pitch }) => pitch);
  const steps = pitches.slice(1).map((pitch, index) => pitch - pitches[index]!);
  const crossings = parts.flatMap(({ pickup, bars }) => crossingsOf(pickup ? [pickup, ...bars] : bars));
  const still = bars.filter(dithers);
  const [low, high] = [Math.min(...pitches), Math.max(...pitches)];
  const whole = parts.flatMap(({ bars }) => bars);
  return {
    features: {
      barLeaps: share(crossings.map(({ leap }) => Math.abs(leap) >= OVER_FIFTH)),
      wideBarLeaps: share(crossings.map(({ leap }) => Math.abs(leap) > OCTAVE)),
      unrecovered: share(steps.slice(0, -1).map((step, index) => unrecovered(step, steps[index + 1]!))),
      zigzag: share(steps.slice(0, -1).map((step, index) => zigzags(step, steps[index + 1]!))),
      scales: share(steps.slice(2).map((_, index) => runs(steps.slice(index, index + 3)))),
      dithering: still.length / bars.length,
      accidentals: share(pitches.map((pitch) => !scale.some((step) => classOf(step) === classOf(pitch)))),
      oddLengths: share(notes.map(({ length }) => !USUAL.some((usual) => Math.abs(usual - length) < 1e-3))),
      notesABar: mean(whole.map(({ notes }) => notes.length)),
      range: high - low,
      lift: liftOf(parts.map(({ bars }) => bars.flatMap(({ notes }) => notes))),
      climax: pitches.indexOf(high) / pitches.length,
    },
    places: {
      wideLeaps: crossings.flatMap(({ leap, bar }) => (Math.abs(leap) > OCTAVE && bar > 0 ? [bar] : [])),
      dithering: still.map(({ number }) => number).filter((number) => number > 0),
    },
  };
}

/** Intervals across the bar lines within a part. Between parts wide leaps are common, so those are left out. */
function crossingsOf(bars: readonly ReadBar[]): { bar: number; leap: number }[] {
  return bars.slice(1).flatMap(({ notes }, index) => {
    const before = bars[index]!;
    const [from, to] = [before.notes.at(-1), notes[0]];
    return from && to ? [{ bar: before.number, leap: to.pitch - from.pitch }] : [];
  });
}

function unrecovered(leap: number, next: number): boolean {
  return Math.abs(leap) >= SIXTH && (Math.sign(next) === Math.sign(leap) || Math.abs(next) > STEP + 3);
}

function zigzags(step: number, next: number): boolean {
  return Math.abs(step) > THIRD && Math.abs(next) > THIRD && Math.sign(step) !== Math.sign(next);
}

function runs(steps: readonly number[]): boolean {
  const way = Math.sign(steps[0]!);
  return way !== 0 && steps.every((step) => Math.sign(step) === way && Math.abs(step) <= STEP);
}

function dithers({ notes }: ReadBar): boolean {
  return notes.length >= 4 && new Set(notes.map(({ pitch }) => pitch)).size <= 2;
}

/** Mean pitch of the second part minus that of the first, weighted by length. */
function liftOf(parts: readonly (readonly ReadBar['notes'][number][])[]): number {
  const [first, second] = parts;
  if (!first || !second) return 0;
  const middle = (notes: typeof first) => {
    const time = notes.reduce((sum, { length }) => sum + length, 0);
    return notes.reduce((sum, { length, pitch }) => sum + length * pitch, 0) / Math.max(time, 1e-6);
  };
  return middle(second) - middle(first);
}
