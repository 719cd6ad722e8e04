/** Versions kept; the oldest are dropped. */
const MOST = 100;

/** An undo history: versions of one thing, of which one is shown. */
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

  /** Adds a version after the one shown, replacing those after it. */
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

  /** Changes all versions. */
  change(to: (version: T) => T): void {
    this.#all = this.#all.map(to);
  }
}
