import { randomBytes } from 'node:crypto';
import { ContinuoError } from '../../errors.js';
import type {
  ClusterDirectory,
  Elsewhere,
  OpenChoice,
  SessionDirectory,
  SessionEntry,
  SessionsChange,
} from '../../host/sessions/control.js';
import { newSessionId } from '../../host/sessions/session-id.js';
import { MemorySession } from './memory-session.js';

interface Held {
  readonly session: MemorySession;
  name: string;
  clients: number;
}

/** The sessions of one host of a {@link MemoryCluster}. */
class OwnSessions implements SessionDirectory {
  readonly most = 8;
  readonly sessions = new Map<string, Held>();
  readonly closed = new Map<string, Held>();
  readonly #listeners = new Set<(change: SessionsChange) => void>();

  now = () => performance.now() / 1000;
  plugins = async () => [{ id: 'piano', name: 'Piano', models: [{ id: 'piano-pop', name: 'Pop' }] }];

  get first(): string | undefined {
    return [...this.sessions.keys()][0];
  }

  list(): SessionEntry[] {
    return [...this.sessions].map(([id, { session, name, clients }]) => ({
      ...{ id, name, clients, ...session.brief(), openedAt: '2026-12-01T00:00:00.000Z' },
    }));
  }

  get(id: string): MemorySession {
    return this.#require(id).session;
  }

  async open({ name = 'Session' }: OpenChoice): Promise<string> {
    const id = newSessionId();
    this.take(id, { session: new MemorySession(), name, clients: 0 });
    return id;
  }

  take(id: string, held: Held): void {
    this.sessions.set(id, held);
    this.tell({ what: 'opened', id });
  }

  give(id: string): Held {
    const held = this.#require(id);
    this.sessions.delete(id);
    return { ...held, clients: 0 };
  }

  close(id: string): void {
    this.closed.set(id, this.give(id));
    this.tell({ what: 'closed', id });
  }

  async reopen(id: string): Promise<void> {
    const held = this.closed.get(id);
    if (held === undefined) throw notFound(id);
    this.sessions.set(id, held);
    this.tell({ what: 'reopened', id });
  }

  rename(id: string, name: string): void {
    this.#require(id).name = name;
    this.touched(id);
  }

  attend(id: string): () => void {
    const held = this.#require(id);
    held.clients++;
    return () => held.clients--;
  }

  touched(id: string): void {
    this.tell({ what: 'changed', id });
  }

  subscribe(listener: (change: SessionsChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(change: SessionsChange): void {
    for (const listener of this.#listeners) listener(change);
  }

  #require(id: string): Held {
    const held = this.sessions.get(id);
    if (held === undefined) throw notFound(id);
    return held;
  }
}

/** One host of a {@link MemoryCluster}, as its server sees it. */
export class MemoryHost implements SessionDirectory {
  readonly own = new OwnSessions();
  readonly most = this.own.most;
  readonly now = this.own.now;
  readonly plugins = this.own.plugins;
  readonly cluster: ClusterDirectory;
  /** Where its server is; the test says so once it is started. */
  address = 'http://127.0.0.1:9';
  readonly watchers = new Set<() => void>();

  constructor(
    private readonly all: MemoryCluster,
    readonly name: string,
  ) {
    this.cluster = {
      secret: all.secret,
      own: this.own,
      hosts: () =>
        all.hosts.map((host) => ({
          ...{ id: host.name, name: host.name, address: host.address },
          ...(host === this && { here: true as const }),
        })),
      watchHosts: (changed) => {
        this.watchers.add(changed);
        return () => this.watchers.delete(changed);
      },
      elsewhere: (id) => this.#elsewhere(id),
      move: async (id, to) => all.move(id, to),
      alive: (from) => ({ host: name, from }),
    };
  }

  get first(): string | undefined {
    return this.own.first ?? this.list()[0]?.id;
  }

  list(): SessionEntry[] {
    const others = this.all.hosts.filter((host) => host !== this);
    const there = others.flatMap(({ name, own }) =>
      own.list().map((entry) => ({ ...entry, host: { id: name, name } })),
    );
    const nowhere = [...this.all.entries.values()].filter(({ id }) => this.all.orphans.has(id));
    return [...this.own.list(), ...there, ...nowhere];
  }

  get = (id: string) => this.own.get(id);
  open = ({ host, ...choice }: OpenChoice) =>
    (host === undefined ? this : this.all.host(host)).own.open(choice);
  close = async (id: string) => this.all.ownerOf(id).own.close(id);
  rename = async (id: string, name: string) => this.all.ownerOf(id).own.rename(id, name);
  attend = (id: string) => this.own.attend(id);
  touched = (id: string) => this.own.touched(id);

  async reopen(id: string): Promise<void> {
    await (this.all.hosts.find(({ own }) => own.closed.has(id)) ?? this).own.reopen(id);
  }

  subscribe(listener: (change: SessionsChange) => void): () => void {
    const stops = this.all.hosts.map(({ own }) => own.subscribe(listener));
    return () => {
      for (const stop of stops) stop();
    };
  }

  #elsewhere(id: string): Elsewhere | undefined {
    if (this.own.sessions.has(id)) return undefined;
    if (this.all.orphans.has(id)) return { address: null };
    const owner = this.all.hosts.find(({ own }) => own.sessions.has(id));
    return owner && { address: owner.address };
  }
}

/** Hosts of one process that know of each other: a test double of a cluster without a broker. */
export class MemoryCluster {
  readonly secret = randomBytes(24).toString('base64url');
  readonly hosts: MemoryHost[] = [];
  /** Sessions that no host has at present. */
  readonly orphans = new Set<string>();
  /** What the directories say of those. */
  readonly entries = new Map<string, SessionEntry>();

  constructor(...names: string[]) {
    for (const name of names) this.hosts.push(new MemoryHost(this, name));
  }

  host(name: string): MemoryHost {
    const found = this.hosts.find((host) => host.name === name);
    if (found === undefined) throw new ContinuoError('HOST_UNKNOWN', `The cluster has no host "${name}".`);
    return found;
  }

  ownerOf(id: string): MemoryHost {
    const owner = this.hosts.find(({ own }) => own.sessions.has(id));
    if (owner === undefined) throw notFound(id);
    return owner;
  }

  /** Moves a session. `nowhere` runs while no host has it. */
  move(id: string, to: string, nowhere = () => {}): void {
    const [from, target] = [this.ownerOf(id), this.host(to)];
    const held = from.own.give(id);
    this.orphans.add(id);
    from.own.tell({ what: 'moved', id });
    nowhere();
    this.orphans.delete(id);
    target.own.take(id, held);
  }

  /** A host leaves; its sessions are nowhere. */
  leave(name: string): Held[] {
    const host = this.host(name);
    const held = host.own.list().map((entry) => {
      const { id } = entry;
      this.orphans.add(id);
      this.entries.set(id, { ...entry, host: { id: name, name } });
      return host.own.give(id);
    });
    this.hosts.splice(this.hosts.indexOf(host), 1);
    this.hostsChanged();
    return held;
  }

  hostsChanged(): void {
    for (const { watchers } of this.hosts) for (const changed of watchers) changed();
  }
}

function notFound(id: string): ContinuoError {
  return new ContinuoError('SESSION_NOT_FOUND', `There is no session "${id}".`);
}
