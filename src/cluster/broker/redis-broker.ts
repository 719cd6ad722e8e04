import { Buffer } from 'node:buffer';
import { createHash, randomUUID } from 'node:crypto';
import { ContinuoError } from '../../errors.js';
import type { SessionEntry } from '../../host/sessions/control.js';
import { BULK_MS, COMMAND_MS, LEASE_MS, ORPHANED_MS } from '../timing.js';
import { type BrokerAddress, readBrokerAddress } from './address.js';
import type {
  Beat,
  Broker,
  BrokerChange,
  ClaimFrom,
  ClusterSession,
  Handed,
  HostEntry,
  HostSeen,
  Renewal,
} from './control.js';
import { handedOf, hostsOf, renewalOf, sessionOf, sessionsOf } from './records.js';
import { type LineWork, RedisLine, type Reply } from './redis-line.js';
import { SCRIPTS } from './scripts.js';

export interface RedisBrokerOptions {
  /** `redis://[user:password@]host[:port][/database]`, or `rediss://`. */
  readonly url: string;
  /** Clusters of different names share a broker without seeing each other. */
  readonly cluster: string;
  /** Id of this host. */
  readonly host: string;
  /** Milliseconds: how long a lease holds, and the longest wait for a reply. Default: as in timing.ts; tests need others. */
  readonly lease?: number;
  readonly wait?: number;
}

/** A host says that its sessions live with one of so many renewals: every quarter of an hour. */
const LIVING_BEATS = 3600;

/** A broker that is a Redis or Valkey server. */
export class RedisBroker implements Broker {
  readonly #prefix: string;
  readonly #control: RedisLine;
  /** States and tails, which may be large: renewals do not wait for them. */
  readonly #bulk: RedisLine;
  readonly #changes: RedisLine;
  readonly #listeners = new Set<(change: BrokerChange) => void>();
  /** Number of the last write of each session that this host owns. */
  readonly #seqs = new Map<string, number>();
  /** The server that the control connection is to: another one after it was started anew. */
  #server = '';
  #there = false;

  private constructor(
    address: BrokerAddress,
    private readonly options: RedisBrokerOptions,
  ) {
    this.#prefix = `continuo:1:{${options.cluster}}:`;
    const onChange = () => this.#noticed();
    const toServer: LineWork['begin'] = async (client) => {
      const info = await client.sendCommand<Buffer>(['INFO', 'server']).catch(() => '');
      this.#server = createHash('sha1')
        .update(/run_id:(\w+)/.exec(String(info))?.[1] ?? '')
        .digest('hex')
        .slice(0, 12);
    };
    this.#control = new RedisLine(address, { begin: toServer, onChange });
    this.#bulk = new RedisLine(address, { onChange });
    this.#changes = new RedisLine(address, {
      begin: (client) => client.subscribe(`${this.#prefix}changes`, (message) => this.#told(message)),
      onChange,
    });
  }

  /** Connects. Throws CLUSTER_ADDRESS, CLUSTER_UNREACHABLE. */
  static async open(options: RedisBrokerOptions): Promise<RedisBroker> {
    if (!/^[\w.-]{1,64}$/.test(options.cluster))
      throw new ContinuoError(
        'CLUSTER_ADDRESS',
        `The name of a cluster has letters, digits, ".", "-" and "_", 64 at most; given: ${JSON.stringify(options.cluster.slice(0, 80))}.`,
      );
    const broker = new RedisBroker(readBrokerAddress(options.url), options);
    const lines = [broker.#control, broker.#bulk, broker.#changes];
    try {
      await Promise.all(lines.map((line) => line.open()));
    } catch (error) {
      await broker.close();
      throw error;
    }
    return broker;
  }

  get there(): boolean {
    return this.#there;
  }

  get sent(): number {
    return this.#control.sent + this.#bulk.sent + this.#changes.sent;
  }

  async renew(host: HostEntry, { beat, knows }: Beat): Promise<Renewal> {
    const living = beat % LIVING_BEATS === 0 ? ORPHANED_MS : 0;
    const told = [JSON.stringify(host), JSON.stringify(knows), this.#server, randomUUID()];
    const reply = await this.#run('renew', [host.id, beat, this.options.lease ?? LEASE_MS, ...told, living]);
    if (Array.isArray(reply) && String(reply[0]) === 'late') throw late();
    return renewalOf(reply);
  }

  async leave(): Promise<void> {
    await this.#run('leave', [this.options.host]);
    this.#seqs.clear();
  }

  async hosts(): Promise<readonly HostSeen[]> {
    return hostsOf(await this.#run('hosts', []));
  }

  async sessions(owner?: string | null): Promise<readonly ClusterSession[]> {
    const set = owner === undefined ? 'sessions' : `owned:${owner ?? ''}`;
    return sessionsOf(await this.#run('sessions', [set]));
  }

  async session(id: string): Promise<ClusterSession | null> {
    const reply = await this.#run('session', [id]);
    return reply === null ? null : sessionOf(reply);
  }

  async register(entry: SessionEntry, setup: string, fence?: number): Promise<number> {
    const told = [JSON.stringify(entry), setup, ORPHANED_MS, fence === undefined ? '' : 'again'];
    const reply = await this.#run('register', [entry.id, this.options.host, fence ?? 1, ...told]);
    const [said, seq] = Array.isArray(reply) ? reply : [reply];
    if (String(said) !== 'done') throw fenced(entry.id);
    this.#seqs.set(entry.id, Number(seq));
    return fence ?? 1;
  }

  async claim(id: string, { owner, fence, beat = -1, dead = false }: ClaimFrom): Promise<number | null> {
    const from = [owner ?? '', fence, beat, dead ? 'dead' : ''];
    const got = await this.#run('claim', [id, this.options.host, ...from, ORPHANED_MS]);
    if (got === 0) return null;
    this.#seqs.set(id, 0);
    return Number(got);
  }

  async read(id: string): Promise<Handed | null> {
    const reply = await this.#run('read', [id]);
    return reply === null ? null : handedOf(reply);
  }

  async tell(fence: number, entry: SessionEntry, setup: string): Promise<void> {
    await this.#write('tell', entry.id, fence, [JSON.stringify(entry), setup, ORPHANED_MS]);
  }

  async keep(id: string, fence: number, state: Uint8Array): Promise<void> {
    await this.#write('keep', id, fence, [bytes(state), ORPHANED_MS]);
  }

  async append(id: string, fence: number, records: Uint8Array): Promise<'added' | 'gap'> {
    const said = await this.#write('append', id, fence, [bytes(records), ORPHANED_MS]);
    return said === 'gap' ? 'gap' : 'added';
  }

  async release(id: string, fence: number): Promise<void> {
    await this.#write('release', id, fence, []);
    this.#seqs.delete(id);
  }

  async forget(id: string, fence: number): Promise<void> {
    await this.#write('forget', id, fence, []);
    this.#seqs.delete(id);
  }

  async secret(mine: string): Promise<string> {
    return String(await this.#run('secret', [mine]));
  }

  subscribe(listener: (change: BrokerChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    for (const line of [this.#control, this.#bulk, this.#changes]) line.close();
  }

  async #write(
    what: 'tell' | 'keep' | 'append' | 'release' | 'forget',
    id: string,
    fence: number,
    args: readonly (string | number | Buffer)[],
  ): Promise<string> {
    const seq = (this.#seqs.get(id) ?? 0) + 1;
    this.#seqs.set(id, seq);
    const said = String(await this.#run(what, [id, this.options.host, fence, seq, ...args]));
    if (said === 'fenced') {
      this.#seqs.delete(id);
      throw fenced(id);
    }
    if (said === 'late') throw late();
    if (said === 'unknown') throw unknown(id);
    return said;
  }

  #run(what: keyof typeof SCRIPTS, args: readonly (string | number | Buffer)[]): Promise<Reply> {
    const texts = args.map((arg) => (typeof arg === 'number' ? String(arg) : arg));
    // All writes of a session take one connection, so that they arrive in the order in which they were made.
    const bulk = ['keep', 'append', 'tell', 'release', 'forget', 'read'].includes(what);
    const line = bulk ? this.#bulk : this.#control;
    return line.run(
      SCRIPTS[what],
      ['1', this.#prefix, ...texts],
      this.options.wait ?? (bulk ? BULK_MS : COMMAND_MS),
    );
  }

  #told(message: string | Buffer): void {
    const [what, id] = String(message).split(' ');
    if (what === 'hosts') this.#tell({ type: 'hosts' });
    else if (what === 'session' && id !== undefined) this.#tell({ type: 'session', id });
  }

  #noticed(): void {
    const there = this.#control.ready && this.#bulk.ready && this.#changes.ready;
    if (there === this.#there) return;
    this.#there = there;
    this.#tell({ type: 'broker', there });
  }

  #tell(change: BrokerChange): void {
    for (const listener of [...this.#listeners]) listener(change);
  }
}

const bytes = (of: Uint8Array) => Buffer.from(of.buffer, of.byteOffset, of.byteLength);

const fenced = (id: string) =>
  new ContinuoError(
    'CLUSTER_FENCED',
    `Another host of the cluster owns session ${id} by now; what this one wanted to write was refused.`,
  );

const late = () =>
  new ContinuoError(
    'CLUSTER_UNREACHABLE',
    'A command reached the broker after a newer one, and was dropped.',
  );

const unknown = (id: string) =>
  new ContinuoError(
    'CLUSTER_UNREACHABLE',
    `The broker does not know session ${id}: it was started anew and has lost its data, or the session was closed by another host.`,
  );
