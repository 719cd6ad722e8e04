import { ContinuoError } from '../../../errors.js';

/**
 * Changes of one thing, one at a time. The newest that is asked for wins: the one under way is told to give up, those that wait
 * are passed over, and all who asked hear how the newest ended, since that is what there is then.
 */
export class ChangeQueue<T> {
  #newest: { readonly target: T } | null = null;
  #stop: AbortController | null = null;
  #ending: Promise<void> | null = null;
  #closed = false;

  /**
   * `make` brings the change about; where its signal is aborted it may give up, by throwing, and leave everything as it was.
   * `same`: whether two targets are one, so that what is being made for the first is not begun anew for the second.
   */
  constructor(
    private readonly make: (target: T, signal: AbortSignal) => Promise<void>,
    private readonly same: (one: T, other: T) => boolean = () => false,
  ) {}

  /** Whether a change is under way. */
  get busy(): boolean {
    return this.#ending !== null;
  }

  /** Resolves when this change, or a newer one, is made. Throws what making that one throws; ENGINE_CRASHED after {@link close}. */
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
      // What is asked for at the same moment is passed over before it begins.
      await Promise.resolve();
      for (;;) {
        if (this.#closed) throw over();
        const asked = this.#newest!;
        this.#stop = new AbortController();
        try {
          await this.make(asked.target, this.#stop.signal);
        } catch (error) {
          if (asked === this.#newest && !this.#closed) throw error;
        }
        if (asked === this.#newest && !this.#closed) return;
      }
    } finally {
      this.#stop = null;
      this.#ending = null;
    }
  }

  /** Gives up what is asked for; nothing more is made. Resolves when nothing is under way. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#stop?.abort();
    await this.#ending?.catch(() => undefined);
  }
}

function over(): ContinuoError {
  return new ContinuoError('ENGINE_CRASHED', 'The session is over: it takes up no other model.');
}
