import type {
  HostClient,
  HostWelcome,
  OpenChoice,
  SessionEntry,
  SessionOffer,
} from '../../../src/client/host-client.js';
import type { Trouble } from '../app/trouble-words.js';
import type { SessionPlace } from './place.js';

/** What the list needs of its host. */
export type SessionHost = Pick<
  HostClient,
  | 'on'
  | 'hosts'
  | 'openSession'
  | 'closeSession'
  | 'reopenSession'
  | 'renameSession'
  | 'resumeSession'
  | 'dropOffer'
  | 'restoreOffer'
>;

/** A closed session, until that cannot be undone any more. */
interface ClosedSession {
  readonly id: string;
  readonly name: string;
  readonly take: string | null;
  /** Whether it was the one that the panel showed. */
  readonly shown: boolean;
}

/** A session that is offered no longer, until that cannot be undone any more. */
type DroppedOffer = Pick<SessionOffer, 'id' | 'name' | 'take'>;

interface ListParts {
  readonly host: SessionHost;
  readonly place: SessionPlace;
  /** Connects the panel to a session; undefined: to the host's first one, where the host tells of none; null: to none. */
  readonly go: (id: string | undefined | null) => void;
  /** Calls back once; returns a function that cancels it. */
  readonly after: (seconds: number, callback: () => void) => () => void;
}

/** Whether somebody makes music in a session. */
export const isPlaying = ({ phase }: SessionEntry): boolean =>
  phase === 'playing' || phase === 'together' || phase === 'listening';

/** The sessions of the host, and which of them the panel shows. */
export class SessionList {
  entries: readonly SessionEntry[] = [];
  plugins: HostWelcome['plugins'] = [];
  /** Id of the session that the panel shows. */
  current: string | undefined;
  /** Whether the host's list is known: else nothing can be opened or closed. */
  connected = false;
  /** Whether a session is being opened. */
  opening = false;
  trouble: Trouble | undefined;
  closed: ClosedSession | undefined;
  /** Sessions that were open in hosts before this one, and can be resumed. */
  offered: readonly SessionOffer[] = [];
  /** Those of them that are being resumed here. */
  readonly resuming = new Set<string>();
  /** Those that could not be resumed: they can begin anew. */
  readonly refused = new Set<string>();
  dropped: DroppedOffer | undefined;
  /** Whether the user wants to see nothing more of what can be resumed, outside the list. */
  offersHidden = false;
  /** Sessions in which somebody has played since the panel showed them last. */
  readonly unread = new Set<string>();
  #undoSeconds = 0;
  #forget = () => {};
  #forgetDropped = () => {};
  /** Sessions that this panel closes. */
  readonly #closing = new Set<string>();
  /** Whether the list is that of a host which may have been started anew. */
  #anew = true;
  /** What the panel was last told to connect to. */
  #shown: string | undefined | null = null;
  /** Whether it was told to connect to none. */
  #left = false;
  readonly #watchers = new Set<() => void>();

  constructor(private readonly parts: ListParts) {
    const { host, place } = parts;
    host.on('welcome', (welcome) => this.#welcomed(welcome));
    host.on('offered', (offered) => this.#offers(offered));
    host.on('sessions', (sessions) => this.#listed(sessions));
    host.on('lost', () => this.#lost());
    host.on('hosts', () => this.changed());
    place.watch(() => {
      const id = place.read();
      if (id !== undefined && id !== this.current && this.#knows(id)) this.#show(id);
      else place.write(this.current, false);
      this.changed();
    });
  }

  /** Begins with the session that the address names; without one, the host is asked first. */
  open(): void {
    this.current = this.parts.place.read();
    if (this.current !== undefined) this.#go(this.current);
  }

  watch(callback: () => void): () => void {
    this.#watchers.add(callback);
    return () => this.#watchers.delete(callback);
  }

  changed(): void {
    for (const watcher of this.#watchers) watcher();
  }

  /** The entry of the session that the panel shows. */
  get entry(): SessionEntry | undefined {
    return this.entries.find(({ id }) => id === this.current);
  }

  /** The hosts of the cluster; empty: there is one host. */
  get hosts(): SessionHost['hosts'] {
    const { hosts } = this.parts.host;
    return hosts.length > 1 ? hosts : [];
  }

  /** Name of the host that has a session, where there are several. */
  hostOf({ host }: SessionEntry): string | undefined {
    if (this.hosts.length === 0) return undefined;
    return host?.name ?? this.hosts.find(({ here }) => here)?.name;
  }

  /** The session that the panel shows once it is resumed. */
  get awaited(): SessionOffer | undefined {
    return this.entry === undefined ? this.offered.find(({ id }) => id === this.current) : undefined;
  }

  #knows(id: string): boolean {
    return [...this.entries, ...this.offered].some((one) => one.id === id);
  }

  /** Whether the host has no session at all. */
  get empty(): boolean {
    return this.connected && this.entries.length === 0 && this.awaited === undefined;
  }

  /** Shows another session. */
  choose(id: string): void {
    this.trouble = undefined;
    if (id !== this.current) this.#show(id, true);
    this.changed();
  }

  /** Opens a session and shows it. */
  async openSession(choice: OpenChoice): Promise<boolean> {
    this.opening = true;
    const id = await this.#ask(() => this.parts.host.openSession(choice));
    this.opening = false;
    if (id !== undefined) this.#show(id, true);
    this.changed();
    return id !== undefined;
  }

  /** Closes a session; for a while that can be undone. */
  async close(id: string): Promise<void> {
    this.#closing.add(id);
    await this.#ask(() => this.parts.host.closeSession(id));
    this.#closing.delete(id);
  }

  /** Undoes the last closing. */
  async reopen(): Promise<void> {
    const { closed } = this;
    if (closed === undefined) return;
    this.#forgetClosed();
    const reopened = await this.#ask(async () => {
      await this.parts.host.reopenSession(closed.id);
      return true;
    });
    if (reopened && closed.shown) this.#show(closed.id, true);
    this.changed();
  }

  /** Resumes a session and shows it; `anew`: from zero. Where it is refused, it may begin anew. */
  async resume(id: string, anew = false): Promise<boolean> {
    if (!(await this.#resumed(id, anew))) return false;
    this.#show(id, true);
    this.changed();
    return true;
  }

  /** Resumes all that can be; the panel stays where it is, unless it shows none. */
  async resumeAll(): Promise<void> {
    let first: string | undefined;
    let refusal: Trouble | undefined;
    for (const { id } of this.offered) {
      if (await this.#resumed(id, false)) first ??= id;
      else refusal ??= this.trouble;
    }
    this.trouble = refusal;
    if (first !== undefined && this.entry === undefined) this.#show(first, true);
    this.changed();
  }

  async #resumed(id: string, anew: boolean): Promise<boolean> {
    this.resuming.add(id);
    const resumed = await this.#ask(async () => {
      await this.parts.host.resumeSession(id, { anew });
      return true;
    });
    this.resuming.delete(id);
    if (resumed) this.refused.delete(id);
    else this.refused.add(id);
    this.changed();
    return resumed === true;
  }

  /** Has a session offered no longer; for a while that can be undone. */
  async drop(id: string): Promise<void> {
    const offer = this.offered.find((one) => one.id === id);
    const done = await this.#ask(async () => {
      await this.parts.host.dropOffer(id);
      return true;
    });
    if (!done || offer === undefined) return;
    this.#forgetDropped();
    this.dropped = offer;
    this.#forgetDropped = this.parts.after(this.#undoSeconds, () => this.dismissDropped());
    this.changed();
  }

  /** Undoes the last {@link drop}. */
  async restore(): Promise<void> {
    const { dropped } = this;
    if (dropped === undefined) return;
    this.dismissDropped();
    await this.#ask(() => this.parts.host.restoreOffer(dropped.id));
  }

  dismissDropped(): void {
    this.#forgetDropped();
    this.dropped = undefined;
    this.changed();
  }

  hideOffers(): void {
    this.offersHidden = true;
    this.changed();
  }

  async rename(id: string, name: string): Promise<void> {
    if (name === '' || name === this.entries.find((entry) => entry.id === id)?.name) return;
    await this.#ask(() => this.parts.host.renameSession(id, name));
  }

  dismissTrouble(): void {
    this.trouble = undefined;
    this.changed();
  }

  dismissClosed(): void {
    this.#forgetClosed();
    this.changed();
  }

  /** The session that the panel showed is not in the host: another one is shown, as soon as the list is known. */
  ended(): void {
    this.#shown = null;
    this.#left = false;
    if (!this.connected) this.current = undefined;
    else if (this.awaited !== undefined) this.#go(null);
    else if (this.entry === undefined) this.#showAnother(0);
    this.changed();
  }

  async #ask<T>(request: () => Promise<T>): Promise<T | undefined> {
    this.trouble = undefined;
    this.changed();
    try {
      return await request();
    } catch (error) {
      const { code = 'DEFECT', message, hint } = error as Error & Partial<Trouble>;
      this.trouble = { code, message, ...(hint !== undefined && { hint }) };
      this.changed();
      return undefined;
    }
  }

  #welcomed({ plugins, limits }: HostWelcome): void {
    this.connected = true;
    this.#anew = true;
    this.plugins = plugins;
    this.#undoSeconds = limits.undoSeconds;
  }

  /** Without a list the panel shows the host's first session. */
  #lost(): void {
    this.connected = false;
    this.opening = false;
    if (this.current === undefined && this.#shown === null) this.#go(undefined);
    this.changed();
  }

  #offers(offered: readonly SessionOffer[]): void {
    this.offered = offered;
    for (const id of [...this.refused])
      if (!offered.some((offer) => offer.id === id)) this.refused.delete(id);
    // After a welcome, the list of sessions follows.
    if (!this.#anew && this.current !== undefined && !this.#knows(this.current)) this.#showAnother(0);
    this.changed();
  }

  #listed(sessions: readonly SessionEntry[]): void {
    // What the address names may be gone from the host, and offered by the next one.
    const named = this.parts.place.read();
    if (this.current === undefined && this.offered.some(({ id }) => id === named)) this.current = named;
    const before = this.entries;
    const at = before.findIndex(({ id }) => id === this.current);
    this.entries = sessions;
    const gone = before.filter(({ id }) => !sessions.some((entry) => entry.id === id));
    for (const { id, name, take } of this.#anew ? [] : gone)
      if (this.#closing.has(id) || id === this.current)
        this.#tellClosed({ id, name, take, shown: id === this.current });
    this.#anew = false;
    for (const entry of sessions) {
      const was = before.find(({ id }) => id === entry.id);
      if (entry.id !== this.current && isPlaying(entry) && (was === undefined || !isPlaying(was)))
        this.unread.add(entry.id);
    }
    for (const id of [...this.unread]) if (!sessions.some((entry) => entry.id === id)) this.unread.delete(id);
    if (this.awaited !== undefined) this.#go(null);
    else if (this.entry === undefined) this.#showAnother(Math.max(0, at));
    // A session that was told to be gone may be back: its closing was undone.
    else if (this.#shown !== this.current) this.#go(this.current);
    this.changed();
  }

  /** Shows the session that now stands at this place of the list, else the last one. */
  #showAnother(at: number): void {
    const next = this.entries[at] ?? this.entries.at(-1);
    if (next !== undefined) this.#show(next.id);
    else {
      this.current = undefined;
      this.parts.place.write(undefined, false);
      this.#go(null);
    }
  }

  #show(id: string, step = false): void {
    this.current = id;
    this.unread.delete(id);
    this.parts.place.write(id, step);
    this.#go(this.awaited === undefined ? id : null);
  }

  #go(id: string | undefined | null): void {
    if (id === this.#shown && (id !== null || this.#left)) return;
    this.#shown = id;
    this.#left = id === null;
    this.parts.go(id);
  }

  #tellClosed(closed: ClosedSession): void {
    this.#forgetClosed();
    this.closed = closed;
    this.#forget = this.parts.after(this.#undoSeconds, () => this.dismissClosed());
  }

  #forgetClosed(): void {
    this.#forget();
    this.closed = undefined;
  }
}
