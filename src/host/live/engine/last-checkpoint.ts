import type { Checkpoint, LearntState, Resumption } from '../../../session/checkpoint.js';
import { applyRecord, type TakeRecord } from '../../../session/take.js';

/** Generators of random numbers that a session which failed may have used and not told of. */
const UNTOLD_BRANCHES = 1000;
/** Streams that are longer than this, some ten hours of dense playing, are not remembered token by token. */
const MOST_TOKENS = 2 ** 20;

/** What the I/O thread knows of a session that it could go on from, should its worker fail: its last checkpoint, and its tokens. */
export class LastCheckpoint {
  #tokens: number[];
  #branch: number;
  #checkpoint: Checkpoint | null = null;
  #learnt: LearntState | undefined;

  constructor(startToken: number, resumed: Resumption | null = null) {
    this.#tokens = resumed ? Array.from(resumed.tokens) : [startToken];
    this.#branch = resumed?.branch ?? 0;
    this.#learnt = resumed?.checkpoint.learnt;
  }

  /** What the session's take is told. */
  add(records: readonly TakeRecord[]): void {
    for (const record of records) {
      applyRecord(this.#tokens, record);
      if (record.type === 'sampled') this.#branch = Math.max(this.#branch, record.branch);
      // What was taken back is nothing to go on from.
      if (this.#checkpoint && this.#tokens.length < this.#checkpoint.length) this.#checkpoint = null;
    }
  }

  made(checkpoint: Checkpoint): void {
    this.#checkpoint = checkpoint;
    this.#learnt = checkpoint.learnt;
  }

  /** What the plugin has learnt, also where there is nothing else to go on from. */
  get learnt(): LearntState | undefined {
    return this.#learnt;
  }

  /** null where there is nothing to go on from. */
  get resumption(): Resumption | null {
    const checkpoint = this.#checkpoint;
    if (checkpoint === null || (checkpoint.state === null && checkpoint.length > MOST_TOKENS)) return null;
    const tokens = Int32Array.from(this.#tokens.slice(0, checkpoint.length));
    return { checkpoint, tokens, branch: this.#branch + UNTOLD_BRANCHES };
  }
}
