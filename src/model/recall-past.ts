/** Tokens that are remembered: some thirty bars, three tunes' worth. */
const CAPACITY = 512;

/** How many tokens of the segment so far are told apart. */
const MATCHED = 7;
/** Lower ends of the classes of how many tokens before the segment agree too. */
const BEFORE = [0, 1, 2, 4, 7, 13] as const;
/** What share of the weight the likeliest continuation has: less than this, this, all but nothing. */
const AGREEMENT = [0.6, 0.999] as const;

/** Entries of a table of shares: (matched, before, agreement), row-major. */
export const SHARES = MATCHED * BEFORE.length * (AGREEMENT.length + 1);

/** Tokens before a segment that are compared at most. */
const LONGEST = 40;
/** Segments so far back count three times: phrases of two, four and eight bars answer each other. */
const PHRASES: ReadonlySet<number> = new Set([2, 4, 8]);
/** Each token before the segment that agrees makes a place count three times as much, up to so many. */
const WEIGHTY = 6;

/**
 * The last tokens of one stream, cut into segments (bars). A place is like the present where a segment began with the same tokens
 * as this one so far; what came next there is what is recalled. training/torch/recall.py counts the shares in the same way.
 */
export class Past {
  /** Floats that {@link write} takes. */
  readonly size = CAPACITY + 1;
  /** What came next in like places, each once: `heard` of them. */
  readonly tokens = new Int32Array(CAPACITY);
  heard = 0;
  readonly #weights = new Float64Array(CAPACITY);
  #total = 0;
  readonly #past = new Int32Array(CAPACITY);
  #count = 0;
  readonly #starts = new Int32Array(CAPACITY + 1);

  /** @param boundary (class) 1 where the token ends a segment */
  constructor(private readonly boundary: Uint8Array) {}

  push(token: number): void {
    if (this.#count === CAPACITY) this.#past.copyWithin(0, 1);
    else this.#count++;
    this.#past[this.#count - 1] = token;
  }

  /** Share of the i-th of `tokens`; they add up to 1. */
  shareOf(i: number): number {
    return this.#weights[i]! / this.#total;
  }

  /** Looks for like places and fills `tokens`. Returns the cell of the table of shares; -1 where there is none. */
  look(): number {
    this.heard = 0;
    this.#total = 0;
    const segments = this.#cut();
    const begin = this.#starts[segments - 1]!;
    const matched = this.#count - begin;
    let longest = 0;
    for (let segment = 0; segment < segments - 1; segment++) {
      const start = this.#starts[segment]!;
      if (start + matched >= this.#starts[segment + 1]!) continue;
      if (!this.#agree(start, begin, matched)) continue;
      const before = this.#before(start, begin, LONGEST - matched);
      longest = Math.max(longest, before);
      const weight = (PHRASES.has(segments - 1 - segment) ? 3 : 1) * 3 ** Math.min(WEIGHTY, before);
      this.#add(this.#past[start + matched]!, weight);
    }
    if (this.heard === 0) return -1;
    const cell = Math.min(MATCHED - 1, matched) * BEFORE.length + classOf(longest);
    return cell * (AGREEMENT.length + 1) + this.#agreement();
  }

  /** Where each segment begins, the last one being that which goes on; returns how many there are. */
  #cut(): number {
    let segments = 1;
    this.#starts[0] = 0;
    for (let at = 0; at < this.#count; at++)
      if (this.boundary[this.#past[at]!]) this.#starts[segments++] = at + 1;
    return segments;
  }

  #agree(a: number, b: number, length: number): boolean {
    for (let i = 0; i < length; i++) if (this.#past[a + i] !== this.#past[b + i]) return false;
    return true;
  }

  /** How many tokens before two places agree, up to `most`. */
  #before(a: number, b: number, most: number): number {
    let count = 0;
    while (count < most && a - 1 - count >= 0 && this.#past[a - 1 - count] === this.#past[b - 1 - count])
      count++;
    return count;
  }

  #add(token: number, weight: number): void {
    this.#total += weight;
    for (let i = 0; i < this.heard; i++) {
      if (this.tokens[i] !== token) continue;
      this.#weights[i]! += weight;
      return;
    }
    this.tokens[this.heard] = token;
    this.#weights[this.heard++] = weight;
  }

  #agreement(): number {
    let most = 0;
    for (let i = 0; i < this.heard; i++) most = Math.max(most, this.#weights[i]!);
    let agreement = 0;
    for (const least of AGREEMENT) if (most / this.#total > least) agreement++;
    return agreement;
  }

  clear(): void {
    this.#count = 0;
  }

  /** Into `out` (size), as floats, which hold every token. */
  write(out: Float32Array): void {
    out[0] = this.#count;
    out.set(this.#past, 1);
  }

  read(values: Float32Array): void {
    this.#count = values[0]!;
    this.#past.set(values.subarray(1));
  }
}

/** The class of {@link BEFORE} that a number of tokens falls in. */
function classOf(before: number): number {
  let index = BEFORE.length - 1;
  while (before < BEFORE[index]!) index--;
  return index;
}
