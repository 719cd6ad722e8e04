import type { Seconds } from '../../../src/music/units.js';
import {
  type ClientMessage,
  PROTOCOL_VERSION,
  type ServerMessage,
  serverMessage,
} from '../../../src/protocol/session-protocol.js';

/** The parts of a WebSocket that are used. */
export type Socket = Pick<WebSocket, 'send' | 'close' | 'readyState' | 'addEventListener'>;

/** The environment of the connection: sockets, clock, timers. */
export interface Surroundings {
  connect(): Socket;
  /** Local time, monotonic. */
  now(): Seconds;
  /** Calls back once; returns a function that cancels it. */
  after(delay: Seconds, callback: () => void): () => void;
}

export interface Listener {
  message(message: Exclude<ServerMessage, { type: 'pong' }>): void;
  /** The connection is lost; it reconnects by itself. */
  lost(): void;
}

const OPEN = 1;
const FIRST_WAIT: Seconds = 0.25;
const LONGEST_WAIT: Seconds = 5;
/** A host that does not answer pings for this long is gone, whatever the socket's state. */
const SILENCE: Seconds = 6;
const PING_EVERY: Seconds = 1;
/** A host that does not accept the connection for this long is not there. */
const OPENING: Seconds = 5;
/** The first pings come quickly, to synchronise the clock. */
const FIRST_PINGS = 6;
const FIRST_PING_EVERY: Seconds = 0.1;

/** The connection to the host: says hello, synchronises the clock, and reconnects when it breaks. */
export class Connection {
  #socket: Socket | undefined;
  #wait = FIRST_WAIT;
  #cancelTimer = () => {};
  #pings = new Map<number, Seconds>();
  #pingId = 0;
  #heard: Seconds = 0;

  constructor(
    readonly around: Surroundings,
    readonly listener: Listener,
    readonly pong: (sent: Seconds, received: Seconds, sessionTime: Seconds) => void,
  ) {}

  open(): void {
    const socket = this.around.connect();
    this.#socket = socket;
    this.#cancelTimer = this.around.after(OPENING, () => {
      socket.close();
      this.#lose();
    });
    socket.addEventListener('open', () => {
      if (socket !== this.#socket) return;
      this.#cancelTimer();
      this.#heard = this.around.now();
      this.send({ type: 'hello', version: PROTOCOL_VERSION });
      this.#pingId = 0;
      this.#ping();
    });
    socket.addEventListener('message', ({ data }) => {
      if (socket === this.#socket) this.#receive(String(data));
    });
    socket.addEventListener('close', () => {
      if (socket === this.#socket) this.#lose();
    });
  }

  /** Sends now, or returns false: nothing is queued, since what was played while offline is over. */
  send(message: ClientMessage): boolean {
    if (this.#socket?.readyState !== OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  /** Reconnects now instead of after the wait. */
  retry(): void {
    if (this.#socket !== undefined) return;
    this.#cancelTimer();
    this.#wait = FIRST_WAIT;
    this.open();
  }

  #receive(text: string): void {
    this.#heard = this.around.now();
    const { data: message, error } = serverMessage.safeParse(JSON.parse(text));
    if (message === undefined) {
      // A newer host may send messages that this panel does not know.
      console.warn('A message of the host was not understood.', error);
      return;
    }
    if (message.type === 'pong') {
      const sent = this.#pings.get(message.id);
      this.#pings.delete(message.id);
      if (sent !== undefined) this.pong(sent, this.#heard, message.time);
      return;
    }
    if (message.type === 'welcome') this.#wait = FIRST_WAIT;
    this.listener.message(message);
  }

  #ping(): void {
    const now = this.around.now();
    if (now - this.#heard > SILENCE) {
      this.#socket?.close();
      this.#lose();
      return;
    }
    const id = this.#pingId++;
    this.#pings.set(id, now);
    this.send({ type: 'ping', id });
    this.#cancelTimer = this.around.after(id < FIRST_PINGS ? FIRST_PING_EVERY : PING_EVERY, () =>
      this.#ping(),
    );
  }

  #lose(): void {
    this.#cancelTimer();
    this.#socket = undefined;
    this.#pings.clear();
    this.listener.lost();
    this.#cancelTimer = this.around.after(this.#wait, () => this.open());
    this.#wait = Math.min(LONGEST_WAIT, this.#wait * 2);
  }
}
