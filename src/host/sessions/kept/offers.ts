import type { Choice } from '../../live/session-control.js';
import type { SessionOffer } from '../control.js';
import type { OfferedSession } from './kept-session.js';

/** The sessions of hosts before this one that can be resumed; those that nobody wants can be had back for a while. */
export class Offers {
  readonly #offered = new Map<string, OfferedSession>();
  readonly #dropped = new Map<string, { readonly offer: OfferedSession; readonly end: NodeJS.Timeout }>();

  constructor(
    offered: readonly OfferedSession[],
    /** Called after each change. */
    private readonly changed: () => void,
    private readonly undoMs: number,
  ) {
    for (const offer of offered) this.#offered.set(offer.id, offer);
  }

  /** As they are kept. */
  get all(): readonly OfferedSession[] {
    return [...this.#offered.values()];
  }

  /** As clients are told. */
  list(): SessionOffer[] {
    return this.all.map(({ id, name, plugin, model, take, endedAt, why }) => ({
      ...{ id, name, plugin: choiceOf(plugin), model: choiceOf(model), take, endedAt, why },
    }));
  }

  get(id: string): OfferedSession | undefined {
    return this.#offered.get(id);
  }

  /** It is resumed. */
  take(id: string): void {
    if (this.#offered.delete(id)) this.changed();
  }

  /** Returns whether it was offered. */
  drop(id: string): boolean {
    const offer = this.#offered.get(id);
    if (offer === undefined) return false;
    const end = setTimeout(() => this.#dropped.delete(id), this.undoMs);
    end.unref();
    this.#dropped.set(id, { offer, end });
    this.take(id);
    return true;
  }

  /** Undoes {@link drop}. Returns whether it could. */
  restore(id: string): boolean {
    const dropped = this.#dropped.get(id);
    if (dropped === undefined) return false;
    clearTimeout(dropped.end);
    this.#dropped.delete(id);
    this.#offered.set(id, dropped.offer);
    this.changed();
    return true;
  }
}

const choiceOf = ({ id, name }: Choice): Choice => ({ id, name });
