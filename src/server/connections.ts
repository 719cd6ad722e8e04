import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * The connections of a server that are no panel's, as many as `most`: where one more comes, the one that asked for nothing the
 * longest makes room. So who opens many and says nothing keeps nobody out.
 */
export class Connections {
  /** The one that has been quiet for the longest first. */
  readonly #quiet = new Set<Socket>();

  constructor(
    server: Server,
    readonly most: number,
  ) {
    server.on('connection', (socket: Socket) => {
      this.#quiet.add(socket);
      socket.once('close', () => this.#quiet.delete(socket));
      if (this.#quiet.size > this.most) for (const oldest of this.#quiet) return oldest.destroy();
    });
    server.on('request', ({ socket }) => {
      if (this.#quiet.delete(socket)) this.#quiet.add(socket);
    });
  }

  /** The connection became a panel's: it is counted elsewhere. */
  release(socket: Socket): void {
    this.#quiet.delete(socket);
  }
}
