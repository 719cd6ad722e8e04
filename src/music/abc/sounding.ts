import type { Key } from './key.js';
import { signature } from './key.js';
import type { Propagation, TuneElement, WrittenPitch } from './tune.js';

/**
 * Which alteration each written pitch sounds with: the last accidental on its step of the staff in the bar, else the key's.
 * A tie carries it over the bar line to the note it reaches, and no further. Accidentals hold in their own octave, unless
 * the tune says otherwise.
 */
export class Accidentals {
  #signature: readonly number[];
  readonly #bar = new Map<number, number>();
  #tied = new Map<number, number>();
  #tying = new Map<number, number>();

  constructor(
    key: Key,
    readonly propagation: Propagation = 'octave',
  ) {
    this.#signature = signature(key);
  }

  setKey(key: Key): void {
    this.#signature = signature(key);
  }

  barLine(): void {
    this.#bar.clear();
  }

  /** What a note on that step sounds with where no accidental is written. */
  implied(step: number): number {
    return this.#tied.get(step) ?? this.#bar.get(this.#named(step)) ?? this.#signature[((step % 7) + 7) % 7]!;
  }

  /** Takes a pitch as written; returns its alteration. After the last pitch of a note or chord comes {@link noteEnds}. */
  sound({ step, accidental }: WrittenPitch, tie: boolean): number {
    const alter = accidental ?? this.implied(step);
    if (accidental !== undefined && this.propagation !== 'not') this.#bar.set(this.#named(step), accidental);
    if (tie) this.#tying.set(step, alter);
    return alter;
  }

  #named(step: number): number {
    return this.propagation === 'pitch' ? ((step % 7) + 7) % 7 : step;
  }

  noteEnds(): void {
    this.#tied = this.#tying;
    this.#tying = new Map();
  }

  /** Takes what is no note: bar lines and keys. */
  pass(element: TuneElement): void {
    if (element.kind === 'bar' || element.kind === 'volta') this.barLine();
    else if (element.kind === 'key') this.setKey(element.key);
  }
}
