import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ContinuoError } from '../errors.js';
import type { PieceControl } from '../host/compose/control.js';
import type { SessionDirectory } from '../host/sessions/control.js';
import type { TakesControl } from '../host/takes/library/control.js';
import { Access, parseOrigin } from './access.js';
import { isLoopback, localHost, networkAddresses } from './addresses.js';
import { Connections } from './connections.js';
import { PanelFiles, sayPlainly } from './panel-files.js';
import { answersAlive } from './proxy/alive.js';
import { ClusterWords } from './proxy/cluster-words.js';
import { HttpProxy } from './proxy/http-proxy.js';
import { Peers } from './proxy/peers.js';
import { refuseUpgrade } from './refuse-upgrade.js';
import { RequestRate } from './request-rate.js';
import { SnapshotFiles } from './snapshot-files.js';
import { CLIENTS, Sockets } from './sockets.js';
import { TakeFiles } from './take-files.js';
import { checkToken, newToken, TokenGate } from './token.js';

/** Most other connections at once: a browser opens six for a panel's files. */
const CONNECTIONS = 4 * CLIENTS;
/** Interval of {@link Sockets.sweep} and {@link Sockets.tick}, in seconds. */
const SWEEP = 2;
const TICK = 3 * SWEEP;
/** How long a request may take to arrive, and a connection may be idle, in milliseconds. */
const TIMEOUTS = {
  connectionsCheckingInterval: 1000 * SWEEP,
  headersTimeout: 4000,
  requestTimeout: 8000,
  keepAliveTimeout: 5000,
};
const QUIET_MS = 15_000;

export interface ServerOptions {
  /** The sessions; the caller closes them. */
  readonly sessions: SessionDirectory;
  /** Makes pieces for the panels; the caller closes it. */
  readonly pieces: PieceControl;
  /** The takes that clients may list, hear and export; the caller closes it. */
  readonly takes: TakesControl;
  /** 0: any free port. */
  readonly port: number;
  /** The address to listen on; default 127.0.0.1, this machine alone. */
  readonly host?: string;
  /** The built panel. */
  readonly panelFolder: string;
  /** Token that panels must present; default: none if only this machine reaches the host, else a random one. */
  readonly token?: string;
  /** Origins allowed besides this machine's own, e.g. `http://studio.local:8137`. */
  readonly allowedOrigins?: readonly string[];
  /** Called with internal errors. Default: standard error. */
  readonly onDefect?: (error: unknown) => void;
}

export interface RunningServer {
  /** The panel's address, e.g. `http://127.0.0.1:8137/`. */
  readonly address: string;
  /** The same with the token, where one is required. */
  readonly link: string;
  /** Links for other machines, with the network interface of each; empty if only this machine reaches the host. */
  readonly network: readonly { readonly link: string; readonly card: string }[];
  /** Disconnects all panels (which releases what they hold) and closes the port. */
  close(): Promise<void>;
}

/**
 * Serves the panel and the sessions of a host. Throws ADDRESS_IN_USE, ADDRESS_REFUSED, FILE_READ (the panel is not built), OPTION_VALUE (an
 * origin, the token).
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { sessions, pieces, takes, host = '127.0.0.1', onDefect = (error) => console.error(error) } = options;
  const files = new PanelFiles(options.panelFolder);
  // Validate before anything is opened that would have to be closed again.
  for (const origin of options.allowedOrigins ?? []) parseOrigin(origin);
  if (options.token !== undefined) checkToken(options.token);
  const server = createServer({ ...TIMEOUTS, maxHeaderSize: 8192 });
  server.setTimeout(QUIET_MS);
  const connections = new Connections(server, CONNECTIONS);
  const { port, address: bound } = await listen(server, options.port, host);
  const { cluster } = sessions;
  const token = options.token ?? (isLoopback(bound) ? undefined : newToken());
  const words = new ClusterWords(cluster, token);
  const access = new Access(port, bound, options.allowedOrigins, words);
  const gate = token === undefined ? undefined : new TokenGate(token, port, () => sessions.now());
  const peers = new Peers(cluster);
  const sockets = new Sockets({ sessions, pieces, takes, defect: onDefect, peers, words });
  const proxy = new HttpProxy(sessions, peers);
  const takeFiles = new TakeFiles(takes, onDefect);
  const snapshotFiles = new SnapshotFiles(sessions, (request) => access.originAllowed(request), onDefect);
  const requests = new RequestRate(() => sessions.now());

  server.on('request', (request, response) => {
    peers.look(request);
    const peer = peers.has(request);
    if (peer && answersAlive(cluster, request, response)) return;
    if (!requests.admits(request, response)) return;
    if (!peer && !access.hostAllowed(request))
      sayPlainly(response, 403, 'This name is not allowed here; --allow-origin allows another.');
    else if (peer || !gate?.answers(request, response)) {
      const affords = (bytes: number) => requests.admits(request, response, bytes);
      if (proxy.answers(request, response, affords) || takeFiles.answers(request, response, affords)) return;
      if (snapshotFiles.answers(request, response, affords)) return;
      const hosts = new Set([request.headers.host!, ...words.addresses.map((url) => url.host)]);
      files.serve(request, response, [...hosts], affords);
    }
  });
  server.on('upgrade', (request, socket, head) => {
    peers.look(request);
    const refusal = whyNot(request);
    if (refusal !== undefined) refuseUpgrade(socket, refusal);
    else sockets.accept(request, socket, head, () => connections.release(request.socket));
  });

  function whyNot(request: IncomingMessage): string | undefined {
    // A peer has shown what no client knows.
    if (peers.has(request)) return sockets.refusal(request);
    if (!access.hostAllowed(request) || !access.originAllowed(request)) return '403 Forbidden';
    return gate?.refusal(request) ?? sockets.refusal(request);
  }

  const timers = [
    setInterval(() => sockets.sweep(), SWEEP * 1000),
    setInterval(() => sockets.tick(), TICK * 1000),
  ];
  for (const timer of timers) timer.unref();
  const linkTo = (name: string) => `http://${name}:${port}/${token === undefined ? '' : `?token=${token}`}`;
  return {
    address: `http://${localHost(bound)}:${port}/`,
    link: linkTo(localHost(bound)),
    network: networkAddresses(bound).map(({ host, card }) => ({ link: linkTo(host), card })),
    close() {
      for (const timer of timers) clearInterval(timer);
      return new Promise((resolve) => {
        server.close(() => resolve());
        sockets.close();
        server.closeAllConnections();
      });
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, port, host)));
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });
}

function listenError(cause: NodeJS.ErrnoException, port: number, host: string): Error {
  if (cause.code === 'EADDRINUSE')
    return new ContinuoError(
      'ADDRESS_IN_USE',
      `Port ${port} of ${host} is taken by another program.`,
      'Choose another with --port, or --port 0 for any that is free.',
      { cause },
    );
  return new ContinuoError(
    'ADDRESS_REFUSED',
    `The system does not let a program listen on port ${port} of ${host} (${cause.code}).`,
    'Choose a port above 1023 with --port, and an address of this machine with --host.',
    { cause },
  );
}
