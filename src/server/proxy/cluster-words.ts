import type { ClusterDirectory, ClusterHost } from '../../host/sessions/control.js';

/** What a welcome says of the cluster. */
export interface OfCluster {
  readonly hosts?: readonly ClusterHost[];
  readonly token?: string;
}

/** What clients are told of the hosts of the cluster. They have shown the token, which is the same at all of them. */
export class ClusterWords {
  constructor(
    private readonly cluster: ClusterDirectory | undefined,
    private readonly token: string | undefined,
  ) {}

  /** What a welcome says; nothing where this host is alone. */
  get welcome(): OfCluster {
    if (this.cluster === undefined) return {};
    return { hosts: this.cluster.hosts(), ...(this.token !== undefined && { token: this.token }) };
  }

  /** Where the hosts of the cluster are reached. */
  get addresses(): URL[] {
    const hosts = this.cluster?.hosts() ?? [];
    return hosts.flatMap(({ address }) => (URL.canParse(address) ? [new URL(address)] : []));
  }

  /** Calls back with the text of the message when the hosts have changed. Returns a function that ends it. */
  watch(tell: (text: string) => void): () => void {
    if (this.cluster === undefined) return () => {};
    return this.cluster.watchHosts(() => tell(JSON.stringify({ type: 'hosts', ...this.welcome })));
  }
}
