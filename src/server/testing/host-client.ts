import { WebSocket } from 'ws';
import { HOST_PATH, type HostClientMessage, type HostMessage } from '../../protocol/host-protocol.js';
import { PROTOCOL_VERSION } from '../../protocol/session-protocol.js';
import { Inbox } from './inbox.js';

type Said<T extends HostMessage['type']> = Extract<HostMessage, { type: T }>;

/** A client of the host as a whole, for tests: sends messages and waits for answers. */
export class TestHostClient {
  readonly #inbox: Inbox<HostMessage>;
  #request = 0;

  private constructor(readonly socket: WebSocket) {
    this.#inbox = new Inbox(socket);
  }

  /** Resolves with the code with which the connection was closed. */
  get closed(): Promise<number> {
    return this.#inbox.closed;
  }

  /** Connects and says hello. Rejects with the HTTP status where the server refuses. */
  static async greeted(address: string, headers: Record<string, string> = {}) {
    const client = new TestHostClient(
      new WebSocket(new URL(HOST_PATH, address.replace('http', 'ws')), { headers }),
    );
    await client.#inbox.accepted();
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
      const answer = await this.#inbox.take();
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
  next<T extends HostMessage['type']>(type: T): Promise<Said<T>> {
    return this.#inbox.next(type);
  }
}
