import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Seconds } from '../music/units.js';
import { sayPlainly } from './panel-files.js';
import { PerAddress } from './per-address.js';

/**
 * Requests of one address, at once and a second; a body costs one more for each 32 KiB, since writing it keeps the thread as long.
 * A panel without a cache asks for seven files of 0.8 MB, or 0.2 MB compressed: sixteen may do that at once.
 */
const RATE = { burst: 500, perSecond: 50 };
const BODY = 32 * 1024;
const RETRY_SECONDS = 2;

/** How much each address may ask for. */
export class RequestRate {
  readonly #rate: PerAddress;

  constructor(private readonly now: () => Seconds) {
    this.#rate = new PerAddress(RATE, now);
  }

  /** Whether a request may be looked at, or, with `bytes`, be answered with so many more. Else it has been refused. */
  admits(request: IncomingMessage, response: ServerResponse, bytes?: number): boolean {
    const costs = bytes === undefined ? 1 : bytes / BODY;
    if (this.#rate.of(request).take(this.now(), costs)) return true;
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    response.setHeader('Retry-After', RETRY_SECONDS);
    response.setHeader('Cache-Control', 'no-store');
    // Nothing more is read from it.
    response.setHeader('Connection', 'close');
    sayPlainly(response, 429, 'Too many requests came from your address. Wait two seconds, then ask again.');
    return false;
  }
}
