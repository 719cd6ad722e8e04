import type { WebSocket } from 'ws';
import { ContinuoError } from '../errors.js';
import { exhausted } from '../exhausted.js';
import type { PieceControl } from '../host/compose/control.js';
import type { NetworkChoice } from '../host/live/network/view.js';
import type { Hands, PlayerEvent, SessionControl } from '../host/live/session-control.js';
import type { Seconds } from '../music/units.js';
import type { ClientMessage, ServerMessage } from '../protocol/session-protocol.js';
import { ClientPieces } from './client-pieces.js';
import { Line } from './line.js';
import { readMessage } from './read-message.js';
import { answerSnapshotRequest, isSnapshotRequest, type SnapshotRequest } from './snapshot-requests.js';
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
 * music, a snapshot. Loading a model is not one: of several the session loads only the last.
 */
const HEAVY_BURST = 20;
const HEAVY_PER_SECOND = 4;
const HEAVY: ReadonlySet<ClientMessage['type']> = new Set([
  ...(['connect', 'makePiece', 'readPiece', 'exportPiece', 'earlier', 'watchNetwork'] as const),
  ...(['keepSnapshot', 'recallSnapshot'] as const),
]);
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
  watchNetwork(show: (text: string, needed: boolean) => void, choice: NetworkChoice): () => void;
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

/** Where a client comes from. */
export interface ClientFrom {
  /** The underlying connection, which counts all received bytes. */
  readonly wire?: { readonly bytesRead: number };
  /** Its share of the rate of its address, 0 to 1: whoever has clients in many sessions has no more of the host than others. */
  readonly share?: () => number;
}

/** One connected panel: obeys its messages, refuses those beyond its rate, and never blocks on it. */
export class Client extends Line<ClientMessage, ServerMessage> {
  static #count = 0;
  readonly #number = ++Client.#count;
  readonly #hands: Hands;
  readonly #pieces: ClientPieces;
  readonly #rate: TokenBucket;
  readonly #heavy: TokenBucket;
  /** Ends the watching of the network; null where it is not watched. */
  #unwatchNetwork: (() => void) | null = null;
  /** What is watched of it. */
  #networkChoice = '';

  constructor(
    socket: WebSocket,
    readonly room: Room,
    private readonly from: ClientFrom = {},
  ) {
    super(socket, {
      now: () => room.session.now(),
      defect: (error) => room.defect(error),
      read: readMessage,
      wire: from.wire,
    });
    const now = room.session.now();
    this.#hands = room.session.hands();
    this.#pieces = new ClientPieces(
      room.pieces,
      (message) => this.send(message),
      (error, about) => this.refuse(error, about),
    );
    this.#rate = new TokenBucket(BURST, PER_SECOND, now, FIRST);
    this.#heavy = new TokenBucket(HEAVY_BURST, HEAVY_PER_SECOND, now);
  }

  protected override left(parting: boolean): void {
    this.#pieces.cancelAll();
    this.#watchNetwork(null);
    this.#hands.release();
    this.room.leave(this, parting);
  }

  protected override obey(message: ClientMessage): void {
    const { session } = this.room;
    if (message.type === 'play' && this.greeted) {
      const meaning = this.#hands.meaning(message.event);
      // An event that changes nothing is ignored.
      if (meaning === 'repeat') return;
      // A note-off is never limited, or a flood would leave the note sounding.
      if (meaning === 'press') this.#charge(message.type);
    } else this.#charge(message.type);
    if (message.type === 'hello') {
      if (this.greet(message)) this.room.welcome(this);
      return;
    }
    this.requireGreeted(message);
    if (isSnapshotRequest(message)) {
      answerSnapshotRequest(session.snapshots, message)
        .then((answer) => this.send(answer))
        .catch((error: unknown) => this.refuse(error, message));
    } else this.#obey(message);
  }

  #obey(message: Exclude<ClientMessage, { type: 'hello' } | SnapshotRequest>): void {
    const { session } = this.room;
    switch (message.type) {
      case 'command':
        session.command(message.command, this.#gesture(message.gesture));
        if (message.request !== undefined) this.send({ type: 'done', request: message.request });
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
      case 'undo':
      case 'redo':
        this.#settle(message, session[message.type](), (then) => then());
        break;
      case 'hurryLoad':
        session.hurryLoad();
        break;
      case 'cancelLoad':
        session.cancelLoad();
        break;
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
      case 'watchNetwork': {
        const { type: _, on, ...choice } = message;
        this.#watchNetwork(on ? choice : null);
        break;
      }
      case 'ping':
        this.send({ type: 'pong', id: message.id, time: session.now() });
        break;
      default:
        exhausted(message);
    }
  }

  /** Gestures are numbered by each client. */
  #gesture(number: number | undefined): string | undefined {
    return number === undefined ? undefined : `${this.#number} ${number}`;
  }

  /** null: it is not watched any more. */
  #watchNetwork(choice: NetworkChoice | null): void {
    const key = choice === null ? '' : JSON.stringify([choice.member, choice.gate]);
    if (key === this.#networkChoice) return;
    // What it does not read in time it does not miss: the music comes first.
    const show = (text: string, needed: boolean) => {
      if (needed || this.socket.bufferedAmount <= WATCHING_LIMIT) this.sendText(text);
    };
    const end = choice === null ? null : this.room.watchNetwork(show, choice);
    this.#unwatchNetwork?.();
    this.#unwatchNetwork = end;
    this.#networkChoice = key;
  }

  /** Throws PROTOCOL_RATE where the client exceeds its rate. */
  #charge(type: ClientMessage['type']): void {
    const now = this.room.session.now();
    if (!this.#rate.take(now, 1, this.room.share() * (this.from.share?.() ?? 1)))
      throw new ContinuoError(
        'PROTOCOL_RATE',
        `At most ${PER_SECOND} messages a second are read from one panel; this one was not.`,
        'Send less often.',
      );
    if (HEAVY.has(type) && !this.#heavy.take(now))
      throw new ContinuoError(
        'PROTOCOL_RATE',
        `At most ${HEAVY_PER_SECOND} times a second may a panel ask for ports, pieces, snapshots and earlier music.`,
        'Ask again in a moment.',
      );
  }

  #settle(
    message: Extract<ClientMessage, { request: number }>,
    made: Promise<void>,
    tellAll: (then: () => void) => void,
  ): void {
    made
      .then(() => tellAll(() => this.send({ type: 'done', request: message.request })))
      .catch((error: unknown) => this.refuse(error, message));
  }
}

/** The event with its claimed time clamped to a plausible one: never in the future, at most LONGEST_WAY ago. */
function believe(event: PlayerEvent, now: Seconds): PlayerEvent {
  if (event.time === undefined) return event;
  return { ...event, time: Math.max(0, Math.min(now, Math.max(now - LONGEST_WAY, event.time))) };
}
