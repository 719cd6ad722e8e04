import type { IncomingMessage } from 'node:http';
import { ContinuoError } from '../errors.js';

/**
 * Who may talk to the host. A page of another site can open a WebSocket to 127.0.0.1, and can give its own name
 * the address 127.0.0.1 (DNS rebinding); so the Host header must name this machine with the right port, and the
 * Origin header, which browsers always send with a WebSocket, must be one of the same names.
 * A program without an Origin is no browser: it runs on this machine and could do as it likes anyway.
 */
export class Access {
  readonly #hosts: ReadonlySet<string>;
  readonly #origins: ReadonlySet<string>;

  constructor(port: number, allowedOrigins: readonly string[] = []) {
    const extra = allowedOrigins.map(parseOrigin);
    const local = ['localhost', '127.0.0.1', '[::1]'].map((name) => new URL(`http://${name}:${port}`));
    this.#hosts = new Set([...local, ...extra].map((url) => url.host));
    this.#origins = new Set([...local, ...extra].map((url) => url.origin));
  }

  hostAllowed(request: IncomingMessage): boolean {
    const host = request.headers.host;
    return host !== undefined && this.#hosts.has(host.toLowerCase());
  }

  originAllowed(request: IncomingMessage): boolean {
    const origin = request.headers.origin;
    return origin === undefined || this.#origins.has(origin.toLowerCase());
  }
}

/** Throws OPTION_VALUE where `text` is not an origin such as `http://studio.local:8137`. */
export function parseOrigin(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search !== '')
    throw new ContinuoError(
      'OPTION_VALUE',
      `--allow-origin expects an address such as http://studio.local:8137, but got "${text}".`,
      'Give scheme, name and port as the browser shows them, without a path.',
    );
  return url;
}
