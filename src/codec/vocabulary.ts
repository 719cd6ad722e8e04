/** Placeholder of the vocabulary contract: an ordered list of ranges, each one packed. */
export interface Vocabulary {
  readonly size: number;
  /** 16 hex digits over the ranges' names and radices: equal hashes mean equal token meanings. */
  readonly hash: string;
  /** A token in musical words, e.g. `C4 on, velocity 64-67`. */
  describe(token: number): string;
}
