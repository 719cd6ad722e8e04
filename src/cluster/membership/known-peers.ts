import type { HostSeen } from '../broker/control.js';
import type { Asked } from './alive.js';

/**
 * Which hosts may claim from this one, because the broker has been told that this one knows them. While the broker is gone, each of them
 * is asked. So nobody leaves the list before the broker has confirmed that it may not claim any more.
 */
export class KnownPeers {
  readonly #addresses = new Map<string, Asked>();
  #seen: readonly string[] = [];
  #confirmed: readonly string[] = [];
  /** Sent, and not known whether it arrived. */
  readonly #sent = new Set<string>();

  constructor(private readonly me: string) {}

  /** Ids for the next renewal, which is about to be sent. */
  send(): readonly string[] {
    for (const id of this.#seen) this.#sent.add(id);
    return this.#seen;
  }

  /** The renewal that said `knows` arrived: what was sent before has no effect any more. */
  confirmed(knows: readonly string[], hosts: readonly HostSeen[]): void {
    this.#confirmed = knows;
    this.#sent.clear();
    const peers = hosts.filter(({ id, holds }) => holds && id !== this.me);
    this.#seen = peers.map(({ id }) => id);
    for (const { id, address } of peers) this.#addresses.set(id, { id, address });
    const kept = new Set(this.#ids());
    for (const id of this.#addresses.keys())
      if (!kept.has(id) && !this.#seen.includes(id)) this.#addresses.delete(id);
  }

  /** Whether all that were seen are known to the broker. */
  get settled(): boolean {
    return this.#seen.every((id) => this.#confirmed.includes(id));
  }

  /** Who must answer before this host plays on without the broker. */
  toAsk(): Asked[] {
    return this.#ids().flatMap((id) => this.#addresses.get(id) ?? []);
  }

  #ids(): string[] {
    return [...new Set([...this.#confirmed, ...this.#sent])];
  }
}
