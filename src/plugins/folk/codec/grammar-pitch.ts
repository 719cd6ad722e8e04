import { type Key, midiOf, signature } from '../../../music/abc/key.js';
import { STEPS_TO_C } from './encode.js';
import { NO_ACCIDENTAL } from './grammar-tokens.js';

/** The pitches that an instrument can play. */
export interface PitchRange {
  /** MIDI numbers. */
  readonly low: number;
  readonly high: number;
  /** Available pitch classes (0 is C). Default: all. */
  readonly classes?: readonly number[];
}

/** The table starts below the vocabulary's lowest step; its pitches span steps -12 to 23. */
const LOWEST = -16;
const STEPS = 48;

/** The target of a tune, whose tokens are always on C: its key, and octaves from the codec's own position for that key. */
export interface Placing {
  readonly key: Key;
  readonly octave: number;
}

/** Semitones from the pitches of the tokens to the sounding pitches. */
export function placingShift({ key, octave }: Placing): number {
  return midiOf(placingSteps({ key, octave }), key.tonic.alter) - midiOf(0, 0);
}

function placingSteps({ key, octave }: Placing): number {
  return 7 * octave - STEPS_TO_C[key.tonic.letter]!;
}

/**
 * Which pitches may be written at this point: within range at their sounding pitch, with at most one sharp or flat in
 * the target key, with an accidental where one is needed, and with no redundant one.
 * Players and programs differ on whether an accidental applies to other octaves within its bar. To avoid the
 * ambiguity, a note that it would change must carry its own accidental.
 */
export class PitchRules {
  /** Key signatures by letter: in C, and in the target key. */
  #signature: readonly number[] = [];
  #signatureThere: readonly number[] = [];
  #steps = 0;
  #shift = 0;
  /** By step and alteration: 1 if the pitch is in range and writable. */
  readonly #legal = new Uint8Array(5 * STEPS);
  /** The accidental in force at each step of this bar, and the last one on each letter. */
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

  /** Whether a pitch is in range and needs at most one sharp or flat in the target key. */
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

  /** Whether the last note keeps its pitch across a bar line without a new accidental. */
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

  /** MIDI number of a written pitch before transposition, with the tune on C. */
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
