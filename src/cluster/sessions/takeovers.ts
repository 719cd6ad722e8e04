import { ContinuoError } from '../../errors.js';
import type { LiveOptions, LiveSession } from '../../host/live/live-session.js';
import { Permit } from '../../host/live/permit.js';
import type { ResumeFrom } from '../../host/states/saved-state.js';
import type { Broker, ClusterSession } from '../broker/control.js';
import type { HostLease } from '../membership/host-lease.js';
import type { ClusterView } from './cluster-view.js';
import { openHanded, whyNotHere } from './open-handed.js';
import type { OwnedSessions } from './owned-sessions.js';
import { GRACE_MS, shares } from './shares.js';

/** Sessions that are opened at a time: reading and loading overlap, and none is kept from a core for long. */
const AT_ONCE = 4;
/** A session that is meant for one host is left to it for so long. */
const MEANT_MS = 1500;

/** How a take-over went, in milliseconds since it was seen that the session could be claimed. */
export interface TakeOver {
  readonly id: string;
  readonly name: string;
  /** The host that had it, as far as it is known. */
  readonly from: string | null;
  readonly claimed: number;
  readonly read: number;
  readonly opened: number;
}

interface TakeoversOptions {
  readonly here: string;
  readonly broker: Broker;
  readonly view: ClusterView;
  readonly owned: OwnedSessions;
  readonly base: Pick<LiveOptions, 'plugin' | 'takes' | 'resources'>;
  readonly lease: Pick<HostLease, 'mayClaim' | 'claim' | 'fenced' | 'remove'>;
  /** Whether the process of a host is gone for certain. */
  readonly isDead: (host: string | null) => boolean;
  /** How a session stands by the take that an earlier run of this host wrote of it; null: it wrote none. */
  readonly fromTake: (session: ClusterSession) => Promise<ResumeFrom | null>;
  /** How many more sessions there is room for. */
  readonly room: () => number;
  readonly took: (session: LiveSession, takeOver: TakeOver) => void;
  readonly failed: (session: ClusterSession, error: unknown) => void;
  readonly now: () => number;
}

/** Takes over sessions that have no host any more: those that were given up, and those of hosts that died. */
export class Takeovers {
  /** Since when a session was seen to be claimable, by id. */
  readonly #seen = new Map<string, number>();
  /** Why sessions cannot be opened here, with the fence at which that was seen. */
  readonly #refused = new Map<string, { readonly fence: number; readonly why: string }>();
  readonly #taking = new Map<string, Promise<void>>();
  readonly #queue: (() => void)[] = [];
  #looking = false;
  #over = false;

  constructor(private readonly options: TakeoversOptions) {}

  /** Why sessions of the cluster cannot be taken over by this host, by their ids. */
  get refused(): ReadonlyMap<string, string> {
    return new Map([...this.#refused].map(([id, { why }]) => [id, why]));
  }

  /** Looks at the sessions, and takes over what may be taken. To be called often, and at once when something changes. */
  async look(): Promise<void> {
    if (this.#looking || this.#over) return;
    this.#looking = true;
    try {
      await this.#look();
    } finally {
      this.#looking = false;
    }
  }

  /** Takes nothing over any more; resolves when nothing is being opened. */
  async close(): Promise<void> {
    this.#over = true;
    await Promise.allSettled(this.#taking.values());
  }

  async #look(): Promise<void> {
    const { view, now, here } = this.options;
    const free = [...view.sessions.values()].filter((session) => this.#isFree(session));
    for (const id of this.#seen.keys()) if (!free.some((one) => one.id === id)) this.#seen.delete(id);
    for (const { id } of free) if (!this.#seen.has(id)) this.#seen.set(id, now());
    const mine = shares(
      free.map(({ id }) => id),
      view.hosts,
    );
    const open = free.filter(
      ({ id }) => mine.get(id) === here || now() - this.#seen.get(id)! > GRACE_MS + this.#jitter(id),
    );
    await Promise.all(open.map((session) => this.#try(session)));
  }

  /** Not all who come too late claim at once. */
  #jitter(id: string): number {
    return (id.charCodeAt(0) + this.options.here.charCodeAt(0)) % 100;
  }

  #isFree(session: ClusterSession): boolean {
    const { id, owner, fence, entry } = session;
    const { view, here, owned, now, lease, isDead } = this.options;
    if (owned.has(id) || this.#taking.has(id) || this.#refused.get(id)?.fence === fence) return false;
    if (!lease.mayClaim(session, isDead(owner))) return false;
    if (owner === here) return true;
    const meant = entry.host?.id;
    const waits = now() - (this.#seen.get(id) ?? now()) < MEANT_MS;
    if (meant === undefined || meant === here || !waits) return true;
    // It is seen, though not taken.
    if (!this.#seen.has(id)) this.#seen.set(id, now());
    return view.host(meant) === undefined;
  }

  async #try(session: ClusterSession): Promise<void> {
    const { lease, base, room, now, isDead } = this.options;
    const { id } = session;
    if (this.#taking.size >= room() || this.#over) return;
    const seen = this.#seen.get(id) ?? now();
    try {
      const why = await whyNotHere(session.entry, base.plugin);
      if (why !== null) {
        this.#refused.set(id, { fence: session.fence, why });
        return;
      }
      const permit = new Permit();
      const fence = await lease.claim(session, permit, isDead(session.owner));
      if (fence === null) return;
      const claimed = { ...session, fence };
      const taking = this.#take(claimed, permit, { seen, claimed: now() - seen });
      this.#taking.set(
        id,
        taking.finally(() => this.#taking.delete(id)),
      );
    } catch (error) {
      if (!isAway(error)) this.options.failed(session, error);
    }
  }

  async #take(
    session: ClusterSession,
    permit: Permit,
    { seen, claimed }: { readonly seen: number; readonly claimed: number },
  ): Promise<void> {
    const { broker, owned, base, took, now, view, fromTake } = this.options;
    const { id, fence, entry } = session;
    await this.#turn();
    try {
      const [handed, own] = await Promise.all([broker.read(id), fromTake(session)]);
      if (handed === null) return this.options.lease.remove(id);
      const read = now() - seen;
      const { takes, resources } = base;
      const opened = await openHanded({ ...handed, own }, entry, {
        ...{ takes, permit, ...(resources && { resources }) },
      });
      const { host: _, ...rest } = entry;
      owned.add(opened.session, rest, fence);
      const from = view.hosts.find((host) => host.id === session.owner)?.name ?? null;
      took(opened.session, { id, name: entry.name, from, claimed, read, opened: now() - seen });
      await connectPorts(opened.session, opened.ports);
    } catch (error) {
      await this.#giveBack(session, error);
    } finally {
      this.#queue.shift()?.();
    }
  }

  /** Another host may be able to. */
  async #giveBack(session: ClusterSession, error: unknown): Promise<void> {
    const { broker, failed, lease } = this.options;
    const { id, fence } = session;
    lease.fenced(id);
    const why = error instanceof ContinuoError ? error.message : String(error);
    if (!isAway(error)) this.#refused.set(id, { fence, why });
    failed(session, error);
    await broker.release(id, fence).catch(() => undefined);
  }

  /** Waits for one of the places. */
  async #turn(): Promise<void> {
    if (this.#taking.size < AT_ONCE) return;
    await new Promise<void>((resolve) => this.#queue.push(resolve));
  }
}

async function connectPorts(
  session: LiveSession,
  ports: { readonly input: string | null; readonly output: string | null },
): Promise<void> {
  // A port of another machine is waited for, as one that was pulled out: it may be the same synth, plugged in here.
  for (const which of ['input', 'output'] as const)
    if (ports[which] !== null) await session.connectAgain(which, ports[which]).catch(() => undefined);
}

function isAway(error: unknown): boolean {
  return error instanceof ContinuoError && error.code === 'CLUSTER_UNREACHABLE';
}
