import { WebSocket } from 'ws';
import type { ClientMessage, ServerMessage } from '../../protocol/session-protocol.js';
import { PROTOCOL_VERSION, SESSION_PATH } from '../../protocol/session-protocol.js';

type Said<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>;

/** A headless panel for tests: sends messages and waits for answers. */
export class PanelClient {
  readonly #inbox: ServerMessage[] = [];
  #wake = () => {};
  #welcome: Said<'welcome'> | undefined;
  readonly closed: Promise<number>;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data) => {
      this.#inbox.push(JSON.parse(String(data)) as ServerMessage);
      this.#wake();
    });
    this.closed = new Promise((resolve) => {
      socket.on('close', (code) => {
        resolve(code);
        this.#wake();
      });
    });
    socket.on('error', () => {});
  }

  /** Connects. Rejects with the HTTP status where the server refuses. */
  static connect(
    address: string,
    headers: Record<string, string> = {},
    path = SESSION_PATH,
  ): Promise<PanelClient> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(new URL(path, address.replace('http', 'ws')), { headers });
      const client = new PanelClient(socket);
      socket.once('open', () => resolve(client));
      socket.once('unexpected-response', (_, response) => {
        reject(new Error(String(response.statusCode)));
        response.destroy();
      });
      socket.once('error', reject);
    });
  }

  static async greeted(address: string, path = SESSION_PATH): Promise<PanelClient> {
    const client = await PanelClient.connect(address, {}, path);
    client.say({ type: 'hello', version: PROTOCOL_VERSION });
    client.#welcome = await client.next('welcome');
    return client;
  }

  /** The `welcome` that it received. */
  get welcome(): Said<'welcome'> {
    return this.#welcome!;
  }

  say(message: ClientMessage): void {
    this.socket.send(JSON.stringify(message));
  }

  /** Waits until the server has read all earlier messages. */
  async settled(): Promise<void> {
    this.say({ type: 'ping', id: 0 });
    await this.next('pong');
  }

  /** Types of the messages before the next one of that type; for `pong` it sends a ping. */
  async heardBefore(type: ServerMessage['type']): Promise<string[]> {
    if (type === 'pong') this.say({ type: 'ping', id: 0 });
    const before: string[] = [];
    for (;;) {
      const message = await this.#next();
      if (message.type === type) return before;
      before.push(message.type);
    }
  }

  /** The next message of that type; others before it are skipped. */
  async next<T extends ServerMessage['type']>(type: T): Promise<Said<T>> {
    for (;;) {
      const message = await this.#next(type);
      if (message.type === type) return message as Said<T>;
    }
  }

  async #next(awaited = 'a message'): Promise<ServerMessage> {
    for (;;) {
      const message = this.#inbox.shift();
      if (message !== undefined) return message;
      if (this.socket.readyState > WebSocket.OPEN) throw new Error(`closed while waiting for ${awaited}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
