import { ContinuoError } from '../../../errors.js';

/**
 * Makes changes one at a time, and the newest request wins: the change under way is aborted, waiting ones are skipped, and every
 * caller gets the outcome of the newest, since that is the resulting state.
 */
export class ChangeQueue<T> {
  #newest: { readonly target: T } | null = null;
  #stop: AbortController | null = null;
  #ending: Promise<void> | null = null;
  #closed = false;
  /** The change that was cancelled last, and with what its callers are told. */
  #cancelled: { readonly asked: object; readonly reason: Error } | null = null;

  /**
   * `make` makes the change; when its signal is aborted it may throw, leaving everything as it was. `same`: whether two targets are
   * equal, so that a change already under way is not started again.
   */
  constructor(
    private readonly make: (target: T, signal: AbortSignal) => Promise<void>,
    private readonly same: (one: T, other: T) => boolean = () => false,
  ) {}

  /** Whether a change is under way. */
  get busy(): boolean {
    return this.#ending !== null;
  }

  /** Resolves when this change or a newer one is made. Throws what making that one throws; ENGINE_CRASHED after {@link close}. */
  ask(target: T): Promise<void> {
    if (this.#closed) return Promise.reject(over());
    if (this.#ending && this.#newest && this.same(this.#newest.target, target)) return this.#ending;
    this.#newest = { target };
    this.#stop?.abort();
    this.#ending ??= this.#makeAll();
    return this.#ending;
  }

  async #makeAll(): Promise<void> {
    try {
      // Requests of the same tick are coalesced into the newest.
      await Promise.resolve();
      for (;;) {
        if (this.#closed) throw over();
        const asked = this.#newest!;
        this.#stop = new AbortController();
        try {
          if (this.#cancelled?.asked === asked) throw this.#cancelled.reason;
          await this.make(asked.target, this.#stop.signal);
        } catch (error) {
          if (asked === this.#newest && !this.#closed)
            throw this.#cancelled?.asked === asked ? this.#cancelled.reason : error;
        }
        if (asked === this.#newest && !this.#closed) return;
      }
    } finally {
      this.#stop = null;
      this.#ending = null;
    }
  }

  /**
   * Aborts what is under way, whose callers get `reason`, unless it can be aborted no more. Returns false where nothing is under way.
   */
  cancel(reason: Error): boolean {
    if (this.#ending === null || this.#newest === null) return false;
    this.#cancelled = { asked: this.#newest, reason };
    this.#stop?.abort(reason);
    return true;
  }

  /** Aborts the change under way and refuses new ones. Resolves when nothing is under way. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#stop?.abort();
    await this.#ending?.catch(() => undefined);
  }
}

function over(): ContinuoError {
  return new ContinuoError('ENGINE_CRASHED', 'The session is over: it takes up no other model.');
}
