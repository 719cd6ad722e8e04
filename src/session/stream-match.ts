import { follow, type TakeRecord } from './take.js';

/** Two token streams as two lists of records tell them, and how far they agree: a take's, and that of playing it again. */
export class StreamMatch {
  readonly #take: number[];
  readonly #again: number[];
  /** Tokens from the first on that are the same. */
  #agreed = 1;

  constructor(startToken: number) {
    this.#take = [startToken];
    this.#again = [startToken];
  }

  /** The take's next record. */
  first(record: TakeRecord): void {
    follow(this.#take, record);
    this.#compare();
  }

  /** The next record of playing it again. */
  again(record: TakeRecord): void {
    follow(this.#again, record);
    this.#compare();
  }

  #compare(): void {
    const [one, other] = [this.#take, this.#again];
    const both = Math.min(one.length, other.length);
    let agreed = Math.min(this.#agreed, both);
    while (agreed < both && one[agreed] === other[agreed]) agreed++;
    this.#agreed = agreed;
  }

  /** Tokens of the take's stream. */
  get length(): number {
    return this.#take.length;
  }

  /** Tokens of the stream of playing it again. */
  get againLength(): number {
    return this.#again.length;
  }

  /** One goes on from the other: they differ in how far ahead of the clock was sampled, and in nothing else. */
  get agree(): boolean {
    return this.#agreed === Math.min(this.#take.length, this.#again.length);
  }

  /** Every token of the take is there again. */
  get allCame(): boolean {
    return this.#agreed === this.#take.length;
  }

  /** And no other. */
  get equal(): boolean {
    return this.allCame && this.#again.length === this.#take.length;
  }
}
