const MOST_NOTES = 4;

/** The chord that is open, if one is: of two to four notes on different steps, which sound apart. */
export class OpenChord {
  /** -1 where none is open. */
  #notes = -1;
  /** (note) */
  readonly #steps = new Int8Array(MOST_NOTES);
  readonly #pitches = new Int16Array(MOST_NOTES);

  copyFrom(other: OpenChord): void {
    this.#notes = other.#notes;
    this.#steps.set(other.#steps);
    this.#pitches.set(other.#pitches);
  }

  get isOpen(): boolean {
    return this.#notes >= 0;
  }

  /** Whether another note may come. */
  get hasRoom(): boolean {
    return this.#notes < MOST_NOTES;
  }

  get mayClose(): boolean {
    return this.#notes >= 2;
  }

  open(): void {
    this.#notes = 0;
  }

  close(): void {
    this.#notes = -1;
  }

  /** Whether a note of it stands on this step or sounds this pitch, a MIDI number. */
  has(step: number, pitch: number): boolean {
    for (let note = 0; note < this.#notes; note++) {
      if (this.#steps[note] === step || this.#pitches[note] === pitch) return true;
    }
    return false;
  }

  add(step: number, pitch: number): void {
    this.#steps[this.#notes] = step;
    this.#pitches[this.#notes] = pitch;
    this.#notes++;
  }
}
