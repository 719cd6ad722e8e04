import type { Seconds } from '../../music/units.js';
import type { ClaimFrom, ClusterSession, HostSeen, Renewal } from '../broker/control.js';
import { LEASE_MS } from '../timing.js';
import { seconds } from './alive.js';

const LEASE = seconds(LEASE_MS);

/**
 * When this host may claim a session of another one, by what it has seen itself and by its own clock alone: the broker's clock may jump.
 *
 * An owner may play
 * - for a lease from the sending of its last renewal on; whoever sees that renewal sees it later, and counts a lease from then on;
 * - while the broker is gone, for a lease from its question on, where each host that it knows has answered that the broker is gone for it
 *   too; each counts a lease from its own answer on ({@link promised}).
 * The broker lets nobody claim whom the owner does not know, nor by a renewal that is not the owner's last one.
 */
export class Claims {
  /** Of each host, its last renewal that was seen, and when it was seen first. */
  readonly #seen = new Map<string, { readonly host: HostSeen; readonly since: Seconds }>();
  readonly #promises = new Map<string, Seconds>();
  /** Since when the broker has answered without a break. */
  #reachedSince: Seconds = Number.POSITIVE_INFINITY;
  #instance: string | null = null;
  #instanceSince: Seconds = Number.POSITIVE_INFINITY;

  constructor(private readonly me: string) {}

  /** How the hosts stand at the broker, as they were listed now. */
  saw(hosts: readonly HostSeen[], now: Seconds): void {
    for (const host of hosts) {
      const before = this.#seen.get(host.id);
      const since = before?.host.beat === host.beat ? before.since : now;
      this.#seen.set(host.id, { host, since });
    }
    const listed = new Set(hosts.map(({ id }) => id));
    for (const id of this.#seen.keys()) if (!listed.has(id)) this.#seen.delete(id);
  }

  renewed({ instance, hosts }: Renewal, now: Seconds): void {
    if (instance !== this.#instance) this.#instanceSince = now;
    this.#reachedSince = Math.min(this.#reachedSince, now);
    this.#instance = instance;
    this.saw(hosts, now);
  }

  /** Of the broker, as it answered last. */
  get instance(): string {
    return this.#instance ?? '';
  }

  /** The broker does not answer. */
  unreached(): void {
    this.#reachedSince = Number.POSITIVE_INFINITY;
  }

  /** This host told another one now that the broker is gone for it. */
  promised(host: string, now: Seconds): void {
    this.#promises.set(host, now + LEASE);
  }

  /** Where to ask a host; undefined: it is not known any more. */
  host(id: string): HostSeen | undefined {
    return this.#seen.get(id)?.host;
  }

  /** Whether the lease of a host has run out, for all that this host knows. */
  isOver(id: string, now: Seconds): boolean {
    const seen = this.#seen.get(id);
    return seen !== undefined && !seen.host.holds && now - seen.since >= LEASE && !this.#isPromised(id, now);
  }

  /**
   * From whom to claim a session, as the broker asks to know it; null: this host may not, at present. `dead`: its owner's process is known
   * to be gone.
   */
  from({ owner, fence }: ClusterSession, now: Seconds, dead = false): ClaimFrom | null {
    // A broker that was replaced may not know yet who claimed it last. Its own it finds there where the reply to a claim was lost.
    if (owner === null || owner === this.me || dead)
      return now - this.#instanceSince >= 2 * LEASE ? { owner, fence, ...(dead && { dead }) } : null;
    const host = this.host(owner);
    // Who has just found the broker again lets the others find it too.
    if (host === undefined || !this.isOver(owner, now) || now - this.#reachedSince < LEASE) return null;
    return { owner, fence, beat: host.beat };
  }

  #isPromised(id: string, now: Seconds): boolean {
    const until = this.#promises.get(id);
    if (until === undefined) return false;
    if (now >= until) this.#promises.delete(id);
    return now < until;
  }
}
