import type { Seconds } from '../../../../music/units.js';

/** What is due when: a heap by time, so that who is not due costs nothing. */
export class DueTimes {
  readonly #heap: number[] = [];
  readonly #times = new Map<number, Seconds>();
  readonly #places = new Map<number, number>();

  /** The earliest time; Infinity where nothing is due. */
  get next(): Seconds {
    return this.#heap.length === 0 ? Number.POSITIVE_INFINITY : this.#times.get(this.#heap[0]!)!;
  }

  /** Who is due at or before `time`, the earliest one; undefined where nobody is. */
  first(time: Seconds): number | undefined {
    return this.next <= time ? this.#heap[0] : undefined;
  }

  /** `who` is due at `time`; null: not by itself. */
  set(who: number, time: Seconds | null): void {
    if (time === null) {
      this.#remove(who);
      return;
    }
    const before = this.#times.get(who);
    if (before === time) return;
    this.#times.set(who, time);
    if (before === undefined) {
      this.#put(who, this.#heap.length);
      this.#rise(who);
    } else if (time < before) this.#rise(who);
    else this.#sink(who);
  }

  #remove(who: number): void {
    const place = this.#places.get(who);
    if (place === undefined) return;
    this.#places.delete(who);
    this.#times.delete(who);
    const last = this.#heap.pop()!;
    if (last === who) return;
    this.#put(last, place);
    this.#rise(last);
    this.#sink(last);
  }

  #put(who: number, place: number): void {
    this.#heap[place] = who;
    this.#places.set(who, place);
  }

  #timeAt(place: number): Seconds {
    return this.#times.get(this.#heap[place]!)!;
  }

  #rise(who: number): void {
    const time = this.#times.get(who)!;
    let place = this.#places.get(who)!;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (this.#timeAt(above) <= time) break;
      this.#put(this.#heap[above]!, place);
      place = above;
    }
    this.#put(who, place);
  }

  #sink(who: number): void {
    const time = this.#times.get(who)!;
    let place = this.#places.get(who)!;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= this.#heap.length) break;
      if (below + 1 < this.#heap.length && this.#timeAt(below + 1) < this.#timeAt(below)) below++;
      if (this.#timeAt(below) >= time) break;
      this.#put(this.#heap[below]!, place);
      place = below;
    }
    this.#put(who, place);
  }
}
