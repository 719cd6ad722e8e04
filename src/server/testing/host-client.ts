import { WebSocket } from 'ws';
import { HOST_PATH, type HostClientMessage, type HostMessage } from '../../protocol/host-protocol.js';
import { PROTOCOL_VERSION } from '../../protocol/session-protocol.js';

type Said<T extends HostMessage['type']> = Extract<HostMessage, { type: T }>;

/** A client of the host as a whole, for tests: sends messages and waits for answers. */
export class TestHostClient {
  readonly #inbox: HostMessage[] = [];
  #wake = () => {};
  #request = 0;
  readonly closed: Promise<number>;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data) => {
      this.#inbox.push(JSON.parse(String(data)) as HostMessage);
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

  /** Connects and says hello. Rejects with the HTTP status where the server refuses. */
  static async greeted(address: string, headers: Record<string, string> = {}) {
    const socket = new WebSocket(new URL(HOST_PATH, address.replace('http', 'ws')), { headers });
    const client = new TestHostClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', () => resolve());
      socket.once('unexpected-response', (_, response) => {
        reject(new Error(String(response.statusCode)));
        response.destroy();
      });
      socket.once('error', reject);
    });
    client.say({ type: 'hello', version: PROTOCOL_VERSION });
    return { client, welcome: await client.next('hostWelcome') };
  }

  say(message: HostClientMessage): void {
    this.socket.send(JSON.stringify(message));
  }

  /** Sends a request and waits for its answer: `opened`, `done` or `error`. */
  async ask(
    message: { readonly type: HostClientMessage['type'] } & Record<string, unknown>,
  ): Promise<HostMessage> {
    const request = ++this.#request;
    this.say({ ...message, request } as HostClientMessage);
    for (;;) {
      const answer = await this.#next();
      // A message that is malformed is refused without its number.
      const unnumbered = answer.type === 'error' && answer.request === undefined;
      if (unnumbered || ('request' in answer && answer.request === request)) return answer;
    }
  }

  /** Opens a session. Returns its id. Throws where that is refused. */
  async open(choice: Record<string, unknown> = {}): Promise<string> {
    const answer = await this.ask({ type: 'openSession', ...choice });
    if (answer.type !== 'opened') throw new Error(JSON.stringify(answer));
    return answer.id;
  }

  /** The next message of that type; others before it are skipped. */
  async next<T extends HostMessage['type']>(type: T): Promise<Said<T>> {
    for (;;) {
      const message = await this.#next(type);
      if (message.type === type) return message as Said<T>;
    }
  }

  async #next(awaited = 'a message'): Promise<HostMessage> {
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
