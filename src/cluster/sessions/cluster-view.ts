import type { Broker, BrokerChange, ClusterSession, HostSeen } from '../broker/control.js';

/** Changes of sessions are gathered for so long, since phases change often. */
const GATHER_MS = 25;
/** Everything is read anew so often, in case that a change was missed. */
const ALL_MS = 10_000;

interface ViewListener {
  /** These sessions have changed: owner, entry, or they are gone. */
  readonly sessions: (ids: readonly string[]) => void;
  readonly hosts: () => void;
}

/** What this host knows of the cluster's sessions and hosts: a copy of what the broker has, kept up to date by its changes. */
export class ClusterView {
  readonly #sessions = new Map<string, ClusterSession>();
  #hosts: readonly HostSeen[] = [];
  readonly #changed = new Set<string>();
  #gathering: NodeJS.Timeout | undefined;
  readonly #unsubscribe: () => void;
  readonly #timer: NodeJS.Timeout;
  readonly #listeners = new Set<ViewListener>();

  constructor(private readonly broker: Broker) {
    this.#unsubscribe = broker.subscribe((change) => this.#hear(change));
    this.#timer = setInterval(() => void this.readAll(), ALL_MS).unref();
  }

  get sessions(): ReadonlyMap<string, ClusterSession> {
    return this.#sessions;
  }

  get hosts(): readonly HostSeen[] {
    return this.#hosts;
  }

  /** A host whose lease holds. */
  host(id: string | null): HostSeen | undefined {
    return this.#hosts.find((host) => host.id === id && host.holds);
  }

  listen(listener: ViewListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The hosts, as somebody has just read them. */
  hostsAre(hosts: readonly HostSeen[]): void {
    const told = (all: readonly HostSeen[]) =>
      all.map(({ id, name, address, holds }) => `${id} ${name} ${address} ${holds}`).join();
    const changed = told(hosts) !== told(this.#hosts);
    this.#hosts = hosts;
    if (changed) for (const { hosts } of this.#listeners) hosts();
  }

  /** Reads everything anew. While the broker is away, what was known stays. */
  async readAll(): Promise<void> {
    try {
      const [hosts, sessions] = await Promise.all([this.broker.hosts(), this.broker.sessions()]);
      const now = new Map(sessions.map((session) => [session.id, session]));
      const changed = [...this.#sessions.keys()].filter((id) => !now.has(id));
      for (const session of sessions) if (this.#isNews(session)) changed.push(session.id);
      for (const id of this.#sessions.keys()) if (!now.has(id)) this.#sessions.delete(id);
      for (const session of sessions) this.#sessions.set(session.id, session);
      this.hostsAre(hosts);
      this.#tell(changed);
    } catch {
      // Its connection says so to whom it concerns.
    }
  }

  close(): void {
    this.#unsubscribe();
    clearInterval(this.#timer);
    clearTimeout(this.#gathering);
  }

  #hear(change: BrokerChange): void {
    if (change.type === 'session') {
      this.#changed.add(change.id);
      this.#gathering ??= setTimeout(() => void this.#gather(), GATHER_MS);
    } else if (change.type === 'hosts' || change.there) void this.readAll();
  }

  async #gather(): Promise<void> {
    this.#gathering = undefined;
    const ids = [...this.#changed];
    this.#changed.clear();
    await this.read(ids);
  }

  /** Reads these sessions anew. */
  async read(ids: readonly string[]): Promise<void> {
    try {
      const read = await Promise.all(ids.map((id) => this.broker.session(id)));
      const changed = ids.filter((id, index) => {
        const session = read[index];
        if (session) return this.#isNews(session);
        return this.#sessions.has(id);
      });
      for (const [index, id] of ids.entries())
        if (read[index]) this.#sessions.set(id, read[index]);
        else this.#sessions.delete(id);
      this.#tell(changed);
    } catch {
      // What was missed is read when the broker is there again.
    }
  }

  #isNews(session: ClusterSession): boolean {
    return JSON.stringify(this.#sessions.get(session.id)) !== JSON.stringify(session);
  }

  #tell(ids: readonly string[]): void {
    if (ids.length > 0) for (const { sessions } of this.#listeners) sessions(ids);
  }
}
