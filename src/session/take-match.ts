import { StreamMatch } from './stream-match.js';
import { streamOf, type TakeRecord } from './take.js';

/** More tokens than a session ever samples ahead of the clock: a replay that has so many more plays something else. */
const FAR_AHEAD = 1024;

/** Compares the token streams of a take, one a member, with those of its replay. */
export class TakeMatch {
  readonly #streams = new Map<string | undefined, StreamMatch>();
  /** The greatest length of each stream of the take since the last {@link settle}. */
  readonly #longest = new Map<string | undefined, number>();

  /** @param tokens that the streams begin with, by member (undefined: the first), start token first */
  constructor(tokens: ReadonlyMap<string | undefined, readonly number[]>) {
    for (const [member, stream] of tokens) this.#streams.set(member, new StreamMatch(stream));
    this.settle();
  }

  /** Adds the next record of the take. */
  addRecorded(record: TakeRecord): void {
    const member = streamOf(record);
    const match = this.#streams.get(member);
    match?.addRecorded(record);
    if (match) this.#longest.set(member, Math.max(this.#longest.get(member)!, match.recordedLength));
  }

  /** Adds the next record of the replay. */
  addReplayed(record: TakeRecord): void {
    this.#streams.get(streamOf(record))?.addReplayed(record);
  }

  /** What comes from now on is measured by the streams as they are. */
  settle(): void {
    for (const [member, { recordedLength }] of this.#streams) this.#longest.set(member, recordedLength);
  }

  get isFarAhead(): boolean {
    for (const [member, { replayedLength }] of this.#streams)
      if (replayedLength > this.#longest.get(member)! + FAR_AHEAD) return true;
    return false;
  }

  /** Number of tokens in the replay's streams. */
  get replayedLength(): number {
    let length = 0;
    for (const match of this.#streams.values()) length += match.replayedLength;
    return length;
  }

  /** The first tokens of the replay's stream of a member. */
  replayedTokens(member: string | undefined, length: number): number[] {
    return this.#streams.get(member)!.replayedTokens(length);
  }

  /** As {@link StreamMatch.agree}, of all. */
  get agree(): boolean {
    return this.#every((match) => match.agree);
  }

  /** As {@link StreamMatch.isComplete}, of all. */
  get isComplete(): boolean {
    return this.#every((match) => match.isComplete);
  }

  /** As {@link StreamMatch.equal}, of all. */
  get equal(): boolean {
    return this.#every((match) => match.equal);
  }

  #every(holds: (match: StreamMatch) => boolean): boolean {
    for (const match of this.#streams.values()) if (!holds(match)) return false;
    return true;
  }
}
