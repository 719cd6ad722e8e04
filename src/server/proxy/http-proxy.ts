import { type IncomingMessage, request as plainRequest, type ServerResponse } from 'node:http';
import { request as secureRequest } from 'node:https';
import { pipeline } from 'node:stream';
import type { ClusterDirectory } from '../../host/sessions/control.js';
import { SESSIONS_PATH } from '../../protocol/host-protocol.js';
import { sayPlainly } from '../panel-files.js';
import { type Peers, passedOn } from './peers.js';

/** The host of a session accepts a connection within this time, and goes on answering at least so often, in milliseconds. */
const ANSWER_MS = 1000;
const QUIET_MS = 10_000;

/** Headers that concern one connection alone (RFC 9110, 7.6.1), and what shows who asks, which the owner is told otherwise. */
const NOT_PASSED: ReadonlySet<string> = new Set([
  ...[
    'connection',
    'keep-alive',
    'proxy-authenticate',
    'proxy-authorization',
    'te',
    'trailer',
    'transfer-encoding',
  ],
  ...['upgrade', 'host', 'cookie', 'set-cookie', 'authorization'],
]);

const passable = (headers: IncomingMessage['headers']) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !NOT_PASSED.has(name)));

/** The session of a path such as `/sessions/ID/snapshots`; undefined: it is none of a session. */
function sessionOf(url: string | undefined): string | undefined {
  if (!url?.startsWith(SESSIONS_PATH)) return undefined;
  return /^([^/?#]+)\//.exec(url.slice(SESSIONS_PATH.length))?.[1];
}

/** Passes requests that concern sessions of other hosts on to them. */
export class HttpProxy {
  constructor(
    private readonly cluster: ClusterDirectory | undefined,
    private readonly peers: Peers,
  ) {}

  /** Whether a request is for a session of another host; then it is answered. `affords`: see PanelFiles.serve. */
  answers(request: IncomingMessage, response: ServerResponse, affords: (bytes: number) => boolean): boolean {
    const id = sessionOf(request.url);
    const elsewhere = id === undefined ? undefined : this.cluster?.elsewhere(id);
    if (elsewhere === undefined) return false;
    const { address } = elsewhere;
    if (address === null || passedOn(request)) sayMoved(response);
    else this.#pass(request, response, new URL(request.url!, address), affords);
    return true;
  }

  #pass(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    affords: (bytes: number) => boolean,
  ): void {
    const send = url.protocol === 'https:' ? secureRequest : plainRequest;
    const headers = { ...passable(request.headers), ...this.peers.headers(request) };
    const upstream = send(url, { method: request.method, headers, agent: false, timeout: QUIET_MS });
    const late = setTimeout(() => upstream.destroy(new Error('no answer')), ANSWER_MS);
    upstream.once('socket', (socket) => socket.once('connect', () => clearTimeout(late)));
    upstream.once('timeout', () => upstream.destroy(new Error('no answer')));
    upstream.on('error', () => {
      clearTimeout(late);
      // Half an answer is cut off, so that nobody takes it for a whole one.
      if (response.headersSent) response.destroy();
      else sayMoved(response);
    });
    upstream.once('response', (answer) => {
      const bytes = Number(answer.headers['content-length'] ?? 0);
      if (bytes > 0 && !affords(bytes)) {
        upstream.destroy();
        return;
      }
      response.writeHead(answer.statusCode ?? 502, passable(answer.headers));
      pipeline(answer, response, () => {});
    });
    response.once('close', () => upstream.destroy());
    // Not a pipeline: that would destroy the client's connection with the other, before it is told why.
    request.pipe(upstream);
  }
}

function sayMoved(response: ServerResponse): void {
  if (response.destroyed) return;
  response.setHeader('Retry-After', 1);
  response.setHeader('Cache-Control', 'no-store');
  sayPlainly(
    response,
    503,
    'The host of this session does not answer; another is about to take it over. Ask again in a moment. [SESSION_MOVED]',
  );
}
