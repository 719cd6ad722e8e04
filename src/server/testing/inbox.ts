import { WebSocket } from 'ws';

/** The messages of one WebSocket, for tests, in the order in which they came. */
export class Inbox<Message extends { readonly type: string }> {
  readonly #messages: Message[] = [];
  #wake = () => {};
  /** Resolves with the code with which the connection was closed. */
  readonly closed: Promise<number>;

  constructor(private readonly socket: WebSocket) {
    socket.on('message', (data) => {
      this.#messages.push(JSON.parse(String(data)) as Message);
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

  /** Resolves once the server has accepted the connection. Rejects with the HTTP status where it refuses. */
  async accepted(): Promise<void> {
    const { socket } = this;
    await new Promise<void>((resolve, reject) => {
      socket.once('open', () => resolve());
      socket.once('unexpected-response', (_, response) => {
        reject(new Error(String(response.statusCode)));
        response.destroy();
      });
      socket.once('error', reject);
    });
  }

  /** The next message. Rejects where the connection is closed before it. */
  async take(awaited = 'a message'): Promise<Message> {
    for (;;) {
      const message = this.#messages.shift();
      if (message !== undefined) return message;
      if (this.socket.readyState > WebSocket.OPEN) throw new Error(`closed while waiting for ${awaited}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** The next message of that type; others before it are skipped. */
  async next<T extends Message['type']>(type: T): Promise<Extract<Message, { readonly type: T }>> {
    const isWanted = (message: Message): message is Extract<Message, { readonly type: T }> =>
      message.type === type;
    for (;;) {
      const message = await this.take(type);
      if (isWanted(message)) return message;
    }
  }
}
