import { ContinuoError } from '../errors.js';
import { SUBPROTOCOL, tokenSubprotocol } from '../protocol/subprotocol.js';

/** Where a client connects to. */
export interface Address {
  /** Of the WebSocket. */
  readonly socket: string;
  /** Subprotocols to offer: ours and, after it, the one that carries the token. */
  readonly protocols: string[];
  /** The host's page. */
  readonly page: string;
  readonly token?: string;
}

/**
 * Reads an address as a host prints it (`http://127.0.0.1:8137/?token=…`), or that of a WebSocket (`ws://127.0.0.1:8137/session`). An
 * address that ends in `/` is the host's, where `path` is looked for. Throws OPTION_VALUE.
 */
export function readAddress(url: string | URL, path: string, token?: string): Address {
  const text = String(url);
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (parsed === undefined || !/^(http|ws)s?:$/.test(parsed.protocol))
    throw new ContinuoError(
      'OPTION_VALUE',
      `The address of a host was expected, such as http://127.0.0.1:8137/, but got "${text}".`,
      'Take the link that continuo start prints.',
    );
  const shown = token ?? parsed.searchParams.get('token') ?? undefined;
  parsed.search = '';
  parsed.hash = '';
  const socket = parsed.pathname.endsWith('/') ? new URL(path.replace(/^\//, ''), parsed) : parsed;
  socket.protocol = socket.protocol.replace('http', 'ws');
  const page = new URL('/', socket);
  page.protocol = page.protocol.replace('ws', 'http');
  return {
    socket: socket.href,
    page: page.href,
    protocols: [SUBPROTOCOL, ...(shown === undefined ? [] : [tokenSubprotocol(shown)])],
    ...(shown !== undefined && { token: shown }),
  };
}
