import { ContinuoError } from '../../errors.js';
import { monotonic } from '../../host/live/clock.js';
import type { LiveSession } from '../../host/live/live-session.js';
import type { HostName, SessionEntry, SessionsChange } from '../../host/sessions/control.js';
import type { Sessions } from '../../host/sessions/sessions.js';
import { isAtRest } from '../../host/states/saved-state.js';
import type { Broker } from '../broker/control.js';
import type { HostLease } from '../membership/host-lease.js';
import { Publisher } from './publisher.js';

/** What the directory says of a session changes with each phrase; the broker is told so often at most. */
const TELL_MS = 250;

/** One session of this host, as it is published. */
interface Owned {
  readonly id: string;
  readonly session: LiveSession;
  /** null: it is not registered yet. */
  fence: number | null;
  publisher: Publisher | null;
  registering: boolean;
  readonly unwatch: () => void;
  unfollow: () => void;
  telling: NodeJS.Timeout | undefined;
  /** The host that it is meant for, while it is moved. */
  meant: HostName | undefined;
}

interface OwnedOptions {
  readonly directory: Sessions<LiveSession>;
  readonly broker: Broker;
  readonly lease: Pick<HostLease, 'register' | 'fenced' | 'remove'>;
  /** Another host has a session of this one by now; it was let go of. */
  readonly lost: (entry: SessionEntry) => void;
  /** What cannot be published, and why. */
  readonly failed: (id: string, error: unknown) => void;
}

/** Publishes the sessions of this host, so that others can go on with them: registers each, and follows it. */
export class OwnedSessions {
  readonly #owned = new Map<string, Owned>();
  /** Fences of sessions that are about to be added, and are claimed already. */
  readonly #claimed = new Map<string, number>();
  /** What the broker is still to be told of sessions that this host has no more: that others may claim them, or that they are closed. */
  readonly #parting = new Map<string, { readonly fence: number; readonly what: 'release' | 'forget' }>();
  readonly #unsubscribe: () => void;
  /** Bytes of sessions that are not published any more. */
  #bytesBefore = 0;

  constructor(private readonly options: OwnedOptions) {
    const { directory } = options;
    this.#unsubscribe = directory.subscribe((change) => this.#changed(change));
    for (const { id } of directory.list()) this.#opened(id);
  }

  /** Bytes of states and tails that were sent so far. */
  get bytes(): number {
    let bytes = this.#bytesBefore;
    for (const { publisher } of this.#owned.values()) bytes += publisher?.bytes ?? 0;
    return bytes;
  }

  /** Whether this host plays a session, or has just given it up and the broker may not know yet. */
  has(id: string): boolean {
    return this.#owned.has(id) || this.#parting.has(id) || this.#claimed.has(id);
  }

  /** Adds a session that was claimed to the host's directory. */
  add(session: LiveSession, entry: SessionEntry, fence: number): void {
    this.#claimed.set(entry.id, fence);
    this.options.directory.add(session, entry.name, entry);
  }

  /** The broker is there again: it is told what could not be told before. Publishers go on by themselves. */
  async back(): Promise<void> {
    await Promise.all([...this.#parting.keys()].map((id) => this.#part(id)));
    for (const owned of this.#owned.values()) {
      if (owned.fence === null) void this.#register(owned);
      else this.#tell(owned);
    }
  }

  /** The broker may have lost what it knew: it is told of everything anew. */
  async anew(): Promise<void> {
    await Promise.all(
      [...this.#owned.values()].map(async (owned) => {
        await this.#register(owned);
        owned.publisher?.again();
      }),
    );
  }

  /** Another host has a session by now, or may have: it is let go of at once. */
  lost(id: string): void {
    const owned = this.#owned.get(id);
    if (owned) this.#lost(owned);
  }

  /**
   * Gives a session up: the broker gets how it stands, it falls silent here, and another host may claim it (`meant`: that one alone, as
   * long as it is there). Throws SESSION_NOT_FOUND, CLUSTER_UNREACHABLE (this host has it still).
   */
  async give(id: string, meant?: HostName): Promise<void> {
    const { directory } = this.options;
    const owned = this.#owned.get(id);
    if (owned?.fence === undefined || owned.fence === null)
      throw new ContinuoError('SESSION_NOT_FOUND', `There is no session ${JSON.stringify(id)} in this host.`);
    owned.meant = meant;
    await this.#tellNow(owned);
    // From here on it is silent: what somebody plays into it now belongs to its next owner.
    this.#parting.set(id, { fence: owned.fence, what: 'release' });
    this.#leave(owned);
    // Its permit runs out; it is silent before another host can have it.
    this.options.lease.remove(id);
    const ended = directory.drop(id);
    await owned.publisher?.finish();
    await this.#part(id);
    await ended;
  }

  /** Publishes nothing more: what is still here is silent, and anybody's. */
  close(): void {
    this.#unsubscribe();
    for (const owned of [...this.#owned.values()]) {
      this.options.lease.fenced(owned.id);
      this.#leave(owned)?.end();
    }
  }

  // ---------------------------------------------------------------- the directory's changes

  #changed({ what, id }: SessionsChange): void {
    if (what === 'opened' || what === 'reopened') this.#opened(id);
    const owned = this.#owned.get(id);
    if (owned === undefined) return;
    if (what === 'changed') this.#tell(owned);
    else if (what === 'closed') this.#forget(owned);
    else if (what === 'moved') this.#leave(owned)?.end();
  }

  #opened(id: string): void {
    const session = this.options.directory.get(id);
    const fence = this.#claimed.get(id) ?? null;
    this.#claimed.delete(id);
    const owned: Owned = {
      ...{ id, session, fence, publisher: null, registering: false, telling: undefined, meant: undefined },
      unwatch: session.watchSetup(() => this.#tell(owned)),
      unfollow: () => {},
    };
    this.#owned.set(id, owned);
    if (fence !== null) this.#follow(owned, fence);
    else void this.#register(owned);
  }

  #entryOf({ id, meant }: Owned): SessionEntry | undefined {
    const entry = this.options.directory.list().find((one) => one.id === id);
    return entry && meant ? { ...entry, host: meant } : entry;
  }

  async #register(owned: Owned): Promise<void> {
    const entry = this.#entryOf(owned);
    if (owned.registering || entry === undefined) return;
    owned.registering = true;
    try {
      const { setup, permit } = owned.session;
      const fence = await this.options.lease.register(entry, JSON.stringify(setup), permit!);
      // It was closed meanwhile.
      if (this.#owned.get(owned.id) !== owned) this.#partFrom(owned.id, fence, 'forget');
      else if (owned.fence === null) this.#follow(owned, fence);
    } catch (error) {
      this.#refused(owned, error);
    } finally {
      owned.registering = false;
    }
  }

  #follow(owned: Owned, fence: number): void {
    const { broker, failed } = this.options;
    const { id, session } = owned;
    owned.fence = fence;
    owned.publisher = new Publisher({
      ...{ broker, id, fence },
      rests: isAtRest,
      fenced: () => this.#lost(owned),
      failed: (error) => failed(id, error),
      now: () => 1000 * monotonic(),
    });
    owned.unfollow = session.follow(owned.publisher);
  }

  // ---------------------------------------------------------------- what the broker is told

  #tell(owned: Owned): void {
    if (owned.fence === null) return;
    owned.telling ??= setTimeout(() => {
      owned.telling = undefined;
      this.#tellNow(owned).catch((error: unknown) => this.#refused(owned, error));
    }, TELL_MS);
  }

  async #tellNow(owned: Owned): Promise<void> {
    const entry = this.#entryOf(owned);
    if (entry === undefined || owned.fence === null) return;
    await this.options.broker.tell(owned.fence, entry, JSON.stringify(owned.session.setup));
  }

  #refused(owned: Owned, error: unknown): void {
    if (error instanceof ContinuoError && error.code === 'CLUSTER_FENCED') this.#lost(owned);
    // When the broker is back, it is told of all again.
    else if (!(error instanceof ContinuoError) || error.code !== 'CLUSTER_UNREACHABLE')
      this.options.failed(owned.id, error);
  }

  /** Another host has it. */
  #lost(owned: Owned): void {
    if (this.#owned.get(owned.id) !== owned) return;
    const entry = this.#entryOf(owned);
    this.options.lease.fenced(owned.id);
    void this.options.directory.drop(owned.id);
    if (entry) this.options.lost(entry);
  }

  #forget(owned: Owned): void {
    this.#leave(owned)?.end();
    this.options.lease.remove(owned.id);
    if (owned.fence !== null) this.#partFrom(owned.id, owned.fence, 'forget');
  }

  #partFrom(id: string, fence: number, what: 'release' | 'forget'): void {
    this.#parting.set(id, { fence, what });
    void this.#part(id);
  }

  /** Tells the broker of a session that this host has no more; where it is away, once it is back. */
  async #part(id: string): Promise<void> {
    const parting = this.#parting.get(id);
    if (parting === undefined) return;
    try {
      await this.options.broker[parting.what](id, parting.fence);
    } catch (error) {
      if (error instanceof ContinuoError && error.code === 'CLUSTER_UNREACHABLE') return;
      if (!(error instanceof ContinuoError && error.code === 'CLUSTER_FENCED'))
        this.options.failed(id, error);
    }
    if (this.#parting.get(id) === parting) this.#parting.delete(id);
  }

  /** Follows a session no longer. Returns its publisher, which may have something to send still. */
  #leave(owned: Owned): Publisher | null {
    if (this.#owned.get(owned.id) !== owned) return null;
    this.#owned.delete(owned.id);
    owned.unwatch();
    owned.unfollow();
    clearTimeout(owned.telling);
    this.#bytesBefore += owned.publisher?.bytes ?? 0;
    return owned.publisher;
  }
}
