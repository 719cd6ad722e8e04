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

/** The end of the address of a WebSocket of a host. */
const OWN_PATH = /\/(session|sessions\/[^/]+|host)$/;

/**
 * Reads an address as a host prints it (`http://127.0.0.1:8137/?token=…`), or that of one of its WebSockets
 * (`ws://127.0.0.1:8137/session`), and puts `path` in its place unless it `fits` already. Throws OPTION_VALUE.
 */
export function readAddress(
  url: string | URL,
  { path, fits, token }: { path: string; fits?: RegExp; token?: string | undefined },
): Address {
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
  const ours = parsed.pathname.endsWith('/') || OWN_PATH.test(parsed.pathname);
  const base = new URL(parsed.pathname.replace(OWN_PATH, '/'), parsed);
  const stays = !ours || fits?.test(parsed.pathname);
  const socket = stays ? parsed : new URL(path.replace(/^\//, ''), base);
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
