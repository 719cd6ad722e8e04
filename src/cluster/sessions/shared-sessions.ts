import type { HostClient } from '../../client/host-client.js';
import { ContinuoError } from '../../errors.js';
import type { SessionControl } from '../../host/live/session-control.js';
import type {
  ClusterDirectory,
  ClusterHost,
  EarlierMusic,
  Elsewhere,
  OfferedPlugin,
  OpenChoice,
  SessionDirectory,
  SessionEntry,
  SessionOffers,
  SessionsChange,
} from '../../host/sessions/control.js';
import { UNDO_MS } from '../../host/sessions/sessions.js';
import type { ClusterSession, HostSeen } from '../broker/control.js';
import type { ClusterView } from './cluster-view.js';

/** The host's own sessions, and what it can do with them in a cluster. */
interface OwnPart {
  readonly directory: SessionDirectory;
  /** Gives a session to another host. */
  readonly give: (id: string, to: HostSeen) => Promise<void>;
  /** A session that this host offered to resume is open in another host: it is offered no longer. */
  readonly offeredElsewhere: (id: string) => void;
}

interface SharedOptions {
  readonly here: string;
  readonly own: OwnPart;
  readonly view: ClusterView;
  readonly secret: string;
  readonly alive: (from: string | null) => object;
  /** Asks another host, as a client of it. */
  readonly ask: <T>(address: string, ask: (host: HostClient) => Promise<T>) => Promise<T>;
}

/** The sessions of all hosts of a cluster, as one directory: what concerns those of another host is asked of that host. */
export class SharedSessions implements SessionDirectory {
  readonly #listeners = new Set<(change: SessionsChange) => void>();
  /** Where sessions were that are listed no more, because they were closed: they can be reopened there for a while. */
  readonly #closedAt = new Map<string, string>();
  readonly #unsubscribe: () => void;
  #leaving = false;
  readonly cluster: ClusterDirectory;

  constructor(private readonly options: SharedOptions) {
    const { view, own } = options;
    const stops = [
      own.directory.subscribe((change) => this.#tell(change)),
      view.listen({ sessions: (ids) => this.#changed(ids), hosts: () => {} }),
    ];
    this.#unsubscribe = () => {
      for (const stop of stops) stop();
    };
    this.cluster = {
      secret: options.secret,
      own: own.directory,
      alive: (from) => options.alive(from ?? null),
      hosts: () => this.#hosts(),
      watchHosts: (changed) => view.listen({ sessions: () => {}, hosts: changed }),
      elsewhere: (id) => this.#elsewhere(id),
      move: (id, host) => this.#move(id, host),
    };
  }

  get #own(): SessionDirectory {
    return this.options.own.directory;
  }

  now(): number {
    return this.#own.now();
  }

  get most(): number {
    return this.#own.most;
  }

  get first(): string | undefined {
    return this.#own.first ?? this.list()[0]?.id;
  }

  list(): readonly SessionEntry[] {
    const own = this.#own.list();
    const here = new Set(own.map(({ id }) => id));
    const others = [...this.options.view.sessions.values()]
      .filter(({ id, owner }) => !here.has(id) && owner !== this.options.here)
      .map((session) => this.#entryOf(session));
    return [...own, ...others].sort((one, other) => one.openedAt.localeCompare(other.openedAt));
  }

  #entryOf({ owner, entry }: ClusterSession): SessionEntry {
    const { host: _, ...rest } = entry;
    const host = this.options.view.host(owner);
    return { ...rest, host: host ? { id: host.id, name: host.name } : { id: '', name: 'none yet' } };
  }

  get(id: string): SessionControl {
    return this.#own.get(id);
  }

  plugins(): Promise<readonly OfferedPlugin[]> {
    return this.#own.plugins();
  }

  async open(choice: OpenChoice): Promise<string> {
    const { host, ...rest } = choice;
    if (choice.from !== undefined) return this.#fork({ ...rest, from: choice.from }, host);
    if (host !== undefined) {
      const to = this.#hostNamed(host);
      return to.id === this.options.here ? this.#own.open(rest) : this.#openAt(to, rest);
    }
    try {
      if (this.#leaving) throw ends();
      return await this.#own.open(rest);
    } catch (error) {
      const [roomiest] = this.#peers.sort((one, other) => other.room - one.room);
      const full = error instanceof ContinuoError && error.code === 'SESSIONS_FULL';
      if (!full || roomiest === undefined || roomiest.room <= 0) throw error;
      return this.#openAt(roomiest, rest);
    }
  }

  /** A fork is made where its session is, since its snapshots are there; it is moved where another host is to have it. */
  async #fork(choice: OpenChoice & Required<Pick<OpenChoice, 'from'>>, host?: string): Promise<string> {
    const { session } = choice.from;
    const to = host === undefined ? undefined : this.#hostNamed(host);
    const at = this.#elsewhere(session)?.address;
    if (at === null) throw between(session);
    if (at === undefined && this.#leaving) throw ends();
    const id = await (at === undefined ? this.#own.open(choice) : this.#openAt({ address: at }, choice));
    if (to !== undefined) await this.#move(id, to.id);
    return id;
  }

  async #openAt({ address }: { readonly address: string }, choice: OpenChoice): Promise<string> {
    const id = await this.options.ask(address, (host) => host.openSession(choice));
    // Whoever asked for it will ask for it here.
    await this.options.view.read([id]);
    return id;
  }

  close(id: string): void | Promise<void> {
    return this.#at(id, (host) => host.closeSession(id)) ?? this.#own.close(id);
  }

  async reopen(id: string): Promise<void> {
    const address = this.#closedAt.get(id);
    if (address === undefined) await this.#own.reopen(id);
    else await this.options.ask(address, (host) => host.reopenSession(id));
  }

  /** Those that no host of the cluster has: what this one lost in a crash, others have taken over. */
  get offers(): SessionOffers {
    const { offers } = this.#own;
    return {
      list: () => offers?.list().filter(({ id }) => !this.options.view.sessions.has(id)) ?? [],
      resume: (id, anew) => this.#resume(id, anew),
      drop: (id) => offers?.drop(id),
      restore: (id) => offers?.restore(id),
    };
  }

  /** A session that the cluster has is not opened twice. Throws SESSION_MOVED, and what the host's own offers throw. */
  async #resume(id: string, anew?: boolean): Promise<string> {
    const { view } = this.options;
    await view.read([id]);
    const elsewhere = this.#elsewhere(id);
    if (elsewhere?.address === null) throw between(id);
    if (elsewhere !== undefined) return id;
    const { offers } = this.#own;
    if (offers === undefined) return this.#own.get(id) && id;
    return offers.resume(id, anew);
  }

  earlier(id: string): Promise<EarlierMusic> | undefined {
    return this.#own.earlier?.(id);
  }

  rename(id: string, name: string): void | Promise<void> {
    return this.#at(id, (host) => host.renameSession(id, name)) ?? this.#own.rename(id, name);
  }

  attend(id: string): () => void {
    return this.#own.attend(id);
  }

  touched(id: string): void {
    this.#own.touched(id);
  }

  subscribe(listener: (change: SessionsChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** This host ends: it opens nothing more. */
  leaves(): void {
    this.#leaving = true;
  }

  /** Stops following the others. */
  unsubscribe(): void {
    this.#unsubscribe();
  }

  // ---------------------------------------------------------------- the others

  get #peers(): HostSeen[] {
    return this.options.view.hosts.filter(({ id, holds }) => holds && id !== this.options.here);
  }

  #hosts(): ClusterHost[] {
    const { here, view } = this.options;
    return view.hosts
      .filter(({ holds }) => holds)
      .map(({ id, name, address }) => ({ id, name, address, ...(id === here && { here: true as const }) }));
  }

  /** Throws HOST_UNKNOWN. */
  #hostNamed(wanted: string): HostSeen {
    const holding = this.options.view.hosts.filter(({ holds }) => holds);
    const found = [
      ...holding.filter(({ id }) => id === wanted),
      ...holding.filter(({ name }) => name === wanted),
    ];
    if (found[0] !== undefined) return found[0];
    throw new ContinuoError(
      'HOST_UNKNOWN',
      `There is no host ${JSON.stringify(wanted)} in this cluster.`,
      `There are ${holding.map(({ name }) => name).join(', ')}; continuo hosts lists them.`,
    );
  }

  #isHere(id: string): boolean {
    return this.#own.list().some((entry) => entry.id === id);
  }

  #elsewhere(id: string): Elsewhere | undefined {
    const session = this.options.view.sessions.get(id);
    if (session === undefined || this.#isHere(id)) return undefined;
    const host = session.owner === this.options.here ? undefined : this.options.view.host(session.owner);
    return { address: host?.address ?? null };
  }

  /** Asks the host of a session that is elsewhere; undefined where it is not. Throws SESSION_MOVED. */
  #at(id: string, ask: (host: HostClient) => Promise<void>): Promise<void> | undefined {
    const elsewhere = this.#elsewhere(id);
    if (elsewhere === undefined) return undefined;
    if (elsewhere.address === null) return Promise.reject(between(id));
    return this.options.ask(elsewhere.address, ask);
  }

  async #move(id: string, host: string): Promise<void> {
    const to = this.#hostNamed(host);
    const { here, own } = this.options;
    const elsewhere = this.#elsewhere(id);
    if (elsewhere !== undefined) {
      if (elsewhere.address === to.address) return;
      await this.#at(id, (its) => its.moveSession(id, to.id));
      return;
    }
    own.directory.get(id);
    if (to.id === here) return;
    if (to.room <= 0)
      throw new ContinuoError(
        'SESSIONS_FULL',
        `The host ${to.name} has no room for another session.`,
        'Choose another host, or close a session there.',
      );
    await own.give(id, to);
  }

  #changed(ids: readonly string[]): void {
    const { view, here } = this.options;
    this.#offersChanged(ids);
    for (const id of ids) {
      if (this.#isHere(id)) continue;
      const session = view.sessions.get(id);
      const address = view.host(session?.owner ?? null)?.address;
      if (session === undefined) this.#tell({ what: 'changed', id });
      else if (session.owner !== here && address !== undefined) this.#closedAt.set(id, address);
      if (session === undefined) setTimeout(() => this.#closedAt.delete(id), UNDO_MS).unref();
      else this.#tell({ what: 'changed', id });
    }
  }

  /** Another host goes on with a session that is offered here, or the cluster has it at least. */
  #offersChanged(ids: readonly string[]): void {
    const { view, here, own } = this.options;
    const offered = new Set(this.#own.offers?.list().map(({ id }) => id));
    const changed = ids.filter((id) => offered.has(id));
    for (const id of changed) {
      const owner = view.sessions.get(id)?.owner ?? null;
      if (owner !== here && view.host(owner) !== undefined) own.offeredElsewhere(id);
    }
    if (changed.length > 0) this.#tell({ what: 'offered', id: '' });
  }

  #tell(change: SessionsChange): void {
    if (change.what === 'opened' || change.what === 'moved') this.#closedAt.delete(change.id);
    for (const listener of this.#listeners) listener(change);
  }
}

function ends(): ContinuoError {
  return new ContinuoError(
    'SESSIONS_FULL',
    'This host is about to end; no session is opened in it any more.',
    'Open it in another host of the cluster.',
  );
}

function between(id: string): ContinuoError {
  return new ContinuoError(
    'SESSION_MOVED',
    `Session ${id} has no host at this moment: another one is about to take it over.`,
    'Try again in a moment.',
  );
}
