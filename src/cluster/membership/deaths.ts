import type { HostSeen } from '../broker/control.js';

/** Where a host may be that took the place of one that is gone, it is asked so often at most, in milliseconds. */
const ASK_AGAIN_MS = 1000;

/** What a host finds out about others whose leases have run out. */
interface DeathsWorld {
  /** Whether this computer shows that the process of a host is gone. */
  readonly isGone: (host: HostSeen) => boolean;
  /** Id of the host that answers at an address; null: none does. */
  readonly whoAnswers: (address: string) => Promise<string | null>;
  /** In milliseconds. */
  readonly now: () => number;
}

/**
 * Which hosts are dead for certain, whatever they knew of the others: those whose process is gone from this computer, and those whose
 * place another host has taken, which has their name and answers at their address. Ids are new at each start, so the dead stay dead.
 */
export class Deaths {
  readonly #dead = new Set<string>();
  /** When the address of a host was asked last. */
  readonly #asked = new Map<string, number>();

  constructor(private readonly world: DeathsWorld) {}

  has(host: string | null): boolean {
    return host !== null && this.#dead.has(host);
  }

  /** Looks at the hosts, as the broker has just listed them. Resolves when those that had to be asked have answered. */
  async look(hosts: readonly HostSeen[]): Promise<void> {
    const gone = hosts.filter(({ holds }) => !holds);
    for (const map of [this.#dead, this.#asked])
      for (const id of [...map.keys()]) if (!gone.some((host) => host.id === id)) map.delete(id);
    await Promise.all(
      gone.map(async (host) => {
        if (this.#dead.has(host.id)) return;
        if (this.world.isGone(host) || (await this.#isReplaced(host, hosts))) this.#dead.add(host.id);
      }),
    );
  }

  /** An address of this computer alone (127.0.0.1) says nothing: each computer has it. */
  async #isReplaced({ id, name, address }: HostSeen, hosts: readonly HostSeen[]): Promise<boolean> {
    const heir = hosts.find((host) => host.holds && host.name === name && host.address === address);
    const { now, whoAnswers } = this.world;
    if (heir === undefined || isOwnComputer(address)) return false;
    if (now() - (this.#asked.get(id) ?? Number.NEGATIVE_INFINITY) < ASK_AGAIN_MS) return false;
    this.#asked.set(id, now());
    return (await whoAnswers(address)) === heir.id;
  }
}

function isOwnComputer(address: string): boolean {
  const { hostname } = new URL(address);
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}
