import { applyRecord, type TakeRecord } from './take.js';

/** Compares the token stream of a take with that of its replay, record by record. */
export class StreamMatch {
  readonly #recorded: number[];
  readonly #replayed: number[];
  /** Length of the common prefix of the two streams. */
  #agreed: number;

  /** @param tokens that both streams begin with, start token first */
  constructor(tokens: readonly number[]) {
    this.#recorded = [...tokens];
    this.#replayed = [...tokens];
    this.#agreed = tokens.length;
  }

  /** Adds the next record of the take. */
  addRecorded(record: TakeRecord): void {
    applyRecord(this.#recorded, record);
    this.#compare();
  }

  /** Adds the next record of the replay. */
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

  /** Number of tokens in the take's stream. */
  get recordedLength(): number {
    return this.#recorded.length;
  }

  /** Number of tokens in the replay's stream. */
  get replayedLength(): number {
    return this.#replayed.length;
  }

  /** The first tokens of the replay's stream. */
  replayedTokens(length: number): number[] {
    return this.#replayed.slice(0, length);
  }

  /** One stream is a prefix of the other: they differ at most in how far ahead they were sampled. */
  get agree(): boolean {
    return this.#agreed === Math.min(this.#recorded.length, this.#replayed.length);
  }

  /** The replay has every token of the take. */
  get isComplete(): boolean {
    return this.#agreed === this.#recorded.length;
  }

  /** The two streams are the same. */
  get equal(): boolean {
    return this.isComplete && this.#replayed.length === this.#recorded.length;
  }
}
