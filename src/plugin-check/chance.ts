import { uniform } from '../model/random.js';

/** Random choices that depend on (seed, branch) alone. */
export class Chance {
  #index = 0;

  constructor(
    private readonly seed: number,
    private readonly branch: number,
  ) {}

  /** In [0, 1). */
  next(): number {
    return uniform(this.seed, this.branch, this.#index++);
  }

  /** A number from `least` up to `most`. */
  between(least: number, most: number): number {
    return least + this.next() * (most - least);
  }

  /** A whole number from `least` to `most`, both included. */
  integer(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  /** One of a list that is not empty. */
  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.next() * list.length)]!;
  }
}
