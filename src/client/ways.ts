import type { Seconds } from '../music/units.js';

const FIRST_WAIT: Seconds = 0.25;
const LONGEST_WAIT: Seconds = 5;
/** The same where there are several hosts, of which one is likely to answer. */
const NEXT_HOST: Seconds = 0.1;
const LONGEST_WAIT_OF_SEVERAL: Seconds = 1;
/** So many attempts go fast: as long as another host may need to take a session over. */
const FAST_TRIES = 25;

/** Where to connect again, and after which wait: first where the connection was last, then to the other hosts of the cluster. */
export class Ways {
  #others: readonly string[] = [];
  /** Attempts since the last welcome. */
  #tries = 0;
  /** The address of a host; undefined: the address that the client was given. */
  #at: string | undefined;
  /** Where it was at the last welcome. */
  #from: string | undefined;

  /** The host to connect to; undefined: the one whose address the client was given. */
  get at(): string | undefined {
    return this.#at;
  }

  /** Whether other hosts are known. */
  get several(): boolean {
    return this.#others.length > 1;
  }

  /** The addresses of the hosts of the cluster; empty: there is none. */
  hostsAre(addresses: readonly string[]): void {
    this.#others = addresses;
  }

  /** Begins at this host. */
  begin(at: string | undefined): void {
    this.#at = at;
    this.#from = at;
  }

  welcomed(): void {
    this.#tries = 0;
    this.#from = this.#at;
  }

  /** Begins anew where it was last. */
  restart(): void {
    this.#tries = 0;
    this.#at = this.#from;
  }

  /** Moves on after a connection was lost, or could not be opened. Returns for how long to wait. `moved`: what was there is elsewhere. */
  next(moved: boolean): Seconds {
    const all = [...new Set([this.#from, undefined, ...this.#others])];
    const tries = this.#tries++;
    this.#at = all[tries % all.length];
    if (!moved && !this.several) return Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** tries);
    if (tries === 0) return 0;
    const rounds = Math.ceil(Math.max(0, tries - FAST_TRIES) / all.length);
    return Math.min(LONGEST_WAIT_OF_SEVERAL, NEXT_HOST * 2 ** rounds);
  }
}
