import { ContinuoError } from '../../../errors.js';
import type { SessionEntry } from '../../../host/sessions/control.js';
import type {
  Broker,
  BrokerChange,
  ClaimFrom,
  ClusterSession,
  HostEntry,
  HostSeen,
} from '../../broker/control.js';
import { ASK_MS, COMMAND_MS, LEASE_MS, LOOK_MS } from '../../timing.js';
import type { Alive } from '../alive.js';
import { HostLease, type LeaseState } from '../host-lease.js';

/** Random numbers of [0, 1), the same for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Timed {
  readonly at: number;
  readonly act: () => void;
  /** Whose process does it; null: nobody's (the network, the broker). */
  readonly host: SimHost | null;
}

/** Time that passes when it is told to, in seconds, and what happens in it. */
export class Simulation {
  time = 0;
  readonly #queue: Timed[] = [];
  readonly hosts: SimHost[] = [];
  readonly broker = new SimBroker(this);
  /** Links that are cut, as 'a b'. */
  readonly cut = new Set<string>();
  readonly random: () => number;
  /** No message takes long. */
  calm = false;
  /** Whether a host can tell for certain that another one is dead. */
  shows: (dead: SimHost) => boolean = () => false;

  constructor(seed: number) {
    this.random = randomFrom(seed);
  }

  between(least: number, most: number): number {
    return least + (most - least) * this.random();
  }

  /** How long a message takes: a little, and now and then nearly as long as anybody waits. */
  latency(): number {
    return this.calm || this.random() < 0.95 ? this.between(0.0002, 0.02) : this.between(0.02, 0.5);
  }

  reaches(one: string, other: string): boolean {
    return !this.cut.has(`${one} ${other}`) && !this.cut.has(`${other} ${one}`);
  }

  at(time: number, host: SimHost | null, act: () => void): () => void {
    const timed = { at: Math.max(time, this.time), act, host };
    let low = 0;
    let high = this.#queue.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#queue[middle]!.at <= timed.at) low = middle + 1;
      else high = middle;
    }
    this.#queue.splice(low, 0, timed);
    return () => {
      const index = this.#queue.indexOf(timed);
      if (index >= 0) this.#queue.splice(index, 1);
    };
  }

  /** Lets time pass until `end`; `check` is called after whatever happens. */
  async run(end: number, check: () => void): Promise<void> {
    while (this.#queue.length > 0 && this.#queue[0]!.at <= end) {
      const { at, act, host } = this.#queue.shift()!;
      this.time = at;
      if (host?.dead) continue;
      // A process that stands still does everything later, in the order in which it came.
      if (host && host.pausedUntil > this.time) {
        this.at(host.pausedUntil, host, act);
        continue;
      }
      act();
      await new Promise(setImmediate);
      check();
    }
    this.time = end;
  }

  /** A question and its answer. `limit` in seconds: so long the asker waits; what was asked may be done later all the same. */
  async exchange<T>(
    from: SimHost,
    limit: number,
    there: () => boolean,
    does: () => T,
    at: SimHost | null,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const late = this.at(this.time + limit, from, () => reject(new Error('no answer in time')));
      // Refused at once, or nothing comes.
      if (!there()) {
        if (this.random() < 0.5) {
          late();
          this.at(this.time + this.latency(), from, () => reject(new Error('refused')));
        }
        return;
      }
      this.at(this.time + this.latency(), at, () => {
        let answer: () => void;
        try {
          const done = does();
          answer = () => resolve(done);
        } catch (error) {
          answer = () => reject(error);
        }
        if (!there()) return;
        this.at(this.time + this.latency(), from, () => {
          late();
          answer();
        });
      });
    });
  }
}

interface Stored {
  owner: string;
  fence: number;
  entry: SessionEntry;
}

interface Data {
  instance: number;
  hosts: Map<
    string,
    { entry: HostEntry; beat: number; knows: readonly string[]; instance: number; until: number }
  >;
  sessions: Map<string, Stored>;
}

const fenced = () => new ContinuoError('CLUSTER_FENCED', 'another owner');

/** What the scripts of a broker do, with a clock that may jump. */
export class SimBroker {
  up = true;
  /** Its clock goes wrong by so much. */
  jumped = 0;
  #data: Data = { instance: 1, hosts: new Map(), sessions: new Map() };
  #copies = 1;

  constructor(private readonly world: Simulation) {}

  stop(): void {
    this.up = false;
  }

  jump(by: number): void {
    this.jumped = by;
  }

  get clock(): number {
    return this.world.time + this.jumped;
  }

  get sessions(): ReadonlyMap<string, Readonly<Stored>> {
    return this.#data.sessions;
  }

  copy(): Data {
    return structuredClone(this.#data);
  }

  /** It is started again, with what it had, nothing, or an older copy. */
  restart(data: Data | null): void {
    this.#data = data ?? { instance: 0, hosts: new Map(), sessions: new Map() };
    this.#data.instance = ++this.#copies;
    this.up = true;
  }

  #listed(): HostSeen[] {
    const owners = new Set([...this.#data.sessions.values()].map(({ owner }) => owner));
    for (const [id, { until }] of this.#data.hosts)
      if (until <= this.clock && !owners.has(id)) this.#data.hosts.delete(id);
    return [...this.#data.hosts.values()].map(({ entry, beat, until }) => ({
      ...{ ...entry, beat, holds: until > this.clock },
    }));
  }

  /** As {@link Broker}, for one host. */
  of(host: SimHost): SimClient {
    const ask = <T>(does: () => T): Promise<T> =>
      this.world.exchange(
        host,
        COMMAND_MS / 1000,
        () => this.up && this.world.reaches(host.id, 'broker'),
        does,
        null,
      );
    const seen = (owner?: string | null): ClusterSession[] =>
      [...this.#data.sessions]
        .filter(([, one]) => owner === undefined || one.owner === (owner ?? ''))
        .map(([id, one]) => ({
          id,
          fence: one.fence,
          entry: one.entry,
          owner: one.owner === '' ? null : one.owner,
        }));
    return {
      renew: (entry, { beat, knows }) =>
        ask(() => {
          const { instance, hosts } = this.#data;
          const was = hosts.get(entry.id);
          if (was && was.beat >= beat) throw new Error('late');
          hosts.set(entry.id, { entry, beat, knows, instance, until: this.clock + LEASE_MS / 1000 });
          const lease = was && was.until > this.clock ? ('held' as const) : ('lapsed' as const);
          return { lease, instance: String(instance), hosts: this.#listed() };
        }),
      hosts: () => ask(() => this.#listed()),
      sessions: (owner) => ask(() => seen(owner)),
      session: (id) => ask(() => seen().find((one) => one.id === id) ?? null),
      register: (entry, _setup, fence = 1) =>
        ask(() => {
          const was = this.#data.sessions.get(entry.id);
          if (was && (was.fence > fence || (was.fence === fence && was.owner !== host.id))) throw fenced();
          this.#data.sessions.set(entry.id, { owner: host.id, fence, entry });
          return fence;
        }),
      claim: (id, from) => ask(() => this.#claim(host.id, id, from)),
      release: (id, fence) =>
        ask(() => {
          const one = this.#data.sessions.get(id);
          if (one?.owner !== host.id || one.fence !== fence) throw fenced();
          one.owner = '';
        }),
      subscribe: () => () => {},
    };
  }

  #claim(me: string, id: string, from: ClaimFrom): number | null {
    const { hosts, sessions } = this.#data;
    const one = sessions.get(id);
    const mine = hosts.get(me);
    if (!one || one.owner !== (from.owner ?? '') || one.fence !== from.fence) return null;
    if (!mine || mine.until <= this.clock) return null;
    if (from.owner !== null && from.owner !== me && !from.dead) {
      const of = hosts.get(from.owner);
      if (!of || of.until > this.clock || of.beat !== from.beat) return null;
      if (of.instance !== mine.instance || !of.knows.includes(me)) return null;
    }
    one.owner = me;
    return ++one.fence;
  }
}

type SimClient = Pick<
  Broker,
  'renew' | 'hosts' | 'sessions' | 'session' | 'register' | 'claim' | 'release'
> & {
  subscribe(listener: (change: BrokerChange) => void): () => void;
};

/** A permit that says on the simulation's clock until when it holds. */
class SimPermit {
  #until = Number.NEGATIVE_INFINITY;
  #revoked = false;

  constructor(private readonly host: SimHost) {}

  get until(): number {
    return this.host.realTime(this.#until);
  }

  set(until: number): void {
    if (!this.#revoked) this.#until = until;
  }

  revoke(): void {
    this.#revoked = true;
    this.#until = Number.NEGATIVE_INFINITY;
  }
}

/** A host: its lease as in the program, and looks that claim what can be claimed. */
export class SimHost {
  dead = false;
  pausedUntil = 0;
  readonly permits = new Map<string, SimPermit>();
  readonly lease: HostLease;
  readonly states: LeaseState[] = [];
  readonly #rate: number;
  readonly #zero: number;
  readonly #broker: SimClient;
  readonly #claiming = new Set<string>();

  constructor(
    private readonly world: Simulation,
    readonly id: string,
  ) {
    // Clocks begin anywhere, and run a little too fast or too slow.
    this.#rate = world.between(0.995, 1.005);
    this.#zero = world.between(0, 1e6);
    this.#broker = world.broker.of(this);
    this.lease = new HostLease(
      {
        now: () => this.now,
        after: (ms, act) => world.at(world.time + ms / 1000 / this.#rate, this, act),
        broker: this.#broker,
        ask: ({ id: other }) => this.#ask(other),
        entry: () => ({ id, name: id, address: id, sessions: this.permits.size, room: 100 }),
      },
      {
        state: (state) => this.states.push(state),
        lost: (ids) => {
          for (const lost of ids) this.permits.delete(lost);
        },
        anew: () => void this.#registerAll(),
      },
    );
    world.hosts.push(this);
    void this.lease.start();
    this.#look();
  }

  /** Its process stands still for so long. */
  pause(seconds: number): void {
    this.pausedUntil = this.world.time + seconds;
  }

  get isRunning(): boolean {
    return !this.dead && this.pausedUntil <= this.world.time;
  }

  get now(): number {
    return this.#zero + this.world.time * this.#rate;
  }

  realTime(own: number): number {
    return (own - this.#zero) / this.#rate;
  }

  /** Until when it takes itself for the owner of a session, on the simulation's clock. */
  holdsUntil(session: string): number {
    return this.dead
      ? Number.NEGATIVE_INFINITY
      : (this.permits.get(session)?.until ?? Number.NEGATIVE_INFINITY);
  }

  async open(id: string): Promise<void> {
    const permit = new SimPermit(this);
    this.permits.set(id, permit);
    await this.lease.register(entryOf(id), '{}', permit).catch(() => undefined);
  }

  async giveUp(id: string): Promise<void> {
    const fence = this.lease.fence(id);
    if (fence === undefined) return;
    // Silent first.
    this.permits.get(id)?.revoke();
    this.permits.delete(id);
    this.lease.remove(id);
    await this.#broker.release(id, fence).catch(() => undefined);
  }

  async #registerAll(known = new Set<string>()): Promise<void> {
    for (const id of this.lease.sessions) {
      const permit = this.permits.get(id);
      if (known.has(id) || permit === undefined) continue;
      await this.lease.register(entryOf(id), '{}', permit).catch(() => undefined);
      if (this.lease.fence(id) === undefined) this.permits.delete(id);
    }
  }

  #look(): void {
    this.world.at(this.world.time + LOOK_MS / 1000, this, () => {
      void this.#lookAround().catch(() => undefined);
      this.#look();
    });
  }

  async #lookAround(): Promise<void> {
    const hosts = await this.#broker.hosts();
    this.lease.saw(hosts);
    const overdue = new Set(this.lease.overdue(hosts).map(({ id }) => id));
    for (const { id, holds } of hosts) {
      const dead = !holds && this.#isDead(id);
      if (dead || overdue.has(id)) this.#claimAll(await this.#broker.sessions(id), dead);
    }
    this.#claimAll(await this.#broker.sessions(null));
    const own = await this.#broker.sessions(this.id);
    this.#claimAll(own);
    await this.#registerAll(new Set(own.map(({ id }) => id)));
  }

  #isDead(id: string): boolean {
    const host = this.world.hosts.find((one) => one.id === id);
    return host?.dead === true && this.world.shows(host);
  }

  #claimAll(sessions: readonly ClusterSession[], dead = false): void {
    for (const session of sessions) {
      if (this.#claiming.has(session.id) || this.lease.fence(session.id) !== undefined) continue;
      const permit = new SimPermit(this);
      this.#claiming.add(session.id);
      void this.lease
        .claim(session, permit, dead)
        .then(
          (fence) => {
            if (fence !== null && this.lease.fence(session.id) === fence)
              this.permits.set(session.id, permit);
          },
          () => undefined,
        )
        .finally(() => this.#claiming.delete(session.id));
    }
  }

  #ask(id: string): Promise<Alive | null> {
    const other = this.world.hosts.find((one) => one.id === id);
    const there = () => other !== undefined && !other.dead && this.world.reaches(this.id, id);
    return this.world
      .exchange(this, ASK_MS / 1000, there, () => other!.lease.answer(this.id), other ?? null)
      .catch(() => null);
  }
}

const entryOf = (id: string): SessionEntry => ({
  ...{ id, name: id, mode: 'duet', phase: 'waiting', clients: 0, openedAt: '2026-01-01T00:00:00Z' },
  ...{ plugin: { id: 'p', name: 'P' }, model: { id: 'm', name: 'M' }, take: null },
});
