import { ContinuoError } from '../errors.js';
import type { Seconds } from '../music/units.js';
import { ClockSync } from './clock-sync.js';
import { Connection, type Protocol, type Said } from './connection.js';
import { Emitter } from './emitter.js';
import { asError, type HostError, Requests } from './requests.js';
import type { Surroundings } from './surroundings.js';

/** A message of either side. */
interface Message {
  readonly type: string;
}

/** What every client emits; `M`: what its host says. */
export interface LineEvents<M> {
  /** Every message, as it came. */
  readonly message: M;
  /** The host refused something that was no request, such as a note. */
  readonly refused: ContinuoError;
  /** The connection is lost, or could not be opened; it is tried again. */
  readonly lost: undefined;
  /** What the client was connected to is gone, and it tries no more: why. */
  readonly ended: ContinuoError;
  /** A message that this client does not understand, from a newer host: what is wrong with it. */
  readonly unreadable: unknown;
  /** The hosts of the cluster, after each change. */
  readonly hosts: readonly ClusterHost[];
  /** The clock was compared with the host's. */
  readonly clock: undefined;
}

/** What a host says of its cluster. */
interface OfCluster {
  readonly hosts?: readonly ClusterHost[];
  readonly token?: string;
  readonly session?: string;
}

/** Where the hosts of a cluster are, as a client knows. */
interface Whereabouts {
  readonly hosts: readonly ClusterHost[];
  readonly token: string | undefined;
  readonly at: string | undefined;
}

/** A host of a cluster, as it tells of itself. */
export interface ClusterHost {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  /** It is the one that says so; of a session: the one that has it. */
  readonly here?: true;
}

type Refusal = HostError & { readonly type: 'error'; readonly request?: number };

/**
 * A client over one WebSocket of a host: its connection, which comes back by itself, its clock, its requests, and what it emits. A
 * request is a promise; it rejects with a `ContinuoError`, whose code is the host's or CONNECTION_LOST.
 */
export abstract class LineClient<
  FromHost extends Message,
  ToHost extends object,
  Events extends LineEvents<Said<FromHost>>,
> {
  protected readonly events = new Emitter<Events & LineEvents<Said<FromHost>>>();
  protected readonly requests = new Requests<Said<FromHost>>();
  readonly #clock = new ClockSync();
  readonly #connection: Connection<FromHost, ToHost>;
  readonly #welcome: FromHost['type'];
  #connected = false;
  #moved = false;
  #hosts: readonly ClusterHost[] = [];
  #token: string | undefined;
  /** What was refused last: why the host ends a connection. */
  #refused: ContinuoError | undefined;

  constructor(
    readonly around: Surroundings,
    protocol: Protocol<FromHost>,
  ) {
    this.#welcome = protocol.welcome;
    this.#connection = new Connection(protocol, around, {
      message: (message) => this.#receive(message),
      lost: (moved) => {
        this.#moved = moved;
        this.#drop(moved ? this.#refused : undefined);
        this.#emit('lost', undefined);
      },
      ended: () => {
        this.#drop();
        this.#emit('ended', this.#refused ?? gone());
      },
      pong: (sent, received, time) => {
        this.#clock.add(sent, received, time);
        this.#emit('clock', undefined);
      },
      unreadable: (error) => this.#emit('unreadable', error),
    });
  }

  /** Begins with what another client of the cluster has learnt of its hosts, and where that is connected. Before {@link open}. */
  startAt(other: { readonly whereabouts: Whereabouts }): void {
    const { hosts, token, at } = other.whereabouts;
    this.#know({ hosts, ...(token !== undefined && { token }) });
    this.#connection.startAt({ at });
  }

  /** What {@link startAt} takes over. */
  get whereabouts(): Whereabouts {
    return { hosts: this.#hosts, token: this.#token, at: this.#connection.at };
  }

  /** Connects, and keeps connecting until {@link close}. The functions `connect…` have called it. */
  open(): void {
    this.#connection.open();
  }

  /** Tries again now, rather than after the wait or, once it has `ended`, not at all. */
  retry(): void {
    this.#connection.retry();
  }

  /** Leaves: the host releases what this client holds, and pending requests reject. Nothing is emitted any more. */
  close(): void {
    this.#connection.close();
    this.#drop();
  }

  /** Calls back at each event of that name. Returns a function that ends it. */
  on<Name extends keyof Events>(name: Name, listener: (value: Events[Name]) => void): () => void {
    return this.events.on(name, listener as never);
  }

  /** The next event of that name for which `fits` (default: any). Rejects with the signal's reason. */
  next<Name extends keyof Events>(
    name: Name,
    fits: (value: Events[Name]) => boolean = () => true,
    signal?: AbortSignal,
  ): Promise<Events[Name]> {
    return this.events.next(name, fits as never, signal) as Promise<Events[Name]>;
  }

  /** Whether the host has welcomed this client and the line has held since. */
  get connected(): boolean {
    return this.#connected;
  }

  /** Whether it is on its way to another host of the cluster, or back to its own: it need not be told, and is there in a moment. */
  get moving(): boolean {
    return !this.#connected && (this.#moved || this.#connection.several);
  }

  /** The hosts of the cluster; empty: the host is in none. */
  get hosts(): readonly ClusterHost[] {
    return this.#hosts;
  }

  /** The host's time now (of a session: the session's), as estimated by this machine. */
  now(): Seconds {
    return this.#clock.toSession(this.around.now());
  }

  /** The host's time at a local one (`performance.now() / 1000`). */
  toSession(local: Seconds): Seconds {
    return this.#clock.toSession(local);
  }

  /** The local time at one of the host. */
  toLocal(session: Seconds): Seconds {
    return this.#clock.toLocal(session);
  }

  /** The shortest recent round trip to the host; undefined before the first. */
  get roundTrip(): Seconds | undefined {
    return this.#clock.roundTrip;
  }

  /**
   * Sends a message as it is; its answers come as `message`. Whoever numbers requests takes numbers below 2^32. Returns whether it was
   * sent: without a connection it is not, nor later.
   */
  send(message: ToHost): boolean {
    return this.#connected && this.#connection.send(message);
  }

  /** Takes in a message, after {@link LineEvents.message} was emitted. */
  protected abstract receive(message: Said<FromHost>): void;

  /** A welcome, before it is emitted. The first of a connection (`again`: false) may give the host's time. */
  protected abstract welcomed(message: Said<FromHost>, again: boolean): Seconds | undefined;

  /** Whether a refusal answers something that has no number. */
  protected answersUnnumbered(_refusal: Refusal & { readonly about?: string }): boolean {
    return false;
  }

  /** The connection is lost: what waits for an answer gets none. */
  protected dropped(): void {}

  #receive(message: Said<FromHost>): void {
    if (message.type === this.#welcome) {
      const again = this.#connected;
      this.#connected = true;
      const time = this.welcomed(message, again);
      if (!again && time !== undefined) this.#clock.restart(this.around.now(), time);
    }
    this.#learn(message);
    this.#emit('message', message);
    if (isRefusal(message)) this.#refuse(message);
    else this.receive(message);
  }

  /** Takes in what a welcome, or `hosts`, says of the cluster. */
  #learn(message: Message & OfCluster): void {
    if (message.type !== this.#welcome && message.type !== 'hosts') return;
    const told = JSON.stringify(this.#hosts);
    this.#know(message);
    if (JSON.stringify(this.#hosts) !== told) this.#emit('hosts', this.#hosts);
  }

  #know({ hosts = [], token, session }: OfCluster): void {
    this.#hosts = hosts;
    this.#token = token ?? this.#token;
    const known = { ...(token !== undefined && { token }), ...(session !== undefined && { session }) };
    this.#connection.clusterIs(
      hosts.map(({ address }) => address),
      known,
    );
  }

  #refuse(refusal: Refusal): void {
    if (refusal.request !== undefined && this.requests.refuse(refusal.request, refusal)) return;
    if (this.answersUnnumbered(refusal)) return;
    this.#refused = asError(refusal);
    // It connects again by itself.
    if (refusal.code !== 'SESSION_MOVED') this.#emit('refused', this.#refused);
  }

  #drop(why?: ContinuoError): void {
    this.#connected = false;
    this.requests.lost(why);
    this.dropped();
  }

  #emit<Name extends keyof LineEvents<Said<FromHost>>>(
    name: Name,
    value: LineEvents<Said<FromHost>>[Name],
  ): void {
    this.events.emit(name, value as never);
  }
}

function isRefusal(message: Message): message is Refusal {
  return message.type === 'error';
}

function gone(): ContinuoError {
  return new ContinuoError('SESSION_CLOSED', 'The session was closed.');
}
