import { applyRecord, type TakeRecord } from './take.js';

/** Two token streams as two lists of records tell them, and how far they agree: a take's, and that of playing it again. */
export class StreamMatch {
  readonly #recorded: number[];
  readonly #replayed: number[];
  /** Tokens from the first on that are the same. */
  #agreed = 1;

  constructor(startToken: number) {
    this.#recorded = [startToken];
    this.#replayed = [startToken];
  }

  /** The take's next record. */
  addRecorded(record: TakeRecord): void {
    applyRecord(this.#recorded, record);
    this.#compare();
  }

  /** The next record of playing it again. */
  addReplayed(record: TakeRecord): void {
    applyRecord(this.#replayed, record);
    this.#compare();
  }

  #compare(): void {
    const [one, other] = [this.#recorded, this.#replayed];
    const both = Math.min(one.length, other.length);
    let agreed = Math.min(this.#agreed, both);
    while (agreed < both && one[agreed] === other[agreed]) agreed++;
    this.#agreed = agreed;
  }

  /** Tokens of the take's stream. */
  get recordedLength(): number {
    return this.#recorded.length;
  }

  /** Tokens of the stream of playing it again. */
  get replayedLength(): number {
    return this.#replayed.length;
  }

  /** One goes on from the other: they differ in how far ahead of the clock was sampled, and in nothing else. */
  get agree(): boolean {
    return this.#agreed === Math.min(this.#recorded.length, this.#replayed.length);
  }

  /** Every token of the take is there again. */
  get isComplete(): boolean {
    return this.#agreed === this.#recorded.length;
  }

  /** And no other. */
  get equal(): boolean {
    return this.isComplete && this.#replayed.length === this.#recorded.length;
  }
}
