import type { Seconds } from '../../music/units.js';
import { isTimed, streamOf, type TakeRecord } from '../../session/take.js';

/** Checks the order of records: times never go back, a stream goes back only to a length that it had, nothing follows the end. */
export class TakeOrder {
  /** Number of tokens in the stream of each member so far, with the start token. */
  readonly #tokens = new Map<string | undefined, number>();
  #ended = false;

  /**
   * @param time session time at which the take begins
   * @param resumed its streams go on from others, whose lengths are not known here
   */
  constructor(
    private time: Seconds,
    private readonly resumed = false,
  ) {}

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

  /** The length of a stream of which nothing was said. */
  get #begun(): number {
    return this.resumed ? Number.POSITIVE_INFINITY : 1;
  }

  #count(record: TakeRecord): string | null {
    const member = streamOf(record);
    const before = this.#tokens.get(member) ?? this.#begun;
    if (record.type === 'end') this.#ended = true;
    else if (record.type === 'fed' || record.type === 'sampled')
      this.#tokens.set(member, before + record.tokens.length);
    else if (record.type === 'zero') this.#tokens.set(member, 1);
    else if (record.type === 'gap' || record.type === 'back' || record.type === 'rejoin')
      this.#tokens.set(member, record.length);
    else if (record.type === 'restart') return this.#restart(record);
    if (record.type === 'gap' && record.lost === 0 && record.length !== before && Number.isFinite(before))
      return `the stream has ${before} tokens there, not ${record.length}, since nothing was lost.`;
    if (record.type === 'back' || record.type === 'rejoin') return notBefore(before, record.length);
    return null;
  }

  #restart({ length, others = [] }: Extract<TakeRecord, { type: 'restart' }>): string | null {
    const lengths = new Map<string | undefined, number>([[undefined, length]]);
    for (const other of others) lengths.set(other.member, other.length);
    for (const [member, to] of lengths) {
      const trouble = notBefore(this.#tokens.get(member) ?? this.#begun, to);
      if (trouble !== null) return trouble;
    }
    this.#tokens.clear();
    for (const [member, to] of lengths) this.#tokens.set(member, to);
    return null;
  }
}

/** Says what is wrong where a stream cannot go back to a length, since it never had it. */
function notBefore(before: number, length: number): string | null {
  return length > before ? `the stream has ${before} tokens there and cannot go back to ${length}.` : null;
}
