import type { Checkpoint, LearntState, Resumption } from '../../../session/checkpoint.js';
import { applyRecord, streamOf, type TakeRecord } from '../../../session/take.js';

/** Random-number branches that a failed session may have used without reporting them. */
const UNTOLD_BRANCHES = 1000;
/** Longer streams (some ten hours of dense playing) are not kept token by token. */
const MOST_TOKENS = 2 ** 20;

/** What the I/O thread keeps of a session so that another can resume if its worker fails: the last checkpoint, and the tokens. */
export class LastCheckpoint {
  #tokens: number[];
  #branch: number;
  #checkpoint: Checkpoint | null = null;
  #learnt: LearntState | undefined;

  /** @param member the further member of a band whose stream it is about; undefined: the first, or the only one */
  constructor(
    startToken: number,
    resumed: Resumption | null = null,
    private readonly member?: string,
  ) {
    this.#tokens = resumed ? Array.from(resumed.tokens) : [startToken];
    this.#branch = resumed?.branch ?? 0;
    this.#learnt = resumed?.checkpoint.learnt;
  }

  /** Takes in the records that go to the session's take. */
  add(records: readonly TakeRecord[]): void {
    for (const record of records) {
      if (streamOf(record) !== this.member) continue;
      applyRecord(this.#tokens, record);
      if (record.type === 'rejoin') this.#branch = Math.max(this.#branch, record.branch);
      if (record.type === 'sampled') this.#branch = Math.max(this.#branch, record.branch);
      // A checkpoint of music that was taken back is invalid.
      if (this.#checkpoint && this.#tokens.length < this.#checkpoint.length) this.#checkpoint = null;
    }
  }

  made(checkpoint: Checkpoint): void {
    this.#checkpoint = checkpoint;
    this.#learnt = checkpoint.learnt;
  }

  /** What the plugin has learnt, even without a checkpoint. */
  get learnt(): LearntState | undefined {
    return this.#learnt;
  }

  /** What a session that stood at a moment of this stream goes on from; null where the tokens that it needs are not there. */
  resumptionAt(checkpoint: Checkpoint): Resumption | null {
    const { length, state } = checkpoint;
    if (this.#tokens.length < length || (state === null && length > MOST_TOKENS)) return null;
    const tokens = Int32Array.from(this.#tokens.slice(0, length));
    return { checkpoint, tokens, branch: this.#branch + UNTOLD_BRANCHES };
  }

  /** null without a checkpoint to resume from. */
  get resumption(): Resumption | null {
    return this.#checkpoint && this.resumptionAt(this.#checkpoint);
  }
}
