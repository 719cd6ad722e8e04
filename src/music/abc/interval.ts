import { type Key, type Mode, midiOf, sharps, type Tonic, tonicFifths, tonicOfFifths } from './key.js';

/** A transposition interval: staff steps and semitones, positive upwards. A fifth is 4 and 7. */
export interface Interval {
  readonly steps: number;
  readonly semitones: number;
}

/** Distance of an interval on the circle of fifths: a fifth 1, a major second 2, an octave 0. */
function intervalFifths({ steps, semitones }: Interval): number {
  return 7 * semitones - 12 * steps;
}

/**
 * How an interval changes the alteration of a note on `step`: up a major second, D stays natural as E (0), and E becomes
 * F sharp (1).
 */
export function alterChange({ steps, semitones }: Interval, step: number): number {
  return semitones - (midiOf(step + steps, 0) - midiOf(step, 0));
}

/**
 * The interval from one tonic to another by the nearest way, upwards where both ways are equally long, plus whole
 * octaves.
 */
export function intervalTo(from: Tonic, to: Tonic, octaves = 0): Interval {
  const up = (to.letter - from.letter + 7) % 7;
  const steps = (up > 3 ? up - 7 : up) + 7 * octaves;
  const semitones = midiOf(from.letter + steps, to.alter) - midiOf(from.letter, from.alter);
  return { steps, semitones };
}

/**
 * The interval of that many semitones which gives a key the fewest sharps or flats; between six sharps and six flats, the
 * one nearer on the circle of fifths. Without a key, the simplest interval.
 */
export function intervalOf(semitones: number, key: Key | undefined): Interval {
  const around = (((7 * semitones) % 12) + 12) % 12;
  const own = key ? sharps(key.tonic, key.mode) : 0;
  const ways = (key ? [around - 24, around - 12, around, around + 12] : [around - 12, around]).map(
    (fifths) => ({
      fifths,
      cost: 100 * Math.abs(own + fifths) + Math.abs(fifths) - Math.sign(fifths) * Math.sign(semitones),
    }),
  );
  const { fifths } = ways.reduce((best, way) => (way.cost < best.cost ? way : best));
  const same = semitones % 12 === 0 ? 0 : fifths;
  return { semitones, steps: (7 * semitones - same) / 12 };
}

/**
 * Transposes a key. A key that would need more than seven sharps or flats becomes its enharmonic equivalent. Returns the
 * new tonic and the interval that was used.
 */
export function moveKey(
  { tonic, mode }: Pick<Key, 'tonic' | 'mode'>,
  by: Interval,
): { tonic: Tonic; by: Interval } {
  const fifths = tonicFifths(tonic) + intervalFifths(by);
  const turns =
    Math.abs(sharps(tonicOfFifths(fifths), mode)) <= 7 ? 0 : Math.round(sharpsAt(fifths, mode) / 12);
  return {
    tonic: tonicOfFifths(fifths - 12 * turns),
    by: { semitones: by.semitones, steps: by.steps + turns },
  };
}

function sharpsAt(fifths: number, mode: Mode): number {
  return sharps(tonicOfFifths(fifths), mode);
}

/** Transposes a pitch. One that would need a triple sharp or flat is spelled on the next step. */
export function movePitch(step: number, alter: number, by: Interval): { step: number; alter: number } {
  return spelled(step + by.steps, alter + alterChange(by, step), 2);
}

/** Transposes the root of a chord, without double sharps or flats. */
export function moveRoot(letter: number, alter: number, by: Interval): { letter: number; alter: number } {
  const moved = spelled(letter + by.steps, alter + alterChange(by, letter), 1);
  return { letter: ((moved.step % 7) + 7) % 7, alter: moved.alter };
}

function spelled(step: number, alter: number, most: number): { step: number; alter: number } {
  if (Math.abs(alter) <= most) return { step, alter };
  const next = step + Math.sign(alter);
  return spelled(next, alter - (midiOf(next, 0) - midiOf(step, 0)), most);
}
