import { WebSocket } from 'ws';
import type { ClientMessage, ServerMessage } from '../../protocol/session-protocol.js';
import { PROTOCOL_VERSION, SESSION_PATH } from '../../protocol/session-protocol.js';
import { Inbox } from './inbox.js';

type Said<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>;

/** A headless panel for tests: sends messages and waits for answers. */
export class PanelClient {
  readonly #inbox: Inbox<ServerMessage>;
  #welcome: Said<'welcome'> | undefined;

  private constructor(readonly socket: WebSocket) {
    this.#inbox = new Inbox(socket);
  }

  /** Connects. Rejects with the HTTP status where the server refuses. */
  static async connect(
    address: string,
    headers: Record<string, string> = {},
    path = SESSION_PATH,
  ): Promise<PanelClient> {
    const client = new PanelClient(new WebSocket(new URL(path, address.replace('http', 'ws')), { headers }));
    await client.#inbox.accepted();
    return client;
  }

  /** Resolves with the code with which the connection was closed. */
  get closed(): Promise<number> {
    return this.#inbox.closed;
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
      const message = await this.#inbox.take();
      if (message.type === type) return before;
      before.push(message.type);
    }
  }

  /** The next message of that type; others before it are skipped. */
  next<T extends ServerMessage['type']>(type: T): Promise<Said<T>> {
    return this.#inbox.next(type);
  }
}
