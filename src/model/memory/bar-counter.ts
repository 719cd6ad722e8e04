/** Tokens that a bar counter counts (bar lines), and those after which it starts again (ends of parts). */
export interface BarTokens {
  readonly counted: readonly number[];
  readonly resets: readonly number[];
  /** Tokens from this one on are a plan of the music and are ignored; without it all tokens are music. */
  readonly firstPlanToken?: number;
}

/**
 * Counts bar lines and bars since the part began. A part with an upbeat has one bar line more than it has bars: its first segment
 * counts as an upbeat if it has at most half as many tokens as the second. training/torch/counting.py counts in the same way.
 */
export class BarCounter {
  /** Bar lines of the part so far. */
  lines = 0;
  /** Bars of the part so far; before the second bar line an upbeat counts as one. */
  bars = 0;
  /** Tokens since the last bar line, and in the part's first segment. */
  #length = 0;
  #first = 0;
  /** How many numbers {@link write} writes. */
  static readonly size = 4;

  /** @param counted (class) 1 where the token is a bar line @param resets (class) 1 where a part begins after it */
  constructor(
    readonly counted: Uint8Array,
    readonly resets: Uint8Array,
    /** As {@link BarTokens} has it. */
    private readonly firstPlanToken: number = Number.POSITIVE_INFINITY,
  ) {}

  /** The value of `bars` after another bar line. */
  barsAfterLine(): number {
    return this.#firstWasUpbeat() ? this.bars : this.bars + 1;
  }

  #firstWasUpbeat(): boolean {
    return this.lines === 1 && 2 * this.#first <= this.#length;
  }

  /** Counts a token. Returns whether it showed that the part began with an upbeat. */
  push(token: number): boolean {
    if (token >= this.firstPlanToken) return false;
    if (this.resets[token]) {
      this.clear();
      return false;
    }
    if (!this.counted[token]) {
      this.#length++;
      return false;
    }
    const upbeat = this.#firstWasUpbeat();
    this.bars = this.barsAfterLine();
    if (this.lines === 0) this.#first = this.#length;
    this.lines++;
    this.#length = 0;
    return upbeat;
  }

  clear(): void {
    this.lines = 0;
    this.bars = 0;
    this.#length = 0;
    this.#first = 0;
  }

  write(out: Float32Array, at: number): void {
    out[at] = this.lines;
    out[at + 1] = this.bars;
    out[at + 2] = this.#length;
    out[at + 3] = this.#first;
  }

  read(values: Float32Array, at: number): void {
    this.lines = values[at]!;
    this.bars = values[at + 1]!;
    this.#length = values[at + 2]!;
    this.#first = values[at + 3]!;
  }
}

/** An array with 1 at each of `tokens`: (class). */
export function flags(classes: number, tokens: readonly number[]): Uint8Array {
  const set = new Uint8Array(classes);
  for (const token of tokens) set[token] = 1;
  return set;
}
