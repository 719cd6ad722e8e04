import type { Seconds } from '../../../music/units.js';

/** What plays for so long has come right. */
const PROOF: Seconds = 10;

interface Taken<T> {
  readonly what: T;
  readonly since: Seconds;
  died: boolean;
}

/**
 * What is gone back to where something dies soon after it was taken up: the last that played for long, or else the one before. That is
 * done once; if that dies too, it is no better, and stays.
 */
export class FallBack<T> {
  #current: Taken<T> | null = null;
  #before: T | null = null;

  constructor(private readonly same: (one: T, other: T) => boolean) {}

  /** From `now` on there is this. */
  taken(what: T, now: Seconds): void {
    const last = this.#current;
    if (last !== null && !last.died) {
      // The same again: what there was of it before is gone.
      if (this.same(last.what, what)) this.#before = null;
      else if (this.#before === null || now - last.since >= PROOF) this.#before = last.what;
    }
    this.#current = { what, since: now, died: false };
  }

  /** It died. Returns what is to be gone back to; null: nothing, since it had played for long, or there is nothing better. */
  died(what: T, now: Seconds): T | null {
    const current = this.#current;
    if (current === null || !this.same(current.what, what)) return null;
    current.died = true;
    if (now - current.since >= PROOF) return null;
    const before = this.#before;
    this.#before = null;
    return before;
  }
}
