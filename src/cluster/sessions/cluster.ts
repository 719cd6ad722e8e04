import { randomBytes } from 'node:crypto';
import { ContinuoError } from '../../errors.js';
import { monotonic } from '../../host/live/clock.js';
import type { LiveOptions, LiveSession } from '../../host/live/live-session.js';
import { Permit } from '../../host/live/permit.js';
import { isGone, ownPlace } from '../../host/program-mark.js';
import type { Sessions } from '../../host/sessions/sessions.js';
import type { ResumeFrom } from '../../host/states/saved-state.js';
import type { ResumableTakes } from '../../host/takes/library/control.js';
import { PEER_HEADER } from '../../protocol/hosts-protocol.js';
import type { Broker, ClusterSession, HostEntry } from '../broker/control.js';
import { RedisBroker } from '../broker/redis-broker.js';
import { answersOverHttp, askOverHttp } from '../membership/alive.js';
import { Deaths } from '../membership/deaths.js';
import { HostLease, type LeaseState } from '../membership/host-lease.js';
import { LOOK_MS } from '../timing.js';
import { askPeer } from './ask-peer.js';
import { ClusterView } from './cluster-view.js';
import { drain } from './drain.js';
import { OwnedSessions } from './owned-sessions.js';
import { SharedSessions } from './shared-sessions.js';
import { Standby } from './standby.js';
import { type TakeOver, Takeovers } from './takeovers.js';

export interface ClusterOptions {
  /** Of the broker. */
  readonly url: string;
  /** Name of the cluster. */
  readonly cluster: string;
  /** Name of this host. */
  readonly name: string;
  readonly token: string | undefined;
  /** This host's own sessions. */
  readonly sessions: Sessions<LiveSession>;
  /** How this host was started. */
  readonly base: LiveOptions;
  /** The takes of this host, which also earlier runs of it wrote. */
  readonly takes: Pick<ResumableTakes, 'stateOf'>;
  readonly listener: ClusterListener;
}

/** What the one who runs the host is told. */
export interface ClusterListener {
  readonly state: (state: LeaseState) => void;
  readonly took: (takeOver: TakeOver) => void;
  /** Another host has a session of this one, which was let go of. */
  readonly lost: (name: string) => void;
  /** Something of a session cannot be published, or it cannot be taken over. */
  readonly failed: (session: { readonly id: string; readonly name: string }, error: unknown) => void;
}

/** Silent until it is known whose the sessions are. */
const SILENT: readonly LeaseState[] = ['lapsed', 'cutOff'];

/** A host's part in a cluster: its lease, what it publishes, what it takes over, and the directory of all sessions. */
export class Cluster {
  readonly #view: ClusterView;
  readonly #lease: HostLease;
  readonly #deaths: Deaths;
  readonly #program = ownPlace();
  readonly directory: SharedSessions;
  #owned: OwnedSessions | null = null;
  #takeovers: Takeovers | null = null;
  #standby: Standby | null = null;
  #address = '';
  #leaving = false;
  #looking: NodeJS.Timeout | undefined;

  private constructor(
    private readonly options: ClusterOptions,
    private readonly broker: Broker,
    private readonly id: string,
    private readonly secret: string,
  ) {
    this.#view = new ClusterView(broker);
    const headers = { [PEER_HEADER]: secret };
    const answers = answersOverHttp(id, headers);
    this.#deaths = new Deaths({
      isGone: ({ program }) => program !== undefined && isGone(program, this.#program),
      whoAnswers: async (address) => (await answers(address))?.host ?? null,
      now: () => 1000 * monotonic(),
    });
    this.#lease = new HostLease(
      {
        ...{ now: monotonic, broker, entry: () => this.#entry },
        ask: askOverHttp(this.id, headers),
        after: (ms, act) => {
          const timer = setTimeout(act, ms);
          return () => clearTimeout(timer);
        },
      },
      {
        state: (state) => this.#stateIs(state),
        lost: (ids) => {
          for (const id of ids) this.#owned?.lost(id);
        },
        anew: () => void this.#anew(),
      },
    );
    this.directory = new SharedSessions({
      ...{ here: this.id, view: this.#view, secret },
      own: {
        directory: options.sessions,
        give: (id, to) => this.#give(id, to),
        offeredElsewhere: (id) => options.sessions.offeredElsewhere(id),
      },
      alive: (from) => this.#lease.answer(from),
      ask: (address, ask) => askPeer({ address, token: options.token, secret }, ask),
    });
  }

  /** Connects to the broker. Throws CLUSTER_ADDRESS, CLUSTER_UNREACHABLE, CLUSTER_BROKEN. */
  static async open(options: ClusterOptions): Promise<Cluster> {
    const host = randomBytes(8).toString('hex');
    // A session has a permit from its first moment on.
    if (options.base.resources) options.base.resources.permits = () => new Permit();
    const broker = await RedisBroker.open({ url: options.url, cluster: options.cluster, host });
    try {
      const secret = await broker.secret(randomBytes(24).toString('base64url'));
      const cluster = new Cluster(options, broker, host, secret);
      await cluster.#view.readAll();
      return cluster;
    } catch (error) {
      await broker.close();
      throw error;
    }
  }

  /** Takes part from now on, at this address: publishes this host's sessions, and takes over others. Throws CLUSTER_UNREACHABLE. */
  async join(address: string): Promise<void> {
    const { sessions, base, listener, name } = this.options;
    this.#address = address;
    const { id: here, broker } = this;
    await this.#lease.start();
    if (this.#lease.state === 'joining') throw unreachable(name);
    await this.#view.readAll();
    const failed = ({ id, entry }: ClusterSession, error: unknown) =>
      listener.failed({ id, name: entry.name }, error);
    this.#owned = new OwnedSessions({
      ...{ directory: sessions, broker, lease: this.#lease },
      lost: (entry) => listener.lost(entry.name),
      failed: (id, error) => listener.failed({ id, name: this.#nameOf(id) }, error),
    });
    this.#takeovers = new Takeovers({
      ...{ here, broker, view: this.#view, owned: this.#owned, lease: this.#lease, base, failed },
      isDead: (host) => this.#deaths.has(host),
      fromTake: (session) => this.#fromTake(session),
      room: () => (this.#leaving ? 0 : this.#entry.room),
      took: (session, takeOver) => this.#took(session, takeOver),
      now: () => 1000 * monotonic(),
    });
    const look = () => void this.#look();
    this.#looking = setInterval(look, LOOK_MS);
    this.#view.listen({ sessions: look, hosts: look });
    const standby = new Standby(base);
    this.#standby = standby;
    const ready = (ids: Iterable<string>) => {
      for (const id of ids) {
        const known = this.#view.sessions.get(id);
        if (known) void standby.readyFor(known.entry);
      }
    };
    ready(this.#view.sessions.keys());
    this.#view.listen({ sessions: ready, hosts: () => {} });
  }

  /** Whether the cluster has sessions. */
  get hasSessions(): boolean {
    return this.#view.sessions.size > 0;
  }

  /** Whether the cluster has a session of this id, wherever it is. */
  has(id: string): boolean {
    return this.#view.sessions.has(id);
  }

  /** What this host costs the broker, and what it cannot take over. */
  figures(): {
    readonly sent: number;
    readonly published: number;
    readonly refused: ReadonlyMap<string, string>;
  } {
    return {
      sent: this.broker.sent,
      published: this.#owned?.bytes ?? 0,
      refused: this.#takeovers?.refused ?? new Map(),
    };
  }

  /** Gives up all sessions of this host, each between two phrases; it takes none any more. */
  async drain(): Promise<void> {
    this.#leaving = true;
    this.directory.leaves();
    const owned = this.#owned;
    if (owned === null) return;
    // The others learn that there is no room here, and that they are to take over.
    this.#lease.hurry();
    await drain(this.options.sessions, (id) =>
      owned.give(id).catch((error) => this.#failedToGive(id, error)),
    );
  }

  /** Leaves: what it still has may be claimed at once. */
  async close(): Promise<void> {
    clearInterval(this.#looking);
    await this.#takeovers?.close();
    await this.#standby?.close();
    this.#owned?.close();
    this.directory.unsubscribe();
    this.#view.close();
    this.#lease.stop();
    await this.broker.leave().catch(() => undefined);
    await this.broker.close();
  }

  get #entry(): HostEntry {
    const { sessions, name, base } = this.options;
    const has = sessions.list().length;
    const room = Math.max(0, Math.min(base.resources?.pool.room ?? 0, sessions.most - has));
    return {
      ...{ id: this.id, name, address: this.#address, sessions: has },
      room: this.#leaving ? 0 : room,
      ...(this.#program && { program: this.#program }),
    };
  }

  #nameOf(id: string): string {
    return this.directory.list().find((entry) => entry.id === id)?.name ?? id;
  }

  async #look(): Promise<void> {
    try {
      const hosts = await this.broker.hosts();
      this.#lease.saw(hosts);
      this.#view.hostsAre(hosts);
      // Who has to be asked directly is dead by a later look.
      void this.#deaths.look(hosts);
      if (!this.#leaving) await this.#takeovers?.look();
    } catch {
      // The lease says so.
    }
  }

  /** An earlier run of this host may have played a session: its take can go further than what the broker was told. */
  async #fromTake({ id, entry }: ClusterSession): Promise<ResumeFrom | null> {
    const { sessions, takes } = this.options;
    const offer = sessions.offers.list().find((one) => one.id === id);
    if (offer === undefined || offer.take === null || offer.take !== entry.take) return null;
    // What the broker has will do.
    return takes.stateOf(offer.take).catch(() => null);
  }

  async #give(id: string, to: { readonly id: string; readonly name: string }): Promise<void> {
    await this.#owned?.give(id, { id: to.id, name: to.name });
  }

  #failedToGive(id: string, error: unknown): void {
    this.options.listener.failed({ id, name: this.#nameOf(id) }, error);
  }

  #took(session: LiveSession, takeOver: TakeOver): void {
    session.tell('SESSION_TAKEN_OVER', takenOver(takeOver, this.options.name));
    this.options.listener.took(takeOver);
  }

  /** The broker has lost what it knew. */
  async #anew(): Promise<void> {
    await this.broker.secret(this.secret).catch(() => undefined);
    await this.#owned?.anew();
  }

  #stateIs(state: LeaseState): void {
    const { sessions, listener } = this.options;
    sessions.silence(SILENT.includes(state));
    const notice = NOTICES[state];
    for (const { id } of notice ? sessions.list() : []) sessions.get(id).tell(notice!.code, notice!.message);
    // What was not sent meanwhile is sent now.
    if (state === 'holds') void this.#owned?.back();
    listener.state(state);
  }
}

/** What a panel is told. */
const NOTICES: Partial<Record<LeaseState, { readonly code: string; readonly message: string }>> = {
  playsOn: {
    code: 'CLUSTER_BROKER_GONE',
    message:
      'The broker of the cluster does not answer. The music plays on here; until it is back, no other host can go on with this session.',
  },
  cutOff: {
    code: 'CLUSTER_CUT_OFF',
    message:
      'This host reaches neither the broker of the cluster nor all other hosts. Another one may play this session now, so it is silent here until that is known.',
  },
};

function takenOver({ from }: TakeOver, here: string): string {
  const before = from === null ? 'another host' : `the host ${from}`;
  return `This session was played by ${before}, and goes on in ${here} from what it had heard. What was played in the last tenth of a second may be lost.`;
}

function unreachable(name: string): ContinuoError {
  return new ContinuoError(
    'CLUSTER_UNREACHABLE',
    `The host ${name} could not join the cluster: its broker does not answer any more.`,
    'Look whether the Redis or Valkey server runs, and start the host again.',
  );
}
