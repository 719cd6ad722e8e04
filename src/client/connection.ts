import type { Seconds } from '../music/units.js';
import type { Socket, Surroundings, Target } from './surroundings.js';
import { Ways } from './ways.js';

/** What both sides say over a connection. */
export interface Protocol<FromHost extends { readonly type: string }> {
  readonly version: number;
  /** Messages of the host, read loosely: a newer one may say more. */
  readonly fromHost: {
    safeParse(json: unknown): { readonly data?: FromHost | undefined; readonly error?: unknown };
  };
  /** The answer to `hello`. */
  readonly welcome: FromHost['type'];
  /** The code with which the host closes what is gone: there it is not tried again. */
  readonly gone: number;
  /** The code with which it closes what went to another host: there it is tried again at once. */
  readonly moved: number;
}

type Pong = { readonly type: 'pong'; readonly id: number; readonly time: Seconds };

/** What the host says besides the answers to pings, which the connection keeps to itself. */
export type Said<FromHost> = Exclude<FromHost, { readonly type: 'pong' }>;

export interface Listener<FromHost> {
  message(message: Said<FromHost>): void;
  /** The connection is lost, or could not be opened; it tries again by itself. `moved`: what it was connected to went to another host. */
  lost(moved: boolean): void;
  /** What it was connected to is gone, and it tries no more unless it is told to. */
  ended(): void;
  /** A ping left and its answer came (both local), with the host's time. */
  pong(sent: Seconds, received: Seconds, time: Seconds): void;
  /** The host said something that this client does not know. */
  unreadable(error: unknown): void;
}

const OPEN = 1;
/** A host that does not answer pings for this long is gone, whatever the socket's state; where others are known, sooner. */
const SILENCE: Seconds = 6;
const SILENCE_OF_SEVERAL: Seconds = 3;
const PING_EVERY: Seconds = 1;
/** A host that does not accept the connection for this long is not there; the same. */
const OPENING: Seconds = 5;
const OPENING_OF_SEVERAL: Seconds = 0.8;
/** The first pings come quickly, to synchronise the clock. */
const FIRST_PINGS = 6;
const FIRST_PING_EVERY: Seconds = 0.1;

/** The connection to the host: says hello, synchronises the clock, and reconnects when it breaks. */
export class Connection<FromHost extends { readonly type: string }, ToHost extends object> {
  #socket: Socket | undefined;
  readonly #ways = new Ways();
  #known: Omit<Target, 'host'> = {};
  #cancelTimer = () => {};
  #pings = new Map<number, Seconds>();
  #pingId = 0;
  #heard: Seconds = 0;
  #closed = false;

  constructor(
    readonly protocol: Protocol<FromHost>,
    readonly around: Surroundings,
    readonly listener: Listener<FromHost>,
  ) {}

  open(): void {
    const { at: host, several } = this.#ways;
    const socket = this.#connect(host);
    if (socket === undefined) return;
    this.#socket = socket;
    this.#cancelTimer = this.around.after(several ? OPENING_OF_SEVERAL : OPENING, () => {
      socket.close();
      this.#lose();
    });
    socket.addEventListener('open', () => {
      if (socket !== this.#socket) return;
      this.#cancelTimer();
      this.#heard = this.around.now();
      this.#say({ type: 'hello', version: this.protocol.version });
      this.#pingId = 0;
      this.#ping();
    });
    socket.addEventListener('message', ({ data }) => {
      if (socket === this.#socket) this.#receive(String(data));
    });
    socket.addEventListener('close', ({ code }) => {
      if (socket !== this.#socket) return;
      if (code === this.protocol.gone) this.#end();
      else this.#lose(code === this.protocol.moved);
    });
    // The package ws throws an error that nobody listens to; `close` follows it.
    socket.addEventListener('error', () => {});
  }

  /** Sends now, or returns false: nothing is queued, since what was played while offline is over. */
  send(message: ToHost): boolean {
    return this.#say(message);
  }

  /** What the host said of the cluster: the addresses of its hosts, the token that they ask for, the session that this is. */
  clusterIs(addresses: readonly string[], known: Omit<Target, 'host'>): void {
    this.#ways.hostsAre(addresses);
    this.#known = { ...this.#known, ...known };
  }

  /** Begins where another client of the cluster is connected. */
  startAt(other: { readonly at: string | undefined }): void {
    this.#ways.begin(other.at);
  }

  /** The address of the host that it is connected to, or tries; undefined: what it was given. */
  get at(): string | undefined {
    return this.#ways.at;
  }

  /** Whether another host may take this one's place. */
  get several(): boolean {
    return this.#ways.several;
  }

  /** Reconnects now instead of after the wait, or of not at all. */
  retry(): void {
    if (this.#socket !== undefined || this.#closed) return;
    this.#cancelTimer();
    this.#ways.restart();
    this.open();
  }

  /** Ends the connection for good; the listener hears no more of it. */
  close(): void {
    this.#closed = true;
    this.#cancelTimer();
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }

  #connect(host: string | undefined): Socket | undefined {
    if (host === undefined) return this.around.connect(this.#known);
    try {
      return this.around.connect({ ...this.#known, host });
    } catch {
      // A browser may not let a page connect there (mixed content): then it is another host's turn.
      this.#lose();
      return undefined;
    }
  }

  #say(message: object): boolean {
    if (this.#socket?.readyState !== OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  #receive(text: string): void {
    this.#heard = this.around.now();
    const { data: message, error } = this.#read(text);
    if (message === undefined) {
      this.listener.unreadable(error);
      return;
    }
    if (isPong(message)) {
      const sent = this.#pings.get(message.id);
      this.#pings.delete(message.id);
      if (sent !== undefined) this.listener.pong(sent, this.#heard, message.time);
      return;
    }
    if (message.type === this.protocol.welcome) this.#ways.welcomed();
    this.listener.message(message as Said<FromHost>);
  }

  #read(text: string): { readonly data?: FromHost | undefined; readonly error?: unknown } {
    try {
      return this.protocol.fromHost.safeParse(JSON.parse(text));
    } catch (error) {
      return { error };
    }
  }

  #ping(): void {
    const now = this.around.now();
    if (now - this.#heard > (this.several ? SILENCE_OF_SEVERAL : SILENCE)) {
      this.#socket?.close();
      this.#lose();
      return;
    }
    const id = this.#pingId++;
    this.#pings.set(id, now);
    this.#say({ type: 'ping', id });
    this.#cancelTimer = this.around.after(id < FIRST_PINGS ? FIRST_PING_EVERY : PING_EVERY, () =>
      this.#ping(),
    );
  }

  #drop(): void {
    this.#cancelTimer();
    this.#socket = undefined;
    this.#pings.clear();
  }

  #end(): void {
    this.#drop();
    this.listener.ended();
  }

  #lose(moved = false): void {
    this.#drop();
    this.#cancelTimer = this.around.after(this.#ways.next(moved), () => this.open());
    this.listener.lost(moved);
  }
}

function isPong(message: { readonly type: string }): message is Pong {
  return message.type === 'pong';
}
