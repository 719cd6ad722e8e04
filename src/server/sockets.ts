import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { ContinuoError } from '../errors.js';
import type { PieceControl } from '../host/compose/control.js';
import type { Elsewhere, SessionDirectory } from '../host/sessions/control.js';
import { UNDO_MS } from '../host/sessions/sessions.js';
import type { TakesControl } from '../host/takes/library/control.js';
import { HOST_PATH, SESSION_GONE, SESSION_MOVED, SESSIONS_PATH } from '../protocol/host-protocol.js';
import { MAX_MESSAGE_BYTES, SESSION_PATH } from '../protocol/session-protocol.js';
import type { ClientFrom } from './client.js';
import { HostHub } from './host-hub.js';
import type { Hub } from './hub.js';
import { Hubs } from './hubs.js';
import { Openings } from './openings.js';
import { addressOf, PerAddress } from './per-address.js';
import { Places } from './places.js';
import type { ClusterWords } from './proxy/cluster-words.js';
import { sessionMoved } from './proxy/moved.js';
import { type Peers, passedOn } from './proxy/peers.js';
import { SessionProxy } from './proxy/session-proxy.js';
import { sendAway } from './send-away.js';

/** Most clients of one session at once. */
export const CLIENTS = 16;
/**
 * Rate of new clients from one address: all of a session at once, as after a pause, with those of the host, then a few a second, so that
 * a disconnected client cannot reconnect over and over.
 */
const ARRIVALS = { burst: 2 * CLIENTS, perSecond: 4 };
/** Most clients of sessions that other hosts have. */
export const PROXIED = 16 * CLIENTS;

interface SocketsOptions {
  readonly sessions: SessionDirectory;
  readonly pieces: PieceControl;
  readonly takes: TakesControl;
  readonly defect: (error: unknown) => void;
  readonly peers: Peers;
  readonly words: ClusterWords;
}

/** Where a path leads: to the host as a whole, to a session (undefined: the first open one), or to one of another host. */
type Door =
  | { readonly to: 'host' }
  | { readonly to: 'session'; readonly id: string | undefined }
  | { readonly to: 'elsewhere'; readonly id: string; readonly elsewhere: Elsewhere };

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
  readonly #proxy: SessionProxy;
  readonly #proxyPlaces = new Places(PROXIED);
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
    const { sessions, pieces, takes, defect, words } = options;
    this.#hubs = new Hubs(sessions, pieces, defect, words);
    const limits = { clients: CLIENTS, undoSeconds: UNDO_MS / 1000 };
    this.#host = new HostHub({ sessions, takes, defect, words }, limits);
    this.#proxy = new SessionProxy(sessions, sessions.cluster, options.peers);
    this.#openings = new Openings(sessions);
    // Each session may have its clients come back at once, each with one for the host.
    const burst = ARRIVALS.burst + 2 * sessions.most;
    this.#arrivals = new PerAddress({ ...ARRIVALS, burst }, () => sessions.now());
    // A panel is a client of the host beside its session's: who has a place in a session, here or elsewhere, has one here.
    this.#hostPlaces = new Places(CLIENTS * sessions.most + PROXIED);
  }

  /** Why a WebSocket may not open, as an HTTP status; undefined if it may. */
  refusal(request: IncomingMessage): string | undefined {
    const door = this.#doorOf(request);
    if (door === undefined) return '404 Not Found';
    const places = this.#placesAt(door);
    if (places?.has(addressOf(request)) === false) return '503 Service Unavailable';
    return this.#arrivals.of(request).take(this.options.sessions.now())
      ? undefined
      : '503 Service Unavailable';
  }

  #doorOf(request: IncomingMessage): Door | undefined {
    const door = doorOf(request.url);
    if (door?.to !== 'session' || passedOn(request)) return door;
    const { sessions } = this.options;
    const id = door.id ?? sessions.first;
    const elsewhere = id === undefined ? undefined : sessions.cluster?.elsewhere(id);
    return elsewhere === undefined ? door : { to: 'elsewhere', id: id!, elsewhere };
  }

  /** Opens the WebSocket of a request that {@link refusal} did not refuse. `opened` is called once it is open. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, opened: () => void): void {
    const door = this.#doorOf(request);
    if (door === undefined) return;
    if (door.to === 'elsewhere') {
      const { id, elsewhere } = door;
      const left = this.#proxyPlaces.take(addressOf(request));
      socket.once('close', left);
      this.#proxy.accept({ request, socket, head, id, elsewhere }, opened);
      return;
    }
    const peer = this.options.peers.has(request);
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      opened();
      // Another client may have taken the last place meanwhile, or the session was closed.
      const places = this.#placesAt(door);
      const address = addressOf(request);
      if (places !== undefined) webSocket.once('close', places.take(address));
      webSocket.once('close', this.#all.take(address));
      const wire = request.socket;
      if (door.to === 'host')
        this.#host.join(webSocket, { allowance: this.#openings.at(address), wire, peer });
      else this.#join(door.id, webSocket, { wire, share: () => this.#all.share(address) }, peer);
    });
  }

  /** The places behind a door; undefined where there is no such session. */
  #placesAt(door: Door): Places | undefined {
    if (door.to === 'host') return this.#hostPlaces;
    if (door.to === 'elsewhere') return this.#proxyPlaces;
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

  /**
   * A browser cannot read an HTTP status, so a client that asks for a session that is not there is told over its WebSocket. One that a peer
   * takes to be here may be on its way: the client asks the peer again, which knows by then.
   */
  #join(id: string | undefined, webSocket: WebSocket, from: ClientFrom, peer: boolean): void {
    const hub = this.#hubOf(id);
    if (hub instanceof ContinuoError && peer) sendAway(webSocket, sessionMoved(), SESSION_MOVED);
    else if (hub instanceof ContinuoError) sendAway(webSocket, hub, SESSION_GONE);
    else hub.join(webSocket, from);
  }

  /** Called every few seconds: drops clients that never said hello, send too much, or do not answer a close. */
  sweep(): void {
    this.#hubs.sweep();
    this.#host.sweep();
    this.#proxy.sweep();
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
    this.#proxy.close();
    // Close frames go out first; sockets that do not answer are cut off.
    for (const socket of this.#server.clients) setImmediate(() => socket.terminate());
  }
}
