import type { ClusterDirectory, ClusterHost } from '../../host/sessions/control.js';

/** For how long the pages of a host that is gone may still come here. */
const REMEMBERED_MS = 24 * 3600 * 1000;
const MOST_REMEMBERED = 256;

/** What a welcome says of the cluster. */
export interface OfCluster {
  readonly hosts?: readonly ClusterHost[];
  readonly token?: string;
}

/** What clients are told of the hosts of the cluster. They have shown the token, which is the same at all of them. */
export class ClusterWords {
  /** Origins of hosts, and when each was seen last, the latest at the end. */
  readonly #seen = new Map<string, number>();

  constructor(
    private readonly cluster: ClusterDirectory | undefined,
    private readonly token: string | undefined,
  ) {
    // Whoever is in the cluster now may be gone when somebody asks.
    cluster?.watchHosts(() => this.origins);
  }

  /** What a welcome says; nothing where this host is alone. */
  get welcome(): OfCluster {
    if (this.cluster === undefined) return {};
    return { hosts: this.cluster.hosts(), ...(this.token !== undefined && { token: this.token }) };
  }

  /** Where the hosts of the cluster are reached. */
  get addresses(): URL[] {
    return urls(this.cluster?.hosts() ?? []);
  }

  /** Origins of the pages of the hosts that there are, or were: a page stays open when its host is gone, and then comes here. */
  get origins(): string[] {
    const now = performance.now();
    for (const { origin } of this.addresses) {
      // The latest is the last.
      this.#seen.delete(origin);
      this.#seen.set(origin, now);
    }
    for (const [origin, seen] of this.#seen)
      if (now - seen > REMEMBERED_MS || this.#seen.size > MOST_REMEMBERED) this.#seen.delete(origin);
    return [...this.#seen.keys()];
  }

  /** Calls back with the text of the message when the hosts have changed. Returns a function that ends it. */
  watch(tell: (text: string) => void): () => void {
    if (this.cluster === undefined) return () => {};
    return this.cluster.watchHosts(() => tell(JSON.stringify({ type: 'hosts', ...this.welcome })));
  }
}

function urls(hosts: readonly ClusterHost[]): URL[] {
  return hosts.flatMap(({ address }) => (URL.canParse(address) ? [new URL(address)] : []));
}
