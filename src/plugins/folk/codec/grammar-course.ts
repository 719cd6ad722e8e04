import type { TuneRules } from './grammar-rules.js';
import { UNITS_AN_EIGHTH } from './grammar-tokens.js';

/** The most bars in a first or second ending. */
const MOST_ENDING_BARS = 2;
const UNKNOWN = -1;

/**
 * What comes after a bar: music; `open`: a start-repeat sign, or music that implies one; the second ending; the end of
 * the tune.
 */
export type AfterBar = 'music' | 'open' | 'second' | 'end';

/**
 * The position in a tune's form: part, bar, ending, and the pickup that the tune began with. It determines which bar
 * lines may come. Lengths are in units; `line` is a bar line, or `1` for the start of the first ending.
 */
export class FormCourse {
  /** Length of a full bar. */
  #full = 0;
  #part = 0;
  /** Completed full bars of the part. Within an ending, the bars before the ending are included. */
  #bars = 0;
  #ending: 0 | 1 | 2 = 0;
  #endingBars = 0;
  #pickup = UNKNOWN;
  #inPickup = false;

  constructor(private readonly rules: Pick<TuneRules, 'parts' | 'bars'>) {}

  copyFrom(other: FormCourse): void {
    this.#full = other.#full;
    this.#part = other.#part;
    this.#bars = other.#bars;
    this.#ending = other.#ending;
    this.#endingBars = other.#endingBars;
    this.#pickup = other.#pickup;
    this.#inPickup = other.#inPickup;
  }

  begin(full: number): AfterBar {
    this.#full = full;
    return this.rules.parts[0]!.opens ? 'open' : 'music';
  }

  /** Full bars left in the part or its ending; 0 between two endings. */
  get barsLeft(): number {
    return this.rules.bars - this.#bars;
  }

  /** Whether the next music is an upbeat. `open`: not decided yet whether the tune begins with one. */
  get upbeat(): 'yes' | 'no' | 'open' {
    if (this.#inPickup) return 'yes';
    return this.#pickup === UNKNOWN ? 'open' : 'no';
  }

  /** Length of the bar that now begins. */
  capacity(): number {
    const pickup = Math.max(0, this.#pickup);
    if (this.#inPickup) return pickup;
    return this.barsLeft === 1 ? this.#full - pickup : this.#full;
  }

  /** Whether music follows this bar directly, so that a tie may cross the bar line. */
  get barFollows(): boolean {
    return this.#inPickup || this.barsLeft > 1;
  }

  /** Whether a bar of length `capacity` may end with `line` at position `at`. */
  mayEndBar(line: string, at: number, capacity: number): boolean {
    if (at < capacity) return line === '|' && this.#mayBePickup(at);
    if (this.#inPickup) return line === '|';
    const left = this.barsLeft - 1;
    if (left > 0) return line === '|' || (line === '1' && this.#mayFork(left));
    return this.#endsPart(line);
  }

  #mayBePickup(at: number): boolean {
    return this.#pickup === UNKNOWN && 2 * at <= this.#full && at % (UNITS_AN_EIGHTH / 2) === 0;
  }

  /** Whether first and second endings of `bars` bars each may begin here. */
  #mayFork(bars: number): boolean {
    return this.#ending === 0 && bars <= MOST_ENDING_BARS && this.rules.parts[this.#part]!.closes;
  }

  #endsPart(line: string): boolean {
    const { parts } = this.rules;
    if (parts[this.#part]!.closes && this.#ending < 2) return line === ':|';
    const next = parts[this.#part + 1];
    if (next === undefined) return line === '|';
    return line === '||' || (next.opens && line === '|:');
  }

  /** Ends the bar. {@link mayEndBar} must allow it. Returns what comes next. */
  endBar(line: string, at: number, capacity: number): AfterBar {
    if (this.#inPickup) {
      this.#inPickup = false;
      return 'music';
    }
    if (this.#pickup === UNKNOWN) {
      this.#pickup = at < capacity ? at : 0;
      if (this.#pickup > 0) return 'music';
    }
    this.#bars++;
    if (line === '1') {
      this.#ending = 1;
      this.#endingBars = this.barsLeft;
    } else if (this.barsLeft === 0) return this.#endPart(line);
    return 'music';
  }

  #endPart(line: string): AfterBar {
    if (line === ':|' && this.#ending === 1) return 'second';
    this.#part++;
    this.#bars = 0;
    this.#ending = 0;
    const next = this.rules.parts[this.#part];
    if (next === undefined) return 'end';
    this.#inPickup = this.#pickup > 0;
    return next.opens && line !== '|:' ? 'open' : 'music';
  }

  beginSecondEnding(): void {
    this.#ending = 2;
    this.#bars = this.rules.bars - this.#endingBars;
  }
}
