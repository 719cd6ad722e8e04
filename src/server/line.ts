import type { WebSocket } from 'ws';
import { ContinuoError } from '../errors.js';
import type { Seconds } from '../music/units.js';
import { PROTOCOL_VERSION } from '../protocol/session-protocol.js';
import { EXPELLED, EXPELLED_WORDS, HardLimit, tooMuch } from './hard-limit.js';
import { MalformedMessage } from './read-message.js';
import { TokenBucket } from './token-bucket.js';

/** Refused messages until the connection is closed; one is forgiven each second. */
const STRIKES = 50;
/** A client with this many unread bytes is dropped: the music does not wait for it. */
const OUTGOING_LIMIT = 1024 * 1024;

/** What a line needs of its surroundings. */
interface Around<Message> {
  now(): Seconds;
  /** Reports an internal error. */
  defect(error: unknown): void;
  /** Parses one frame. Throws PROTOCOL_MESSAGE. */
  read(data: Buffer, binary: boolean): Message;
  /** The underlying connection, which counts all received bytes. */
  readonly wire?: { readonly bytesRead: number } | undefined;
}

interface AnyMessage {
  readonly type: string;
  readonly request?: number | undefined;
}

/** The error of the protocol, as it is sent. */
export interface ErrorMessage {
  readonly type: 'error';
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly about?: string;
  readonly request?: number;
}

/**
 * The WebSocket of one client, whatever it speaks of: reads messages and refuses invalid ones, drops a client that sends too much, does
 * not read or does not answer, and never blocks on it.
 */
export abstract class Line<Incoming extends AnyMessage, Outgoing extends object> {
  #greeted = false;
  #gone = false;
  #alive = true;
  #swept = false;
  readonly #strikes: TokenBucket;
  readonly #hard: HardLimit;

  protected constructor(
    readonly socket: WebSocket,
    private readonly around: Around<Incoming>,
  ) {
    this.#strikes = new TokenBucket(STRIKES, 1, around.now());
    this.#hard = new HardLimit(() => around.now(), around.wire);
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

  /** Does what a message asks for. Throws what is to be told to the client. */
  protected abstract obey(message: Incoming): void;

  /** The client is gone. Called once. `parting`: its socket is still closing. */
  protected abstract left(parting: boolean): void;

  /** Whether the client has said hello. */
  protected get greeted(): boolean {
    return this.#greeted;
  }

  send(message: Outgoing | ErrorMessage): void {
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
    if (!this.#hard.sweep()) this.#expel();
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

  /** Throws PROTOCOL_MESSAGE for a message before the hello. */
  protected requireGreeted({ type }: Incoming): void {
    if (!this.#greeted)
      throw new ContinuoError('PROTOCOL_MESSAGE', `The first message must be hello, but ${type} came.`);
  }

  /** Takes in a hello. Returns whether the client is welcome; one that speaks another version is told and let go. Throws PROTOCOL_MESSAGE. */
  protected greet(hello: Incoming & { readonly version: number }): boolean {
    const { version } = hello;
    if (this.#greeted) throw new ContinuoError('PROTOCOL_MESSAGE', 'Hello was said already; once is enough.');
    if (version !== PROTOCOL_VERSION) {
      this.refuse(
        new ContinuoError(
          'PROTOCOL_MESSAGE',
          `This host speaks version ${PROTOCOL_VERSION} of the protocol, the panel version ${version}.`,
          'Reload the page.',
        ),
        hello,
      );
      this.close(1002, 'another version of the protocol');
      return false;
    }
    this.#greeted = true;
    this.#alive = true;
    return true;
  }

  /** Tells the client why something was refused; too many malformed messages close the connection. */
  protected refuse(error: unknown, about: AnyMessage | undefined): void {
    this.#tell(error, about);
    const abuse =
      error instanceof ContinuoError && (error.code === 'PROTOCOL_MESSAGE' || error.code === 'PROTOCOL_RATE');
    if (abuse && !this.#strikes.take(this.around.now()))
      this.close(1008, 'too many messages had to be refused');
  }

  #leave(parting: boolean): void {
    if (this.#gone) return;
    this.#gone = true;
    this.left(parting);
  }

  /** Whether a message of this many bytes is within the hard limit; else the client is expelled. */
  #endure(bytes: number): boolean {
    if (this.#hard.admits(bytes)) return true;
    this.#expel();
    return false;
  }

  /** Sends the reason and stops reading: closing takes a moment, in which a flood would go on. */
  #expel(): void {
    if (this.#gone) return;
    this.#tell(tooMuch());
    this.close(EXPELLED, EXPELLED_WORDS);
    this.socket.pause();
  }

  #receive(data: Buffer, binary: boolean): void {
    if (this.#gone || !this.#endure(data.length)) return;
    let message: Incoming | undefined;
    try {
      message = this.around.read(data, binary);
      this.obey(message);
    } catch (error) {
      const about = error instanceof MalformedMessage ? error.about : undefined;
      this.refuse(error, message ?? about);
    }
  }

  #tell(error: unknown, about?: AnyMessage): void {
    const known = error instanceof ContinuoError;
    if (!known) this.around.defect(error);
    this.send({
      type: 'error',
      code: known ? error.code : 'DEFECT',
      message: known ? error.message : 'The host failed at this; that is a defect of the program.',
      ...(known && error.hint !== undefined ? { hint: error.hint } : {}),
      ...(about !== undefined ? { about: about.type } : {}),
      ...(about?.request !== undefined ? { request: about.request } : {}),
    });
  }
}
