import { type IncomingMessage, request as plainRequest, type ServerResponse } from 'node:http';
import { request as secureRequest } from 'node:https';
import { pipeline } from 'node:stream';
import type { SessionDirectory } from '../../host/sessions/control.js';
import { pathOf } from '../../protocol/host-protocol.js';
import { sayPlainly } from '../panel-files.js';
import { ANSWER_MS, type Peers, passedOn } from './peers.js';

/** The host of a session goes on answering at least so often, in milliseconds. */
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

/** What a path asks of a session: `/sessions/ID/snapshots`, or `/session/snapshots` of the `first`; undefined: it asks nothing. */
function askedBy(url: string | undefined, first: string | undefined) {
  const [, id, rest] = /^\/(?:session|sessions\/([^/?#]+))\/(.*)$/s.exec(url ?? '') ?? [];
  const session = id ?? first;
  return rest === undefined || session === undefined ? undefined : { id: session, rest };
}

/** Passes requests that concern sessions of other hosts on to them. */
export class HttpProxy {
  constructor(
    private readonly sessions: SessionDirectory,
    private readonly peers: Peers,
  ) {}

  /** Whether a request is for a session of another host; then it is answered. `affords`: see PanelFiles.serve. */
  answers(request: IncomingMessage, response: ServerResponse, affords: (bytes: number) => boolean): boolean {
    const { cluster, first } = this.sessions;
    const asked = askedBy(request.url, first);
    const elsewhere = asked && cluster?.elsewhere(asked.id);
    if (elsewhere === undefined) return false;
    const { address } = elsewhere;
    if (address === null || passedOn(request)) {
      sayMoved(response);
      return true;
    }
    const below = `${pathOf(asked!.id)}/`;
    const url = new URL(`${below}${asked!.rest}`, address);
    // Dots in a path lead elsewhere: a peer is trusted with more than sessions.
    if (!url.pathname.startsWith(below)) return false;
    this.#pass(request, response, url, affords);
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
