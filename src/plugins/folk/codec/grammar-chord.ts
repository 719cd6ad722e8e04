const MOST_NOTES = 4;

/** The open chord, if any: two to four notes on different staff steps with different pitches. */
export class OpenChord {
  /** Number of notes so far; -1 if no chord is open. */
  #notes = -1;
  /** Shape: (note). */
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

  /** Whether the chord may take another note. */
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

  /** Whether the chord has a note on this staff step or with this pitch (MIDI number). */
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
