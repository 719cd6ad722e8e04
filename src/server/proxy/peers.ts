import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { ClusterDirectory } from '../../host/sessions/control.js';
import { FOR_HEADER, PEER_HEADER } from '../../protocol/hosts-protocol.js';
import { isLoopback } from '../addresses.js';
import { addressOf, askedFor } from '../per-address.js';
import { digest } from '../token.js';

/** The host of a session accepts a connection within this time, in milliseconds, or the client is told to try again. */
export const ANSWER_MS = 1000;
/** The longest address that a peer may name. */
const LONGEST_ADDRESS = 64;

/** Tells the hosts of the cluster from clients: they show the secret that they share. */
export class Peers {
  readonly #expected: Buffer | undefined;
  readonly #known = new WeakSet<IncomingMessage>();

  constructor(private readonly cluster: ClusterDirectory | undefined) {
    this.#expected = cluster === undefined ? undefined : digest(cluster.secret);
  }

  /**
   * Looks at a request that has just come. Where it is a peer's, the limits of addresses count it for the client that the peer names; a client
   * on the peer's own computer counts as the peer.
   */
  look(request: IncomingMessage): void {
    const shown = request.headers[PEER_HEADER];
    if (this.#expected === undefined || typeof shown !== 'string') return;
    if (!timingSafeEqual(digest(shown), this.#expected)) return;
    this.#known.add(request);
    const client = request.headers[FOR_HEADER];
    if (typeof client === 'string' && client.length <= LONGEST_ADDRESS && !isLoopback(client))
      askedFor(request, client);
  }

  /** Whether a request is a peer's. */
  has(request: IncomingMessage): boolean {
    return this.#known.has(request);
  }

  /** What to show a peer with a request that is passed on. */
  headers(request: IncomingMessage): Record<string, string> {
    if (this.cluster === undefined) return {};
    return { [PEER_HEADER]: this.cluster.secret, [FOR_HEADER]: addressOf(request) };
  }
}

/** Whether a request was passed on already: it is never passed on again, whoever did that. */
export const passedOn = ({ headers }: IncomingMessage): boolean => headers[PEER_HEADER] !== undefined;
