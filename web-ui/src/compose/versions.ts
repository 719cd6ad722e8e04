/** Older ones are forgotten. */
const MOST = 100;

/** Versions of one thing, of which one is shown: back to earlier ones, and forth again until another is added. */
export class Versions<T> {
  #all: T[] = [];
  #at = -1;

  get current(): T | undefined {
    return this.#all[this.#at];
  }

  get hasEarlier(): boolean {
    return this.#at > 0;
  }

  get hasLater(): boolean {
    return this.#at < this.#all.length - 1;
  }

  /** Comes after the one that is shown, in place of those that came after it. */
  add(version: T): void {
    this.#all = [...this.#all.slice(0, this.#at + 1), version].slice(-MOST);
    this.#at = this.#all.length - 1;
  }

  back(): void {
    if (this.hasEarlier) this.#at--;
  }

  forth(): void {
    if (this.hasLater) this.#at++;
  }

  /** Changes what all of them have in common. */
  change(to: (version: T) => T): void {
    this.#all = this.#all.map(to);
  }
}
