import type { RawData, WebSocket } from 'ws';
import { SESSION_MOVED } from '../../protocol/hosts-protocol.js';
import { EXPELLED, EXPELLED_WORDS, type HardLimit, tooMuch } from '../hard-limit.js';
import type { ErrorMessage } from '../line.js';
import { PARTING_MS } from '../send-away.js';
import { sessionMoved } from './moved.js';

/** With this many unsent bytes at one end, the other is not read until half of them are gone. */
const HIGH = 256 * 1024;
const LOW = HIGH / 2;

/** Codes with which an end went away without a word of its own: the other host stopped, or its connection broke. */
const VANISHED: ReadonlySet<number> = new Set([1001, 1006, 1011, 1012, 1013]);
/** Codes that may be sent. */
const sendable = (code: number) =>
  (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code <= 4999);

/**
 * A client's WebSocket and that to the host of its session: what comes at one end goes out at the other, pings and pongs too, no faster than
 * it is read there.
 */
export class Bridge {
  #over = false;

  /** `limit`: of what the client may send. */
  constructor(
    private readonly client: WebSocket,
    private readonly upstream: WebSocket,
    private readonly limit: HardLimit,
  ) {
    client.on('message', (data, binary) =>
      this.#up((data as Buffer).length, () => pass(data, binary, client, upstream)),
    );
    client.on('ping', (data) => this.#up(data.length, () => upstream.ping(data)));
    client.on('pong', (data) => this.#up(data.length, () => upstream.pong(data)));
    upstream.on('message', (data, binary) => pass(data, binary, upstream, client));
    upstream.on('ping', (data) => client.ping(data));
    upstream.on('pong', (data) => client.pong(data));
    // A malformed frame: ws closes with the right code by itself, which then is passed on.
    for (const end of [client, upstream]) end.on('error', () => {});
    client.on('close', (code, reason) => this.#clientLeft(code, String(reason)));
    upstream.on('close', (code, reason) => this.#upstreamLeft(code, String(reason)));
  }

  /** The session went to another host, or its host is gone: the client is told, and connects again. */
  moved(): void {
    if (this.#over) return;
    this.#over = true;
    tell(this.client, sessionMoved());
    part(this.client, SESSION_MOVED, 'SESSION_MOVED');
    this.upstream.terminate();
  }

  /** Called every few seconds: lets go of a client that sends more than a panel would. */
  sweep(): void {
    if (!this.limit.sweep()) this.#expel();
  }

  close(code: number, reason: string): void {
    this.#over = true;
    part(this.client, code, reason);
    part(this.upstream, code, reason);
  }

  #up(bytes: number, send: () => void): void {
    if (this.#over) return;
    if (this.limit.admits(bytes)) send();
    else this.#expel();
  }

  #expel(): void {
    if (this.#over) return;
    tell(this.client, tooMuch());
    this.close(EXPELLED, EXPELLED_WORDS);
    this.client.pause();
  }

  #clientLeft(code: number, reason: string): void {
    this.#over = true;
    // What the player holds is released by its host as soon as the connection ends.
    if (sendable(code)) part(this.upstream, code, reason);
    else this.upstream.terminate();
  }

  #upstreamLeft(code: number, reason: string): void {
    if (this.#over) return;
    if (VANISHED.has(code)) {
      this.moved();
      return;
    }
    this.#over = true;
    part(this.client, sendable(code) ? code : 1000, reason);
  }
}

/** Sends what came from one end to the other. While that has too much unsent, the first is not read. */
function pass(data: RawData, binary: boolean, from: WebSocket, to: WebSocket): void {
  if (to.readyState !== to.OPEN) return;
  to.send(data, { binary }, () => {
    if (from.isPaused && to.bufferedAmount <= LOW) from.resume();
  });
  if (to.bufferedAmount > HIGH) from.pause();
}

function tell(socket: WebSocket, { code, message, hint }: ReturnType<typeof sessionMoved>): void {
  const error: ErrorMessage = { type: 'error', code, message, ...(hint !== undefined && { hint }) };
  if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(error));
}

/** Closes an end; one that does not answer is cut off. */
function part(socket: WebSocket, code: number, reason: string): void {
  // A paused end would not read the answer.
  if (socket.isPaused) socket.resume();
  socket.close(code, reason);
  setTimeout(() => socket.terminate(), PARTING_MS).unref();
}
