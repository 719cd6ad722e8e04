/** How many elements of each kind (`graces`, `decorations`, …) a tune lost, e.g. `{ graces: 3 }`. */
export type Dropped = Readonly<Record<string, number>>;

/** Counts dropped elements by kind. */
export class DropCount {
  readonly #counts = new Map<string, number>();

  add(kind: string, count = 1): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + count);
  }

  addAll(dropped: Dropped): void {
    for (const [kind, count] of Object.entries(dropped)) this.add(kind, count);
  }

  get counts(): Dropped {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
