import { ContinuoError } from '../../errors.js';
import type { SessionEntry } from '../../host/sessions/control.js';
import type { Seconds } from '../../music/units.js';
import type { Broker, ClusterSession, HostEntry, HostSeen, Renewal } from '../broker/control.js';
import { LEASE_MS, MARGIN_MS, RENEW_MS } from '../timing.js';
import { type Alive, type Ask, type Asked, seconds, type Took } from './alive.js';
import { Claims } from './claims.js';
import { type Holding, Holdings } from './holdings.js';
import { KnownPeers } from './known-peers.js';

/**
 * - `joining`: the broker has not answered yet.
 * - `holds`: the broker has confirmed that this host's sessions are its own.
 * - `playsOn`: the broker is gone, for all other hosts too: nobody can claim anything.
 * - `lapsed`: this process stood still, or nobody answered for too long. Its sessions are silent until it is known whose they are.
 * - `cutOff`: the broker cannot be reached, and a host that could claim has it or does not answer. The sessions are silent.
 */
export type LeaseState = 'joining' | 'holds' | 'playsOn' | 'lapsed' | 'cutOff';

/** What a lease needs of the world; a test has one of its own. */
export interface LeaseWorld {
  readonly now: () => Seconds;
  /** Calls back after so many milliseconds. Returns a function that cancels. */
  readonly after: (ms: number, act: () => void) => () => void;
  readonly broker: Pick<Broker, 'renew' | 'sessions' | 'session' | 'claim' | 'register' | 'subscribe'>;
  readonly ask: Ask;
  /** What is told of this host with each renewal. */
  readonly entry: () => HostEntry;
}

export interface LeaseListener {
  readonly state: (state: LeaseState) => void;
  /** These sessions belong to others, or may do so: their permits are revoked; they are to be closed here. */
  readonly lost: (ids: readonly string[]) => void;
  /** The broker was started anew and may have lost data: each session is to be registered again, and its state kept. */
  readonly anew: () => void;
}

const LEASE = seconds(LEASE_MS);
const MARGIN = seconds(MARGIN_MS);

/** While the broker is gone, the others are asked so often, in milliseconds: they may notice a little later that it is gone. */
const URGENT_MS = 60;

/** Sessions that are in doubt for so long after the broker lost its data, with a host that does not answer, are given up. */
const DOUBT: Seconds = 10;

/**
 * The lease of this host: which sessions it owns for certain, and until when. It renews at the broker, asks the others directly where it
 * cannot, extends the permits of its sessions, and claims. Of all that is asked, the answer counts from before the question was sent.
 */
export class HostLease {
  readonly #id: string;
  readonly #peers: KnownPeers;
  readonly #claims: Claims;
  readonly #holdings = new Holdings();
  /** Sessions that were claimed, or may have been. */
  readonly #took = new Map<string, Took>();
  /** Who may have claimed what is in doubt. */
  readonly #witnesses = new Map<string, Asked>();
  #state: LeaseState = 'joining';
  #until: Seconds = Number.NEGATIVE_INFINITY;
  #beat = 0;
  /** Grows whenever the lease has run out. */
  #term = 0;
  #doubtSince: Seconds = 0;
  /** Whether the last question to the broker was answered. */
  #reached = false;
  /** The broker at which this host's sessions were its own last. */
  #instance: string | null = null;
  #running: Promise<void> | null = null;
  #cancel: () => void = () => {};
  #stopped = false;
  readonly #unsubscribe: () => void;

  constructor(
    private readonly world: LeaseWorld,
    private readonly listener: LeaseListener,
  ) {
    this.#id = world.entry().id;
    this.#peers = new KnownPeers(this.#id);
    this.#claims = new Claims(this.#id);
    this.#unsubscribe = world.broker.subscribe((change) => {
      if (change.type === 'broker') this.hurry();
    });
  }

  get state(): LeaseState {
    return this.#state;
  }

  /** Until when it holds, on the monotonic clock. */
  get until(): Seconds {
    return this.#until;
  }

  /** The sessions of this host. */
  get sessions(): readonly string[] {
    return this.#holdings.ids;
  }

  /** The fence with which this host owns a session; undefined: it does not. */
  fence(id: string): number | undefined {
    return this.#holdings.get(id)?.fence;
  }

  /** Begins, and goes on until {@link stop}. Resolves once the others that are there may take over from this host. */
  async start(): Promise<void> {
    await this.#round();
    for (let tries = 0; tries < 3 && !this.#peers.settled; tries++) await this.#round();
  }

  /** It renews no more. What it holds runs out. */
  stop(): void {
    this.#stopped = true;
    this.#cancel();
    this.#unsubscribe();
  }

  /** Renews now. */
  hurry(): void {
    if (!this.#stopped && this.#running === null && this.#state !== 'joining') void this.#round();
  }

  // ---------------------------------------------------------------- sessions

  /**
   * Registers a session that was opened here, or again one of this host that the broker has lost; `permit` is its own. Where the broker
   * cannot be reached (CLUSTER_UNREACHABLE), or while it is in doubt whose it is, the session is this host's all the same: call it again
   * later. CLUSTER_FENCED: it has another owner.
   */
  async register(entry: SessionEntry, setup: string, permit: Holding['permit']): Promise<number> {
    const { id } = entry;
    if (this.#holdings.get(id) === undefined) {
      const sure = this.world.now() < this.#until;
      this.#holdings.add(id, { fence: 1, permit, sure, registered: false }, this.#until);
    }
    const holding = this.#holdings.get(id)!;
    if (!holding.sure) throw inDoubt(id);
    try {
      await this.world.broker.register(entry, setup, holding.registered ? holding.fence : undefined);
    } catch (error) {
      if (error instanceof ContinuoError && error.code === 'CLUSTER_FENCED') this.fenced(id);
      throw error;
    }
    holding.registered = true;
    return holding.fence;
  }

  /** Whether a session may be claimed, as far as is known without asking its owner. `dead`: as of {@link claim}. */
  mayClaim(session: ClusterSession, dead = false): boolean {
    const { id, owner, fence } = session;
    const took = this.#took.get(id);
    if (took !== undefined && owner !== this.#id && this.#holdings.get(id) === undefined) {
      // Another host has it, with the fence that this one was after or a later one: what this one tried did not happen, or is past.
      if (fence >= took.fence || took.instance !== this.#claims.instance) this.#took.delete(id);
    }
    return (
      this.#state === 'holds' &&
      this.#holdings.get(id) === undefined &&
      this.#claims.from(session, this.world.now(), dead) !== null
    );
  }

  /** The hosts whose leases have run out: their sessions can be looked at. */
  overdue(hosts: readonly HostSeen[]): HostSeen[] {
    return hosts.filter(({ id }) => id !== this.#id && this.#claims.isOver(id, this.world.now()));
  }

  /** How the hosts stand, as {@link Broker.hosts} has just listed them. Look often: a lease is counted from when a renewal is seen. */
  saw(hosts: readonly HostSeen[]): void {
    this.#claims.saw(hosts, this.world.now());
  }

  /**
   * Claims a session if that is allowed: its owner is asked first. Returns the fence, or null. `dead`: the owner's process is known to be
   * gone. Throws CLUSTER_UNREACHABLE where nobody knows how it ended.
   */
  async claim(session: ClusterSession, permit: Holding['permit'], dead = false): Promise<number | null> {
    const { id, owner, fence } = session;
    if (!this.mayClaim(session, dead)) return null;
    if (!dead && owner !== null && owner !== this.#id) {
      const host = this.#claims.host(owner);
      const said = host && (await this.world.ask(host));
      if (said && !said.silent) return null;
      if (!this.mayClaim(session)) return null;
    }
    if (this.#holdings.get(id) !== undefined || this.world.now() >= this.#until) return null;
    const from = this.#claims.from(session, this.world.now(), dead)!;
    const [term, before] = [this.#term, this.#took.get(id)];
    this.#took.set(id, { fence: fence + 1, instance: this.#claims.instance });
    const got = await this.world.broker.claim(id, from);
    if (got === null) {
      // It certainly did not happen.
      if (before === undefined) this.#took.delete(id);
      else this.#took.set(id, before);
      return null;
    }
    const sure = term === this.#term && this.world.now() < this.#until;
    this.#holdings.add(id, { fence: got, permit, sure, registered: true }, this.#until);
    return got;
  }

  /** The broker refused a write for this session (CLUSTER_FENCED): it is silent at once. */
  fenced(id: string): void {
    this.#holdings.drop(id);
  }

  /** The session was given up or closed here, and is silent. */
  remove(id: string): void {
    this.#holdings.remove(id);
  }

  /** Answers another host that asks directly. */
  answer(from: string | null): Alive {
    const now = this.world.now();
    const broker = this.#reached || this.#state === 'joining';
    if (!broker && from !== null) this.#claims.promised(from, now);
    // A host that another one misses looks for itself.
    if (broker && from !== null) this.hurry();
    return { host: this.#id, broker, silent: now >= this.#until, took: Object.fromEntries(this.#took) };
  }

  // ---------------------------------------------------------------- renewal

  #round(): Promise<void> {
    this.#cancel();
    const began = this.world.now();
    this.#running ??= this.#renew().finally(() => {
      this.#running = null;
      if (this.#stopped) return;
      const wait = (this.#reached ? RENEW_MS : URGENT_MS) - 1000 * (this.world.now() - began);
      this.#cancel = this.world.after(Math.max(0, wait), () => void this.#round());
    });
    return this.#running;
  }

  async #renew(): Promise<void> {
    const sent = this.world.now();
    this.#notice();
    const knows = this.#peers.send();
    for (const peer of this.#doubts ? this.#peers.toAsk() : []) this.#witnesses.set(peer.id, peer);
    let renewal: Renewal;
    try {
      renewal = await this.world.broker.renew(this.world.entry(), { beat: ++this.#beat, knows });
    } catch {
      this.#reached = false;
      return this.#without();
    }
    this.#reached = true;
    this.#notice();
    this.#peers.confirmed(knows, renewal.hosts);
    this.#claims.renewed(renewal, this.world.now());
    const anew = this.#instance !== null && this.#instance !== renewal.instance;
    if (!this.#extend(sent)) return;
    if (this.#doubts) {
      await this.#confirm(anew);
      // What was confirmed counts where the lease has not run out meanwhile.
      this.#notice();
      this.#holdings.extend(this.#until);
    }
    if (this.#doubts) return;
    this.#witnesses.clear();
    this.#instance = renewal.instance;
    this.#set('holds');
    if (anew) this.listener.anew();
  }

  get #doubts(): boolean {
    return this.#holdings.doubtful.length > 0;
  }

  /** Where the lease has run out, all that is held is in doubt. */
  #notice(): void {
    if (this.world.now() < this.#until || this.#until === Number.NEGATIVE_INFINITY) return;
    this.#until = Number.NEGATIVE_INFINITY;
    this.#term++;
    if (!this.#doubts) this.#doubtSince = this.world.now();
    this.#holdings.doubt();
    for (const peer of this.#peers.toAsk()) this.#witnesses.set(peer.id, peer);
    this.#set('lapsed');
  }

  /** Finds out which sessions are this host's still. `anew`: the broker may have forgotten who claimed. */
  async #confirm(anew: boolean): Promise<void> {
    if (!anew) return this.#confirmAtBroker().catch(() => undefined);
    const answers = await this.#askAll();
    const given = answers.filter((said) => said !== null);
    if (given.length === answers.length) this.#holdings.heard(given, this.#instance ?? '');
    else if (this.world.now() - this.#doubtSince < DOUBT) return;
    this.#lose(this.#holdings.doubtful.map(([id]) => id));
  }

  async #confirmAtBroker(): Promise<void> {
    const doubtful = this.#holdings.doubtful;
    const own = new Map((await this.world.broker.sessions(this.#id)).map(({ id, fence }) => [id, fence]));
    const lost: string[] = [];
    for (const [id, holding] of doubtful) {
      const unknown = !own.has(id) && !holding.registered && (await this.world.broker.session(id)) === null;
      if (unknown || own.get(id) === holding.fence) holding.sure = true;
      else lost.push(id);
    }
    this.#lose(lost);
  }

  #lose(ids: readonly string[]): void {
    for (const id of ids) this.#holdings.drop(id);
    if (ids.length > 0) this.listener.lost(ids);
  }

  /** The broker does not answer: the others decide whether this host plays on. */
  async #without(): Promise<void> {
    const asked = this.world.now();
    const answers = await this.#askAll();
    const given = answers.filter((said) => said !== null);
    this.#notice();
    if (given.length === answers.length && given.every(({ broker }) => !broker)) {
      this.#holdings.heard(given, this.#instance ?? '');
      if (!this.#extend(asked)) return;
      if (!this.#doubts) this.#witnesses.clear();
      this.#set('playsOn');
    } else if (this.world.now() >= this.#until) this.#set('cutOff');
  }

  #askAll(): Promise<(Alive | null)[]> {
    const all = new Map(this.#peers.toAsk().map((peer) => [peer.id, peer]));
    for (const [id, peer] of this.#witnesses) all.set(id, peer);
    return Promise.all([...all.values()].map((peer) => this.world.ask(peer)));
  }

  /** Extends what holds by a lease, counted from before the question was sent. Returns false where the answer came too late. */
  #extend(from: Seconds): boolean {
    const until = from + LEASE - MARGIN;
    if (this.world.now() >= until) {
      // What it confirmed may be over.
      this.#holdings.doubt();
      return false;
    }
    this.#until = until;
    this.#holdings.extend(until);
    return true;
  }

  #set(state: LeaseState): void {
    if (state === this.#state) return;
    this.#state = state;
    if (state !== 'holds') this.#claims.unreached();
    this.listener.state(state);
  }
}

const inDoubt = (id: string) =>
  new ContinuoError(
    'CLUSTER_UNREACHABLE',
    `This host was not heard of for a while, and finds out whether session ${id} is its own still.`,
  );
