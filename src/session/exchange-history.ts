import type { Seconds } from '../music/units.js';
import type { Mark } from './moments.js';

/** How many exchanges can be taken back: few enough to stay small (a mark is about 20 kB). */
const MAX_EXCHANGES = 64;

/** The beginning of an exchange: the player's first note after a rest, or a solo. */
interface Exchange {
  readonly mark: Mark;
  readonly time: Seconds;
}

/** A reply of the model: where it began, and its intended length (null: until somebody stops it). */
interface Reply extends Exchange {
  readonly length: Seconds | null;
}

/** The moments that the commands `takeBack` and `again` return to. */
export class ExchangeHistory {
  readonly #exchanges: Exchange[] = [];
  /** The last reply; null where there is none or it was taken back. */
  reply: Reply | null = null;

  begin(mark: Mark, time: Seconds): void {
    this.#exchanges.push({ mark, time });
    if (this.#exchanges.length > MAX_EXCHANGES) this.#exchanges.shift();
  }

  /** Removes and returns the last exchange; undefined where there is none left. */
  takeBack(): Exchange | undefined {
    this.reply = null;
    return this.#exchanges.pop();
  }

  clear(): void {
    this.#exchanges.length = 0;
    this.reply = null;
  }
}
