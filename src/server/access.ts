import type { IncomingMessage } from 'node:http';
import { hostname } from 'node:os';
import { ContinuoError } from '../errors.js';
import { isLoopback, urlHost } from './addresses.js';

/** The names of the hosts of a cluster. */
interface ClusterNames {
  readonly addresses: readonly URL[];
  /** Of the pages of those that there are, or were. */
  readonly origins: readonly string[];
}

/**
 * Checks the names by which the host is addressed. A page of another site can open a WebSocket to 127.0.0.1, and can point its own
 * name at this machine (DNS rebinding). So the Host header must name this machine with the right port, and the Origin header, which
 * browsers always send with a WebSocket, must be one of the same names. A client without an Origin is not a browser: on this
 * machine it could do anything anyway, from elsewhere it needs a token.
 */
export class Access {
  readonly #hosts: ReadonlySet<string>;
  readonly #origins: ReadonlySet<string>;

  /** `bound`: the address that the host listens on; `cluster`: its hosts, whose pages may come here too. */
  constructor(
    readonly port: number,
    bound: string,
    allowedOrigins: readonly string[] = [],
    private readonly cluster: ClusterNames = { addresses: [], origins: [] },
  ) {
    const extra = allowedOrigins.map(parseOrigin);
    const names = ['localhost', '127.0.0.1', '[::1]'];
    if (!isLoopback(bound)) names.push(hostname(), `${hostname()}.local`);
    const own = names
      .map((name) => `http://${name}:${port}`)
      .flatMap((url) => (URL.canParse(url) ? [new URL(url)] : []));
    this.#hosts = new Set([...own, ...extra].map((url) => url.host));
    this.#origins = new Set([...own, ...extra].map((url) => url.origin));
  }

  hostAllowed(request: IncomingMessage): boolean {
    const host = request.headers.host?.toLowerCase();
    return (
      host !== undefined &&
      (this.#hosts.has(host) ||
        host === this.#cameTo(request)?.host ||
        this.cluster.addresses.some((url) => url.host === host))
    );
  }

  originAllowed(request: IncomingMessage): boolean {
    const origin = request.headers.origin?.toLowerCase();
    return (
      origin === undefined ||
      this.#origins.has(origin) ||
      origin === this.#cameTo(request)?.origin ||
      this.cluster.origins.includes(origin)
    );
  }

  /**
   * The local address that the connection came to. A client that uses this address did not rely on DNS, so DNS rebinding cannot
   * have redirected it.
   */
  #cameTo({ socket }: IncomingMessage): URL | undefined {
    const url = `http://${urlHost(socket.localAddress ?? '')}:${this.port}`;
    return URL.canParse(url) ? new URL(url) : undefined;
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
