import { type Meter, tupletTime } from '../../../music/abc/index.js';
import type { TokenFeatures } from '../../../plugin/corpus.js';
import { SIGNS, UNITS_AN_EIGHTH } from '../codec/grammar-tokens.js';
import { folkSymbols } from '../codec/vocabulary.js';

/** Bars of a phrase. */
const PHRASE = 4;

/** What a tune is like after each of its tokens: where in bar, phrase and part it is, and how high. */
export function tuneFeatures(tokens: readonly number[]): TokenFeatures {
  const place = new TunePlace();
  const rows = tokens.map((token) => {
    place.take(token);
    return place.features();
  });
  const names = Object.keys(place.features());
  return Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name] ?? null)]));
}

/** The place in a tune, counted from its tokens. A note lasts an eighth unless the next token says how long it is. */
class TunePlace {
  #begun = false;
  #meter: Meter | null = null;
  /** Eighths since the bar line, before the note that is pending. */
  #at = 0;
  /** Length of the last note in eighths, by which the next one comes later. */
  #pending = 0;
  #step: number | null = null;
  #leap: number | null = null;
  #bar = 0;
  #part = 0;
  #inChord = false;
  /** Broken rhythm: what the next note is multiplied by. */
  #next = 1;
  #tuplet = { left: 0, factor: 1 };

  take(token: number): void {
    const sign = SIGNS[token];
    const symbol = folkSymbols[token];
    if (sign === undefined || symbol === undefined) return;
    if (symbol.kind === 'meter') this.#meter = symbol.meter;
    switch (sign.kind) {
      case 'pitch':
        if (this.#step !== null) this.#leap = sign.step - this.#step;
        this.#step = sign.step;
        if (!this.#inChord) this.#note();
        break;
      case 'rest':
        this.#note();
        break;
      case 'open':
        this.#note();
        this.#inChord = true;
        break;
      case 'close':
        this.#inChord = false;
        break;
      case 'duration':
        if (this.#inChord) break;
        this.#pending *= sign.length / UNITS_AN_EIGHTH;
        this.#break(sign.broken);
        break;
      case 'broken':
        this.#break(sign.by);
        break;
      case 'tuplet': {
        const { p, r } = sign;
        this.#tuplet = { left: r, factor: (sign.q ?? tupletTime(p, this.#meter)) / p };
        break;
      }
      case 'bar':
        this.#line(sign.line !== '|');
        break;
      case 'volta':
        if (this.#at + this.#pending > 0) this.#line(false);
        break;
    }
  }

  #note(): void {
    this.#begun = true;
    this.#at += this.#pending;
    this.#pending = this.#next;
    this.#next = 1;
    if (this.#tuplet.left === 0) return;
    this.#tuplet.left--;
    this.#pending *= this.#tuplet.factor;
  }

  /** `by` dots: the note before is longer by half (by three quarters, ...), the one after as much shorter; below 0 the other way. */
  #break(by: number): void {
    if (by === 0) return;
    const short = 2 ** -Math.abs(by);
    this.#pending *= by > 0 ? 2 - short : short;
    this.#next = by > 0 ? short : 2 - short;
  }

  #line(endsPart: boolean): void {
    const whole = this.#at + this.#pending;
    this.#at = 0;
    this.#pending = 0;
    // A line that opens a part, right behind another, ends no bar.
    if (whole > 0 && this.#begun) this.#bar++;
    if (endsPart && this.#bar > 0) {
      this.#part++;
      this.#bar = 0;
    }
  }

  features(): Record<string, number | null> {
    const here = this.#begun ? (value: number | null) => value : () => null;
    return {
      'position in the bar (eighths)': here(this.#at),
      [`bar of the phrase (of ${PHRASE})`]: here(this.#bar % PHRASE),
      'bar of the part': here(this.#bar),
      part: here(this.#part),
      'pitch height (scale steps)': this.#step,
      'step or leap to the last note': this.#leap,
      'length of the last note (eighths)': here(this.#pending),
    };
  }
}
