import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { ContinuoError } from '../errors.js';
import type { PieceControl } from '../host/compose/control.js';
import type { SessionDirectory } from '../host/sessions/control.js';
import { UNDO_MS } from '../host/sessions/sessions.js';
import type { TakesControl } from '../host/takes/library/control.js';
import { HOST_PATH, SESSION_GONE, SESSIONS_PATH } from '../protocol/host-protocol.js';
import { MAX_MESSAGE_BYTES, SESSION_PATH } from '../protocol/session-protocol.js';
import type { ClientFrom } from './client.js';
import { HostHub } from './host-hub.js';
import type { Hub } from './hub.js';
import { Hubs } from './hubs.js';
import type { ErrorMessage } from './line.js';
import { Openings } from './openings.js';
import { addressOf, PerAddress } from './per-address.js';
import { Places } from './places.js';

/** Most clients of one session at once. */
export const CLIENTS = 16;
/** Most clients of the host as a whole: each panel is one, beside its session's. */
const HOST_CLIENTS = 16 * CLIENTS;
/**
 * Rate of new clients from one address: all of a session at once, as after a pause, with those of the host, then a few a second, so that
 * a disconnected client cannot reconnect over and over.
 */
const ARRIVALS = { burst: 2 * CLIENTS, perSecond: 4 };
/** How long a client that was told to leave has for closing its end, in milliseconds. */
const PARTING_MS = 2000;

interface SocketsOptions {
  readonly sessions: SessionDirectory;
  readonly pieces: PieceControl;
  readonly takes: TakesControl;
  readonly defect: (error: unknown) => void;
}

/** Where a path leads: to the host as a whole, or to a session (undefined: the first open one). */
type Door = { readonly to: 'host' } | { readonly to: 'session'; readonly id: string | undefined };

function doorOf(url: string | undefined): Door | undefined {
  if (url === HOST_PATH) return { to: 'host' };
  if (url === SESSION_PATH) return { to: 'session', id: undefined };
  if (url?.startsWith(SESSIONS_PATH)) return { to: 'session', id: url.slice(SESSIONS_PATH.length) };
  return undefined;
}

/** The WebSockets of a host: of each session, and of the host as a whole. Each path has places, of which one address cannot take all. */
export class Sockets {
  readonly #hubs: Hubs;
  readonly #host: HostHub;
  readonly #openings: Openings;
  readonly #arrivals: PerAddress;
  readonly #hostPlaces: Places;
  readonly #places = new WeakMap<Hub, Places>();
  /** All clients, of whatever session. */
  readonly #all = new Places(Number.POSITIVE_INFINITY);
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    maxFragments: 64,
  });

  constructor(private readonly options: SocketsOptions) {
    const { sessions, pieces, takes, defect } = options;
    this.#hubs = new Hubs(sessions, pieces, defect);
    this.#host = new HostHub(sessions, takes, { clients: CLIENTS, undoSeconds: UNDO_MS / 1000 }, defect);
    this.#openings = new Openings(sessions);
    // Each session may have its clients come back at once, each with one for the host.
    const burst = ARRIVALS.burst + 2 * sessions.most;
    this.#arrivals = new PerAddress({ ...ARRIVALS, burst }, () => sessions.now());
    this.#hostPlaces = new Places(HOST_CLIENTS);
  }

  /** Why a WebSocket may not open, as an HTTP status; undefined if it may. */
  refusal(request: IncomingMessage): string | undefined {
    const door = doorOf(request.url);
    if (door === undefined) return '404 Not Found';
    const places = this.#placesAt(door);
    if (places?.has(addressOf(request)) === false) return '503 Service Unavailable';
    return this.#arrivals.of(request).take(this.options.sessions.now())
      ? undefined
      : '503 Service Unavailable';
  }

  /** Opens the WebSocket of a request that {@link refusal} did not refuse. `opened` is called once it is open. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, opened: () => void): void {
    const door = doorOf(request.url);
    if (door === undefined) return;
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      opened();
      // Another client may have taken the last place meanwhile, or the session was closed.
      const places = this.#placesAt(door);
      const address = addressOf(request);
      if (places !== undefined) webSocket.once('close', places.take(address));
      webSocket.once('close', this.#all.take(address));
      if (door.to === 'host') this.#host.join(webSocket, this.#openings.at(address), request.socket);
      else this.#join(door.id, webSocket, { wire: request.socket, share: () => this.#all.share(address) });
    });
  }

  /** The places behind a door; undefined where there is no such session. */
  #placesAt(door: Door): Places | undefined {
    if (door.to === 'host') return this.#hostPlaces;
    const hub = this.#hubOf(door.id);
    if (hub instanceof ContinuoError) return undefined;
    const places = this.#places.get(hub) ?? new Places(CLIENTS);
    this.#places.set(hub, places);
    return places;
  }

  #hubOf(id: string | undefined): Hub | ContinuoError {
    try {
      return this.#hubs.of(id);
    } catch (error) {
      if (error instanceof ContinuoError) return error;
      throw error;
    }
  }

  /** A browser cannot read an HTTP status, so a client that asks for a session that is not there is told over its WebSocket. */
  #join(id: string | undefined, webSocket: WebSocket, from: ClientFrom): void {
    const hub = this.#hubOf(id);
    if (hub instanceof ContinuoError) sendAway(webSocket, hub);
    else hub.join(webSocket, from);
  }

  /** Called every few seconds: drops clients that never said hello, send too much, or do not answer a close. */
  sweep(): void {
    this.#hubs.sweep();
    this.#host.sweep();
  }

  /** Called less often than {@link sweep}: drops dead clients and reports changes of ports. */
  tick(): void {
    this.#hubs.tick();
    this.#host.tick();
  }

  /** Disconnects all clients. */
  close(): void {
    this.#openings.unsubscribe();
    this.#hubs.close();
    this.#host.close();
    // Close frames go out first; sockets that do not answer are cut off.
    for (const socket of this.#server.clients) setImmediate(() => socket.terminate());
  }
}

function sendAway(webSocket: WebSocket, { code, message, hint }: ContinuoError): void {
  const error: ErrorMessage = { type: 'error', code, message, ...(hint !== undefined && { hint }) };
  webSocket.on('error', () => {});
  webSocket.send(JSON.stringify(error));
  webSocket.close(SESSION_GONE, code);
  setTimeout(() => webSocket.terminate(), PARTING_MS).unref();
}
