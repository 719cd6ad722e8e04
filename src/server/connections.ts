import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Limits a server's connections other than panels to `most`: a new one beyond that closes the one that has been idle longest. A
 * client that opens many idle connections thus keeps nobody out.
 */
export class Connections {
  /** The longest idle first. */
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

  /** The connection was upgraded to a panel's, which is counted elsewhere. */
  release(socket: Socket): void {
    this.#quiet.delete(socket);
  }
}
