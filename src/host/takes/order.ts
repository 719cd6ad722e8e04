import type { Seconds } from '../../music/units.js';
import { isTimed, type TakeRecord } from '../../session/take.js';

/** Checks the order of records: times never go back, a stream goes back only to a length that it had, nothing follows the end. */
export class TakeOrder {
  /** Number of tokens in the stream so far, with the start token. */
  #tokens = 1;
  #ended = false;

  /** @param time session time at which the take begins */
  constructor(private time: Seconds) {}

  /** Adds the next record. Returns what was expected instead where it may not come next, else null. */
  add(record: TakeRecord): string | null {
    if (this.#ended) return 'nothing was expected after the end of the take.';
    if (isTimed(record)) {
      if (record.time < this.time)
        return `a time of ${this.time} s or later was expected, but ${record.time} came.`;
      this.time = record.type === 'pause' ? record.until : record.time;
    }
    return this.#count(record);
  }

  #count(record: TakeRecord): string | null {
    const before = this.#tokens;
    if (record.type === 'end') this.#ended = true;
    else if (record.type === 'fed' || record.type === 'sampled') this.#tokens += record.tokens.length;
    else if (record.type === 'zero') this.#tokens = 1;
    else if (record.type === 'gap' || record.type === 'back' || record.type === 'restart')
      this.#tokens = record.length;
    if (record.type === 'gap' && record.lost === 0 && record.length !== before)
      return `the stream has ${before} tokens there, not ${record.length}, since nothing was lost.`;
    if ((record.type === 'back' || record.type === 'restart') && record.length > before)
      return `the stream has ${before} tokens there and cannot go back to ${record.length}.`;
    return null;
  }
}
