import { type Key, midiOf, signature } from '../../../music/abc/key.js';
import { STEPS_TO_C } from './encode.js';
import { NO_ACCIDENTAL } from './grammar-tokens.js';

/** What an instrument plays. */
export interface PitchRange {
  /** MIDI numbers. */
  readonly low: number;
  readonly high: number;
  /** Pitch classes that it has (0 is C); all where absent. */
  readonly classes?: readonly number[];
}

/** Steps of the vocabulary's pitches go from -12 to 23. */
const LOWEST = -16;
const STEPS = 48;

/** Where a tune in tokens, which is on C, goes: its key and how many octaves from where the codec puts that key. */
export interface Placing {
  readonly key: Key;
  readonly octave: number;
}

/** Semitones that the tokens' pitches move by. */
export function placingShift({ key, octave }: Placing): number {
  return midiOf(placingSteps({ key, octave }), key.tonic.alter) - midiOf(0, 0);
}

function placingSteps({ key, octave }: Placing): number {
  return 7 * octave - STEPS_TO_C[key.tonic.letter]!;
}

/**
 * Which pitches may be written here: in range where the tune will sound, with at most one sharp or flat there, with an accidental
 * where one is needed and none that says what the key says. Players and programs differ in whether an accidental holds
 * in other octaves of its bar; so that it cannot matter, a note that it would change is written with its own accidental.
 */
export class PitchRules {
  /** By letter, in C and in the tune's key. */
  #signature: readonly number[] = [];
  #signatureThere: readonly number[] = [];
  #steps = 0;
  #shift = 0;
  /** By step and alteration: whether it is in range and can be written. */
  readonly #legal = new Uint8Array(5 * STEPS);
  /** The accidental that holds at each step in this bar, and the last one on each letter. */
  readonly #bar = new Int8Array(STEPS).fill(NO_ACCIDENTAL);
  readonly #last = new Int8Array(7).fill(NO_ACCIDENTAL);
  #lastStep = 0;
  #lastAlter = 0;
  #tied = false;

  copyFrom(other: PitchRules): void {
    this.#signature = other.#signature;
    this.#signatureThere = other.#signatureThere;
    this.#steps = other.#steps;
    this.#shift = other.#shift;
    this.#legal.set(other.#legal);
    this.#bar.set(other.#bar);
    this.#last.set(other.#last);
    this.#lastStep = other.#lastStep;
    this.#lastAlter = other.#lastAlter;
    this.#tied = other.#tied;
  }

  place(placing: Placing, range: PitchRange): void {
    const { key } = placing;
    this.#signature = signature({ tonic: { letter: 0, alter: 0 }, mode: key.mode });
    this.#signatureThere = signature(key);
    this.#steps = placingSteps(placing);
    this.#shift = placingShift(placing);
    for (let step = LOWEST; step < LOWEST + STEPS; step++) {
      for (let alter = -2; alter <= 2; alter++) {
        this.#legal[legalAt(step, alter)] = this.#isLegal(step, alter, range) ? 1 : 0;
      }
    }
  }

  /** Whether a pitch may sound, with at most one sharp or flat where it is written. */
  #isLegal(step: number, alter: number, { low, high, classes }: PitchRange): boolean {
    const letterThere = letterOf(step + this.#steps);
    const there = alter - this.#signature[letterOf(step)]! + this.#signatureThere[letterThere]!;
    const pitch = midiOf(step, alter) + this.#shift;
    return (
      Math.abs(there) <= 1 &&
      pitch >= low &&
      pitch <= high &&
      (classes === undefined || classes.includes(pitch % 12))
    );
  }

  barLine(): void {
    this.#bar.fill(NO_ACCIDENTAL);
    this.#last.fill(NO_ACCIDENTAL);
  }

  get tied(): boolean {
    return this.#tied;
  }

  /** Whether the last note keeps its pitch over a bar line where no accidental is written again. */
  get crossesBar(): boolean {
    return this.#lastAlter === this.#signature[letterOf(this.#lastStep)];
  }

  tie(): void {
    this.#tied = true;
  }

  may(step: number, accidental: number): boolean {
    const letter = letterOf(step);
    const implied = this.#implied(step);
    const last = this.#last[letter]!;
    const clear = last === NO_ACCIDENTAL || last === implied;
    if (accidental === NO_ACCIDENTAL ? !clear : last === NO_ACCIDENTAL && accidental === implied)
      return false;
    const alter = accidental === NO_ACCIDENTAL ? implied : accidental;
    if (this.#tied)
      return accidental === NO_ACCIDENTAL && step === this.#lastStep && alter === this.#lastAlter;
    return this.#legal[legalAt(step, alter)] === 1;
  }

  accept(step: number, accidental: number): void {
    this.#lastStep = step;
    this.#lastAlter = accidental === NO_ACCIDENTAL ? this.#implied(step) : accidental;
    this.#tied = false;
    if (accidental === NO_ACCIDENTAL) return;
    this.#bar[step - LOWEST] = accidental;
    this.#last[letterOf(step)] = accidental;
  }

  /** MIDI number on C. */
  pitchOf(step: number, accidental: number): number {
    return midiOf(step, accidental === NO_ACCIDENTAL ? this.#implied(step) : accidental);
  }

  #implied(step: number): number {
    const here = this.#bar[step - LOWEST]!;
    return here === NO_ACCIDENTAL ? this.#signature[letterOf(step)]! : here;
  }
}

function legalAt(step: number, alter: number): number {
  return 5 * (step - LOWEST) + alter + 2;
}

function letterOf(step: number): number {
  return ((step % 7) + 7) % 7;
}
