import type { ContinuoError } from '../errors.js';
import { HOST_PATH, pathOf } from '../protocol/host-protocol.js';
import { type Address, readAddress } from './address.js';
import { HostClient } from './host-client.js';
import { whyRefused } from './refusal.js';
import { SessionClient } from './session-client.js';
import {
  after,
  localNow,
  type SocketClass,
  type Surroundings,
  socketClass,
  type Target,
} from './surroundings.js';

export interface ClientOptions {
  /** The host's token, where it asks for one. Default: that of the address (`?token=`). */
  readonly token?: string;
  /** Default: the global one. {@link connectSession} takes that of the package `ws` in Node 20, which has none. */
  readonly WebSocket?: SocketClass;
}

interface SessionChoice {
  /** The id of one of the host's sessions. Default: its first one. */
  readonly session?: string;
}

export interface ConnectOptions extends ClientOptions {
  /** Waits for a host that is not there yet, rather than to reject with HOST_UNREACHABLE. */
  readonly wait?: boolean;
  /** Gives up. */
  readonly signal?: AbortSignal;
}

/**
 * Connects to a session of a host, whose address is `url` as `continuo start` prints it (or that of a WebSocket). Rejects with HOST_UNREACHABLE, HOST_TOKEN,
 * HOST_REFUSED, OPTION_VALUE (the address), PROTOCOL_MESSAGE (the host is of another version). From then on the client connects again by
 * itself.
 *
 * @example
 * ```ts
 * import { connectSession } from 'continuo/client';
 *
 * const session = await connectSession('http://127.0.0.1:8137/');
 * session.on('noteOn', ({ voice, pitch, time }) => {
 *   if (voice === 'model') console.log(`${pitch} at ${time.toFixed(2)} s`);
 * });
 * await session.command({ type: 'mode', mode: 'answer' });
 * session.play({ type: 'noteOn', pitch: 60, velocity: 80 });
 * ```
 */
export async function connectSession(
  url: string | URL,
  options: ConnectOptions & SessionChoice = {},
): Promise<SessionClient> {
  const WebSocket = options.WebSocket ?? (await socketClass());
  const client = sessionClient(url, { ...options, WebSocket });
  await firstWelcome(client, sessionAddress(url, options), options);
  return client;
}

/**
 * Connects to a host as a whole, whose sessions it lists, opens, closes and names. Rejects as {@link connectSession} does.
 *
 * @example
 * ```ts
 * import { connectHost, connectSession } from 'continuo/client';
 *
 * const url = 'http://127.0.0.1:8137/';
 * const host = await connectHost(url);
 * console.log(host.sessions.map(({ name, plugin }) => `${name}: ${plugin.name}`));
 * const session = await connectSession(url, { session: await host.openSession({ name: 'Second', mode: 'duet' }) });
 * session.play({ type: 'noteOn', pitch: 60, velocity: 80 });
 * ```
 */
export async function connectHost(url: string | URL, options: ConnectOptions = {}): Promise<HostClient> {
  const WebSocket = options.WebSocket ?? (await socketClass());
  const client = hostClient(url, { ...options, WebSocket });
  await firstWelcome(client, hostAddress(url, options), options);
  return client;
}

/**
 * A client that is not connected yet: once it is told to {@link SessionClient.open}, it tries until it is closed. For a page that shows
 * whether there is a connection. Throws OPTION_VALUE (the address).
 */
export function sessionClient(url: string | URL, options: ClientOptions & SessionChoice = {}): SessionClient {
  const { session, token } = options;
  const first = sessionAddress(url, options);
  return new SessionClient(
    surroundings(options.WebSocket, (target) =>
      sessionAddress(target.host ?? url, chosen({ session, token: token ?? first.token }, target)),
    ),
  );
}

/** The same for a host as a whole. */
export function hostClient(url: string | URL, options: ClientOptions = {}): HostClient {
  const first = hostAddress(url, options);
  return new HostClient(
    surroundings(options.WebSocket, (target) =>
      hostAddress(target.host ?? url, chosen({ token: options.token ?? first.token }, target)),
    ),
  );
}

const sessionAddress = (url: string | URL, { session, token }: ClientOptions & SessionChoice): Address =>
  session === undefined
    ? readAddress(url, { path: pathOf(session), fits: /\/(session|sessions\/[^/]+)$/, token })
    : readAddress(url, { path: pathOf(encodeURIComponent(session)), token });

const hostAddress = (url: string | URL, { token }: ClientOptions): Address =>
  readAddress(url, { path: HOST_PATH, token });

/** What the user chose, else what a host has told. */
function chosen(
  { session, token }: { readonly session?: string | undefined; readonly token: string | undefined },
  target: Target,
): ClientOptions & SessionChoice {
  const [id, word] = [session ?? target.session, token ?? target.token];
  return { ...(id !== undefined && { session: id }), ...(word !== undefined && { token: word }) };
}

function surroundings(Chosen: SocketClass | undefined, addressOf: (target: Target) => Address): Surroundings {
  const Socket = Chosen ?? (globalThis as unknown as { WebSocket: SocketClass }).WebSocket;
  let last: Target = {};
  return {
    connect(target) {
      last = target;
      const { socket, protocols } = addressOf(target);
      return new Socket(socket, protocols);
    },
    fetch(path, init) {
      const { socket, token } = addressOf(last);
      const bearer = token === undefined ? {} : { Authorization: `Bearer ${token}` };
      const url = `${socket.replace(/^ws/, 'http')}${path}`;
      return fetch(url, { ...init, headers: { ...init?.headers, ...bearer } });
    },
    ...{ now: localNow, after },
  };
}

/** A session that moves all the while is given up after so many attempts, which take some ten seconds. */
const MOST_MOVES = 16;

/** What a client of either kind has until it is welcomed. */
interface Opening {
  readonly moving: boolean;
  open(): void;
  close(): void;
  on(name: 'welcome' | 'lost', listener: () => void): () => void;
  on(name: 'refused', listener: (error: ContinuoError) => void): () => void;
}

/** Opens a client and waits for its welcome; where none comes, closes it and throws why. */
async function firstWelcome(
  client: Opening,
  address: Address,
  { wait, signal }: ConnectOptions,
): Promise<void> {
  signal?.throwIfAborted();
  const ends: (() => void)[] = [];
  let moves = 0;
  try {
    await new Promise<void>((resolve, reject) => {
      const aborted = () => reject(signal?.reason);
      signal?.addEventListener('abort', aborted, { once: true });
      ends.push(
        () => signal?.removeEventListener('abort', aborted),
        client.on('welcome', resolve),
        client.on('refused', reject),
        client.on('lost', async () => {
          if (client.moving && ++moves < MOST_MOVES) return;
          const why = await whyRefused(address);
          if (!wait || why.code !== 'HOST_UNREACHABLE') reject(why);
        }),
      );
      client.open();
    });
  } catch (error) {
    client.close();
    throw error;
  } finally {
    for (const end of ends) end();
  }
}
