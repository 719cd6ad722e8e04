import type { Key } from './key.js';
import { signature } from './key.js';
import type { Propagation, TuneElement, WrittenPitch } from './tune.js';

/**
 * Tracks which alteration each written pitch sounds with: the last accidental on its staff step in the bar, else the
 * key's. A tie carries an accidental over the bar line to the tied note only. Accidentals hold in their own octave unless
 * `propagation` says otherwise.
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

  /** The alteration, in semitones, of a note on that step without an accidental. */
  implied(step: number): number {
    return this.#tied.get(step) ?? this.#bar.get(this.#named(step)) ?? this.#signature[((step % 7) + 7) % 7]!;
  }

  /**
   * Records a pitch and returns its alteration in semitones. Call {@link noteEnds} after the last pitch of a note or
   * chord.
   */
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

  /** Records elements other than notes: bar lines, endings and key changes. */
  pass(element: TuneElement): void {
    if (element.kind === 'bar' || element.kind === 'volta') this.barLine();
    else if (element.kind === 'key') this.setKey(element.key);
  }
}
