import type { WebSocket } from 'ws';
import { ContinuoError } from '../errors.js';
import type { PieceControl } from '../host/compose/control.js';
import type { Hands, PlayerEvent, SessionControl } from '../host/live/session-control.js';
import type { Seconds } from '../music/units.js';
import { ClientPieces } from './client-pieces.js';
import { type ClientMessage, PROTOCOL_VERSION, type ServerMessage } from './protocol.js';
import { readMessage } from './read-message.js';
import { TokenBucket } from './token-bucket.js';

/** Ten fingers and a slider stay far below this; a loop gone wild does not. Messages; a client has `FIRST` of them when it comes. */
const BURST = 400;
const PER_SECOND = 200;
const FIRST = 100;
/**
 * What takes a worker, a port or this thread some time: opening a port, making a piece, a page of music. Messages. Of models, the session
 * loads the last that is asked for.
 */
const HEAVY_BURST = 20;
const HEAVY_PER_SECOND = 4;
/** Who sends more than this is no panel, and is let go: also of what is not refused, since it changes nothing. */
const HARD = {
  messages: { burst: 2000, perSecond: 1000 },
  bytes: { burst: 4 * 2 ** 20, perSecond: 2 ** 20 },
};
const HEAVY: ReadonlySet<ClientMessage['type']> = new Set([
  ...(['connect', 'makePiece', 'readPiece', 'exportPiece', 'earlier'] as const),
]);
/** Refused messages until the connection is closed; one is forgiven each second. */
const STRIKES = 50;
/** A client that reads this much too slowly is dropped (bytes): the music does not wait for it. */
const OUTGOING_LIMIT = 1024 * 1024;
/** A client may say that something was played a while ago, which is the way it took (a busy machine's, at worst). */
const LONGEST_WAY: Seconds = 1;

/** What a client needs of the place where all clients meet. */
export interface Room {
  readonly session: SessionControl;
  readonly pieces: PieceControl;
  /** Says hello: the client gets the whole picture, and every event from now on. */
  welcome(client: Client): void;
  /** A page of the music that began before `before`. */
  earlier(before: Seconds): ServerMessage;
  /** A piece is played at the client's for so long at most; 0: it is over. */
  piecePlays(client: Client, seconds: Seconds): void;
  /** How much of the rate that one panel may have is left for each, so that all together stay within what a session can take. */
  share(): number;
  /** Ports, or plugin and model, changed: everybody is told, and `then` the one who asked. */
  portsChanged(then: () => void): void;
  sessionChanged(then: () => void): void;
  /** The client is gone, for whatever reason. Called once. `parting`: its socket still says goodbye. */
  leave(client: Client, parting: boolean): void;
  /** Something failed that is no fault of a user. */
  defect(error: unknown): void;
}

/** One connected panel: reads what it says, refuses what it should not say, and never waits for it. */
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
  /** Bytes on the wire until the last sweep. */
  #received = 0;

  constructor(
    readonly socket: WebSocket,
    readonly room: Room,
    /** What the socket goes over: says how many bytes came, of whatever kind. */
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
    // A frame that is too large, or no WebSocket frame at all: ws closes with the right code (1009, 1002) by itself.
    socket.on('error', () => {});
    socket.on('close', () => this.#leave(false));
  }

  send(message: ServerMessage): void {
    this.sendText(JSON.stringify(message));
  }

  /** A message that is the same for everybody, written out once. */
  sendText(text: string): void {
    if (this.#gone) return;
    if (this.socket.bufferedAmount + text.length > OUTGOING_LIMIT) this.drop();
    else this.socket.send(text);
  }

  /** Called every few seconds: a client that has not answered since the last call is gone. */
  checkAlive(): void {
    if (this.#alive) {
      this.#alive = false;
      this.socket.ping();
    } else this.drop();
  }

  /** Called every few seconds: who has not said hello by the second time is gone, and so is who sends more than a panel would. */
  sweep(): void {
    const bytes = (this.wire?.bytesRead ?? 0) - this.#received;
    this.#received += bytes;
    // Messages were counted when they came; frames that are no messages were not.
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
    this.#hands.release();
    this.room.leave(this, parting);
  }

  /** Whether so many bytes more, in one message, are within what is borne of anybody. */
  #endure(bytes: number): boolean {
    const now = this.room.session.now();
    if (this.#hardMessages.take(now) && this.#hardBytes.take(now, bytes)) return true;
    this.#expel();
    return false;
  }

  /** Says why, and reads no more of what comes: the way out takes a moment, in which a flood would go on. */
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
      // What changes nothing goes nowhere.
      if (meaning === 'repeat') return;
      // The end of a note always gets through, or a flood would leave it sounding.
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
      case 'ping':
        this.send({ type: 'pong', id: message.id, time: session.now() });
        break;
      default:
        message satisfies never;
    }
  }

  /** Throws PROTOCOL_RATE where the client has said more than its share. */
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

/** The time that a client claims, as near to it as can be true: never in the future, so that it cannot run ahead. */
function believe(event: PlayerEvent, now: Seconds): PlayerEvent {
  if (event.time === undefined) return event;
  return { ...event, time: Math.max(0, Math.min(now, Math.max(now - LONGEST_WAY, event.time))) };
}
