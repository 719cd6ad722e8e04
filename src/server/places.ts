import { isLoopback } from './addresses.js';

/** The share of all places that one address may take, other than this machine's own. */
const SHARE = 0.75;

/** Up to this many clients of one address have their full rate of messages; more share what these would have. */
const FULL_RATES = 8;

/**
 * Places for connections, of which one address cannot take all: others still get in. This machine's own addresses can, since whoever is
 * there owns the host; so do all clients behind a proxy on it.
 */
export class Places {
  readonly #taken = new Map<string, number>();
  #all = 0;

  constructor(readonly most: number) {}

  /** Whether a client at this address finds a place. */
  has(address: string): boolean {
    const own = isLoopback(address) ? this.most : Math.ceil(this.most * SHARE);
    return this.#all < this.most && (this.#taken.get(address) ?? 0) < own;
  }

  /** The share of its full rate that each client of this address has, 0 to 1, so that all of them stay within what a host handles. */
  share(address: string): number {
    return isLoopback(address) ? 1 : Math.min(1, FULL_RATES / (this.#taken.get(address) ?? 1));
  }

  /** Takes a place. Returns what gives it back. */
  take(address: string): () => void {
    this.#all++;
    this.#taken.set(address, (this.#taken.get(address) ?? 0) + 1);
    let taken = true;
    return () => {
      if (!taken) return;
      taken = false;
      this.#all--;
      const left = this.#taken.get(address)! - 1;
      if (left > 0) this.#taken.set(address, left);
      else this.#taken.delete(address);
    };
  }
}
