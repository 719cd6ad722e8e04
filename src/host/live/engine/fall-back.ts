import type { Seconds } from '../../../music/units.js';

/** What has played this long counts as working. */
const PROOF: Seconds = 10;

interface Taken<T> {
  readonly what: T;
  readonly since: Seconds;
  died: boolean;
}

/**
 * Chooses what to fall back to when something dies soon after it was taken up: the last that played for long, else the one before.
 * It falls back once; if the fallback dies too, it stays.
 */
export class FallBack<T> {
  #current: Taken<T> | null = null;
  #before: T | null = null;

  constructor(private readonly same: (one: T, other: T) => boolean) {}

  /** Records that `what` is in use from `now` on. */
  taken(what: T, now: Seconds): void {
    const last = this.#current;
    if (last !== null && !last.died) {
      // The same one again: its predecessor is no longer a fallback.
      if (this.same(last.what, what)) this.#before = null;
      else if (this.#before === null || now - last.since >= PROOF) this.#before = last.what;
    }
    this.#current = { what, since: now, died: false };
  }

  /** Records a death. Returns what to fall back to; null where it had played for long or there is nothing better. */
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
