import type { Seconds } from '../music/units.js';
import type { Mark } from './moments.js';
import type { HistoryState, MarkState } from './turn-state.js';

/** How many exchanges can be taken back: few enough to stay small (a mark is about 20 kB). */
const MAX_EXCHANGES = 64;

/** How many exchanges another session that goes on can take back. */
const MAX_SAVED = 4;

/** The beginning of an exchange: the player's first note after a rest, or a solo. */
interface Exchange {
  readonly mark: Mark;
  readonly time: Seconds;
}

/** A reply of the model: where it began, and its intended length (null: until somebody stops it). */
interface Reply {
  /** null: another session kept it, and its network's state was not told. */
  readonly mark: Mark | null;
  readonly time: Seconds;
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

  /** The last exchanges for another session to go on with. `told` gives a mark as data; null: it is not told. */
  save(told: (mark: Mark) => MarkState | null): HistoryState {
    const exchanges = this.#exchanges.slice(-MAX_SAVED).flatMap(({ mark, time }) => {
      const data = told(mark);
      return data === null ? [] : [{ mark: data, time }];
    });
    const { reply } = this;
    return { exchanges, reply: reply && { ...reply, mark: reply.mark && told(reply.mark) } };
  }

  load({ exchanges, reply }: HistoryState, read: (mark: MarkState) => Mark): void {
    for (const { mark, time } of exchanges) this.begin(read(mark), time);
    this.reply = reply && { ...reply, mark: reply.mark && read(reply.mark) };
  }

  clear(): void {
    this.#exchanges.length = 0;
    this.reply = null;
  }
}
