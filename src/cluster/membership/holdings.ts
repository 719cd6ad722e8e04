import type { Permit } from '../../host/live/permit.js';
import type { Seconds } from '../../music/units.js';
import { type Alive, leaves } from './alive.js';

export interface Holding {
  readonly fence: number;
  readonly permit: Pick<Permit, 'set' | 'revoke'>;
  /** Nobody can have claimed it since it was registered, claimed or confirmed last. */
  sure: boolean;
  /** The broker has said that it knows it. */
  registered: boolean;
}

/** The sessions of this host, each with its permit. Only of those that are certainly its own, the permits are extended. */
export class Holdings {
  readonly #all = new Map<string, Holding>();

  get ids(): readonly string[] {
    return [...this.#all.keys()];
  }

  /** Those that others may have claimed. */
  get doubtful(): readonly (readonly [string, Holding])[] {
    return [...this.#all].filter(([, { sure }]) => !sure);
  }

  get(id: string): Holding | undefined {
    return this.#all.get(id);
  }

  /** Takes one in; `until`: until when this host's own lease holds. */
  add(id: string, holding: Holding, until: Seconds): void {
    this.#all.set(id, holding);
    holding.permit.set(holding.sure ? until : Number.NEGATIVE_INFINITY);
  }

  /** This host's lease has run out: each may have been claimed. */
  doubt(): void {
    for (const holding of this.#all.values()) {
      holding.sure = false;
      holding.permit.set(Number.NEGATIVE_INFINITY);
    }
  }

  extend(until: Seconds): void {
    for (const { sure, permit } of this.#all.values()) if (sure) permit.set(until);
  }

  /** What all those say who may have claimed; `instance`: of the broker, where all were this host's own last. */
  heard(answers: readonly Alive[], instance: string): void {
    for (const [id, holding] of this.doubtful)
      holding.sure = answers.every((said) => leaves(said, id, { fence: holding.fence, instance }));
  }

  /** It belongs to another host: it is silent for good. */
  drop(id: string): void {
    this.#all.get(id)?.permit.revoke();
    this.#all.delete(id);
  }

  /** It was given up or closed by this host, which had it fall silent. */
  remove(id: string): void {
    this.#all.delete(id);
  }
}
