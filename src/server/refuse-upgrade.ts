import type { Duplex } from 'node:stream';

/** Refuses a WebSocket with an HTTP status. */
export function refuseUpgrade(socket: Duplex, status: string): void {
  socket.on('error', () => {});
  // Do not leave it half closed: the peer may never close its end.
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
