/** Typed events: `Events` has for each name what its listeners are given. */
export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<(value: never) => void>>();

  /** Calls back at each event of that name. Returns a function that ends it. */
  on<Name extends keyof Events>(name: Name, listener: (value: Events[Name]) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** The next event of that name for which `fits`. Rejects with the signal's reason. */
  next<Name extends keyof Events>(
    name: Name,
    fits: (value: Events[Name]) => boolean,
    signal?: AbortSignal,
  ): Promise<Events[Name]> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const aborted = () => {
        end();
        reject(signal?.reason);
      };
      const end = this.on(name, (value) => {
        if (!fits(value)) return;
        end();
        signal?.removeEventListener('abort', aborted);
        resolve(value);
      });
      signal?.addEventListener('abort', aborted, { once: true });
    });
  }

  emit<Name extends keyof Events>(name: Name, value: Events[Name]): void {
    for (const listener of [...(this.#listeners.get(name) ?? [])])
      (listener as (value: Events[Name]) => void)(value);
  }
}
