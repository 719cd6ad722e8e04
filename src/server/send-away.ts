import type { WebSocket } from 'ws';
import type { ContinuoError } from '../errors.js';
import type { ErrorMessage } from './line.js';

/** How long a client that was told to leave has for closing its end, in milliseconds. */
export const PARTING_MS = 2000;

/** Tells a client over its WebSocket why it cannot stay: a browser cannot read an HTTP status. */
export function sendAway(
  webSocket: WebSocket,
  { code, message, hint }: ContinuoError,
  closeCode: number,
): void {
  const error: ErrorMessage = { type: 'error', code, message, ...(hint !== undefined && { hint }) };
  webSocket.on('error', () => {});
  webSocket.send(JSON.stringify(error));
  webSocket.close(closeCode, code);
  setTimeout(() => webSocket.terminate(), PARTING_MS).unref();
}
