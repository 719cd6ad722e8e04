import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import type { ClusterDirectory, Elsewhere, SessionDirectory } from '../../host/sessions/control.js';
import { pathOf, SESSION_MOVED } from '../../protocol/host-protocol.js';
import { MAX_MESSAGE_BYTES } from '../../protocol/session-protocol.js';
import { HardLimit } from '../hard-limit.js';
import { refuseUpgrade } from '../refuse-upgrade.js';
import { sendAway } from '../send-away.js';
import { Bridge } from './bridge.js';
import { sessionMoved } from './moved.js';
import { ANSWER_MS, type Peers } from './peers.js';

/** The largest message of a host: a welcome, with the music of a page and all that its plugins declare. */
const LARGEST_OF_HOST = 16 * 2 ** 20;

const SOCKET = { perMessageDeflate: false, maxFragments: 64, autoPong: false } as const;

/** A client that wants to have a session which another host has. */
interface Wanted {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  readonly id: string;
  readonly elsewhere: Elsewhere;
}

/** Connects clients of this host to sessions of others: the cluster's hosts are one to them. */
export class SessionProxy {
  readonly #bridges = new Map<Bridge, { readonly id: string; readonly address: string }>();
  readonly #unsubscribe: () => void;
  readonly #server = new WebSocketServer({ ...SOCKET, noServer: true, maxPayload: MAX_MESSAGE_BYTES });

  constructor(
    private readonly sessions: SessionDirectory,
    private readonly cluster: ClusterDirectory | undefined,
    private readonly peers: Peers,
  ) {
    this.#unsubscribe = sessions.subscribe(({ id }) => this.#follow(id));
  }

  /** Connects to the session's host, then opens the client's WebSocket, and says so by `opened`. */
  accept(wanted: Wanted, opened: (webSocket: WebSocket) => void): void {
    const { request, socket, id, elsewhere } = wanted;
    const { address } = elsewhere;
    if (address === null) {
      this.#sendAway(wanted, opened);
      return;
    }
    const url = new URL(pathOf(id), address.replace(/^http/, 'ws'));
    const upstream = new WebSocket(url, {
      ...SOCKET,
      ...{ handshakeTimeout: ANSWER_MS, maxPayload: LARGEST_OF_HOST, headers: this.peers.headers(request) },
    });
    const gone = () => upstream.terminate();
    socket.once('close', gone);
    socket.on('error', gone);
    let refused = false;
    upstream.once('unexpected-response', (_, { statusCode }) => {
      // No place there, or too many at once: the client is told the same.
      refused = true;
      if (statusCode === 503) refuseUpgrade(socket, '503 Service Unavailable');
      else this.#sendAway(wanted, opened);
      upstream.terminate();
    });
    upstream.once('error', () => {
      if (!refused && !socket.destroyed) this.#sendAway(wanted, opened);
      refused = true;
    });
    upstream.once('open', () => {
      socket.off('close', gone);
      socket.off('error', gone);
      this.#join(wanted, upstream, opened);
    });
  }

  #join(wanted: Wanted, upstream: WebSocket, opened: (webSocket: WebSocket) => void): void {
    const { request, socket, head, id, elsewhere } = wanted;
    if (socket.destroyed) upstream.terminate();
    else
      this.#server.handleUpgrade(request, socket, head, (client) => {
        opened(client);
        const bridge = new Bridge(client, upstream, new HardLimit(() => this.sessions.now(), request.socket));
        this.#bridges.set(bridge, { id, address: elsewhere.address! });
        client.once('close', () => this.#bridges.delete(bridge));
        // It may have moved while its host was asked.
        this.#follow(id);
      });
  }

  /** The host does not answer, or nobody has the session at present. */
  #sendAway({ request, socket, head }: Wanted, opened: (webSocket: WebSocket) => void): void {
    this.#server.handleUpgrade(request, socket, head, (client) => {
      opened(client);
      const why = 'The host of this session does not answer; another is about to take it over.';
      sendAway(client, sessionMoved(why, 'Connect again in a moment.'), SESSION_MOVED);
    });
  }

  /** Where a session is at another host by now, its clients are told. */
  #follow(id: string): void {
    for (const [bridge, to] of this.#bridges) {
      if (to.id !== id) continue;
      const now = this.cluster?.elsewhere(id);
      const here = now === undefined && this.sessions.list().some((entry) => entry.id === id);
      if (here || (now !== undefined && now.address !== to.address)) bridge.moved();
    }
  }

  sweep(): void {
    for (const bridge of this.#bridges.keys()) bridge.sweep();
  }

  close(): void {
    this.#unsubscribe();
    for (const bridge of this.#bridges.keys()) bridge.close(1001, 'the host stops');
    for (const socket of this.#server.clients) setImmediate(() => socket.terminate());
  }
}
