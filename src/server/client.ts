import type { WebSocket } from 'ws';
import { ContinuoError } from '../errors.js';
import { exhausted } from '../exhausted.js';
import type { PieceControl } from '../host/compose/control.js';
import type { Hands, PlayerEvent, SessionControl } from '../host/live/session-control.js';
import type { Seconds } from '../music/units.js';
import { type ClientMessage, PROTOCOL_VERSION, type ServerMessage } from '../protocol/session-protocol.js';
import { ClientPieces } from './client-pieces.js';
import { readMessage } from './read-message.js';
import { TokenBucket } from './token-bucket.js';

/**
 * Rate limit in messages: ten fingers and a slider stay far below it, a runaway loop does not. A new client starts with `FIRST` of
 * them.
 */
const BURST = 400;
const PER_SECOND = 200;
const FIRST = 100;
/**
 * Rate limit, in messages, of requests that keep a worker, a port or this thread busy: opening a port, making a piece, a page of
 * music. Loading a model is not one: of several the session loads only the last.
 */
const HEAVY_BURST = 20;
const HEAVY_PER_SECOND = 4;
/** Hard limit: a client that sends more is not a panel and is disconnected. Ignored messages count, too. */
const HARD = {
  messages: { burst: 2000, perSecond: 1000 },
  bytes: { burst: 4 * 2 ** 20, perSecond: 2 ** 20 },
};
const HEAVY: ReadonlySet<ClientMessage['type']> = new Set([
  ...(['connect', 'makePiece', 'readPiece', 'exportPiece', 'earlier', 'watchNetwork'] as const),
]);
/** Refused messages until the connection is closed; one is forgiven each second. */
const STRIKES = 50;
/** A client with this many unread bytes is dropped: the music does not wait for it. */
const OUTGOING_LIMIT = 1024 * 1024;
/** A client with more unread bytes misses what the network does meanwhile. */
const WATCHING_LIMIT = 64 * 1024;
/** How far in the past a client may date a note: the longest delay on its way (of a busy machine). */
const LONGEST_WAY: Seconds = 1;

/** What a client needs of the hub. */
export interface Room {
  readonly session: SessionControl;
  readonly pieces: PieceControl;
  /** Admits the client after `hello`: it gets the whole state, and every event from now on. */
  welcome(client: Client): void;
  /** A page of the music that began before `before`. */
  earlier(before: Seconds): ServerMessage;
  /** A piece plays at this client for at most `seconds`; 0: it is over. */
  piecePlays(client: Client, seconds: Seconds): void;
  /** Shows what the network does, as a message; one that is `needed` should not be left out. Returns a function that ends it. */
  watchNetwork(show: (text: string, needed: boolean) => void): () => void;
  /** This client's share of the full rate, 0 to 1, so that all clients together stay within what a session can handle. */
  share(): number;
  /** Ports, or plugin and model, changed: tells all clients, then calls `then`. */
  portsChanged(then: () => void): void;
  sessionChanged(then: () => void): void;
  /** The client is gone. Called once. `parting`: its socket is still closing. */
  leave(client: Client, parting: boolean): void;
  /** Reports an internal error. */
  defect(error: unknown): void;
}

/** One connected panel: reads its messages, refuses invalid ones, and never blocks on it. */
export class Client {
  #greeted = false;
  #gone = false;
  #alive = true;
  #swept = false;
  readonly #hands: Hands;
  readonly #pieces: ClientPieces;
  readonly #rate: TokenBucket;
  readonly #heavy: TokenBucket;
  readonly #strikes: TokenBucket;
  readonly #hardMessages: TokenBucket;
  readonly #hardBytes: TokenBucket;
  /** Ends the watching of the network; null where it is not watched. */
  #unwatchNetwork: (() => void) | null = null;
  /** Bytes received until the last sweep. */
  #received = 0;

  constructor(
    readonly socket: WebSocket,
    readonly room: Room,
    /** The underlying connection, which counts all received bytes. */
    readonly wire?: { readonly bytesRead: number },
  ) {
    const now = room.session.now();
    this.#hands = room.session.hands();
    this.#pieces = new ClientPieces(
      room.pieces,
      (message) => this.send(message),
      (error, about) => this.#refuse(error, about),
    );
    this.#rate = new TokenBucket(BURST, PER_SECOND, now, FIRST);
    this.#heavy = new TokenBucket(HEAVY_BURST, HEAVY_PER_SECOND, now);
    this.#strikes = new TokenBucket(STRIKES, 1, now);
    this.#hardMessages = new TokenBucket(HARD.messages.burst, HARD.messages.perSecond, now);
    this.#hardBytes = new TokenBucket(HARD.bytes.burst, HARD.bytes.perSecond, now);
    this.#received = wire?.bytesRead ?? 0;
    socket.on('message', (data, binary) => this.#receive(data as Buffer, binary));
    socket.on('ping', () => this.#endure(0));
    socket.on('pong', () => {
      this.#alive = true;
      this.#endure(0);
    });
    // For a frame that is too large or malformed, ws closes with the right code (1009, 1002) by itself.
    socket.on('error', () => {});
    socket.on('close', () => this.#leave(false));
  }

  send(message: ServerMessage): void {
    this.sendText(JSON.stringify(message));
  }

  /** Sends a message serialised once for all clients. */
  sendText(text: string): void {
    if (this.#gone) return;
    if (this.socket.bufferedAmount + text.length > OUTGOING_LIMIT) this.drop();
    else this.socket.send(text);
  }

  /** Called every few seconds: drops a client that has not answered since the last call. */
  checkAlive(): void {
    if (this.#alive) {
      this.#alive = false;
      this.socket.ping();
    } else this.drop();
  }

  /** Called every few seconds: drops a client without a `hello` by the second call, and one that sends more than a panel would. */
  sweep(): void {
    const bytes = (this.wire?.bytesRead ?? 0) - this.#received;
    this.#received += bytes;
    // Messages were counted on arrival; other frames were not.
    if (bytes > HARD.bytes.burst) this.#expel();
    else if (!this.#greeted) {
      if (this.#swept) this.drop();
      this.#swept = true;
    }
  }

  close(code: number, reason: string): void {
    this.#leave(true);
    this.socket.close(code, reason);
  }

  drop(): void {
    this.#leave(false);
    this.socket.terminate();
  }

  #leave(parting: boolean): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#pieces.cancelAll();
    this.#watchNetwork(false);
    this.#hands.release();
    this.room.leave(this, parting);
  }

  /** Whether a message of this many bytes is within the hard limit; else the client is expelled. */
  #endure(bytes: number): boolean {
    const now = this.room.session.now();
    if (this.#hardMessages.take(now) && this.#hardBytes.take(now, bytes)) return true;
    this.#expel();
    return false;
  }

  /** Sends the reason and stops reading: closing takes a moment, in which a flood would go on. */
  #expel(): void {
    if (this.#gone) return;
    const { messages, bytes } = HARD;
    const most = `${messages.perSecond} messages and ${bytes.perSecond} bytes a second`;
    this.#tell(new ContinuoError('PROTOCOL_RATE', `This sends more than ${most}; it is let go.`));
    this.close(1008, 'PROTOCOL_RATE: more than any panel sends');
    this.socket.pause();
  }

  #receive(data: Buffer, binary: boolean): void {
    if (this.#gone || !this.#endure(data.length)) return;
    let message: ClientMessage | undefined;
    try {
      message = readMessage(data, binary);
      this.#obey(message);
    } catch (error) {
      this.#refuse(error, message);
    }
  }

  #obey(message: ClientMessage): void {
    const { session } = this.room;
    if (message.type === 'play' && this.#greeted) {
      const meaning = this.#hands.meaning(message.event);
      // An event that changes nothing is ignored.
      if (meaning === 'repeat') return;
      // A note-off is never limited, or a flood would leave the note sounding.
      if (meaning === 'press') this.#charge(message.type);
    } else this.#charge(message.type);
    if (message.type === 'hello') {
      this.#greet(message);
      return;
    }
    if (!this.#greeted)
      throw new ContinuoError(
        'PROTOCOL_MESSAGE',
        `The first message must be hello, but ${message.type} came.`,
      );
    switch (message.type) {
      case 'command':
        session.command(message.command);
        break;
      case 'play':
        this.#hands.play(believe(message.event, session.now()));
        break;
      case 'connect':
        this.#settle(message, session.connect(message.which, message.port), (then) =>
          this.room.portsChanged(then),
        );
        break;
      case 'load': {
        const { type: _, request: __, ...choice } = message;
        this.#settle(message, session.load(choice), (then) => this.room.sessionChanged(then));
        break;
      }
      case 'makePiece':
      case 'readPiece':
      case 'exportPiece':
        this.#pieces.ask(message);
        break;
      case 'cancelPiece':
        this.#pieces.cancel(message.request);
        break;
      case 'piecePlays':
        this.room.piecePlays(this, message.seconds);
        break;
      case 'earlier':
        this.send(this.room.earlier(message.before));
        break;
      case 'watchNetwork':
        this.#watchNetwork(message.on);
        break;
      case 'ping':
        this.send({ type: 'pong', id: message.id, time: session.now() });
        break;
      default:
        exhausted(message);
    }
  }

  #watchNetwork(on: boolean): void {
    if (on === (this.#unwatchNetwork !== null)) return;
    this.#unwatchNetwork?.();
    this.#unwatchNetwork = on
      ? this.room.watchNetwork((text, needed) => {
          // What it does not read in time it does not miss: the music comes first.
          if (needed || this.socket.bufferedAmount <= WATCHING_LIMIT) this.sendText(text);
        })
      : null;
  }

  /** Throws PROTOCOL_RATE where the client exceeds its rate. */
  #charge(type: ClientMessage['type']): void {
    const now = this.room.session.now();
    if (!this.#rate.take(now, 1, this.room.share()))
      throw new ContinuoError(
        'PROTOCOL_RATE',
        `At most ${PER_SECOND} messages a second are read from one panel; this one was not.`,
        'Send less often.',
      );
    if (HEAVY.has(type) && !this.#heavy.take(now))
      throw new ContinuoError(
        'PROTOCOL_RATE',
        `At most ${HEAVY_PER_SECOND} times a second may a panel ask for ports, pieces and earlier music.`,
        'Ask again in a moment.',
      );
  }

  #greet(hello: Extract<ClientMessage, { type: 'hello' }>): void {
    const { version } = hello;
    if (this.#greeted) throw new ContinuoError('PROTOCOL_MESSAGE', 'Hello was said already; once is enough.');
    if (version !== PROTOCOL_VERSION) {
      this.#refuse(
        new ContinuoError(
          'PROTOCOL_MESSAGE',
          `This host speaks version ${PROTOCOL_VERSION} of the protocol, the panel version ${version}.`,
          'Reload the page.',
        ),
        hello,
      );
      this.close(1002, 'another version of the protocol');
    } else {
      this.#greeted = true;
      this.#alive = true;
      this.room.welcome(this);
    }
  }

  #settle(
    message: Extract<ClientMessage, { request: number }>,
    made: Promise<void>,
    tellAll: (then: () => void) => void,
  ): void {
    made
      .then(() => tellAll(() => this.send({ type: 'done', request: message.request })))
      .catch((error: unknown) => this.#refuse(error, message));
  }

  #refuse(error: unknown, about: ClientMessage | undefined): void {
    this.#tell(error, about);
    const abuse =
      error instanceof ContinuoError && (error.code === 'PROTOCOL_MESSAGE' || error.code === 'PROTOCOL_RATE');
    if (abuse && !this.#strikes.take(this.room.session.now()))
      this.close(1008, 'too many messages had to be refused');
  }

  #tell(error: unknown, about?: ClientMessage): void {
    const known = error instanceof ContinuoError;
    if (!known) this.room.defect(error);
    this.send({
      type: 'error',
      code: known ? error.code : 'DEFECT',
      message: known ? error.message : 'The host failed at this; that is a defect of the program.',
      ...(known && error.hint !== undefined ? { hint: error.hint } : {}),
      ...(about !== undefined ? { about: about.type } : {}),
      ...(about !== undefined && 'request' in about ? { request: about.request } : {}),
    });
  }
}

/** The event with its claimed time clamped to a plausible one: never in the future, at most LONGEST_WAY ago. */
function believe(event: PlayerEvent, now: Seconds): PlayerEvent {
  if (event.time === undefined) return event;
  return { ...event, time: Math.max(0, Math.min(now, Math.max(now - LONGEST_WAY, event.time))) };
}
