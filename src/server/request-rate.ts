import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Seconds } from '../music/units.js';
import { sayPlainly } from './panel-files.js';
import { PerAddress } from './per-address.js';

/**
 * Rate of requests per address; a body costs one more for each 32 KiB, since writing it keeps the thread that busy. A panel without
 * a cache loads seven files of 0.8 MB, or 0.2 MB compressed: sixteen panels may do that at once.
 */
const RATE = { burst: 500, perSecond: 50 };
const BODY = 32 * 1024;
const RETRY_SECONDS = 2;

/** Limits the requests of each address. */
export class RequestRate {
  readonly #rate: PerAddress;

  constructor(private readonly now: () => Seconds) {
    this.#rate = new PerAddress(RATE, now);
  }

  /**
   * Whether a request is within the limit or, with `bytes`, may be answered with a body of that size. If not, it has been answered
   * with 429.
   */
  admits(request: IncomingMessage, response: ServerResponse, bytes?: number): boolean {
    const costs = bytes === undefined ? 1 : bytes / BODY;
    if (this.#rate.of(request).take(this.now(), costs)) return true;
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    response.setHeader('Retry-After', RETRY_SECONDS);
    response.setHeader('Cache-Control', 'no-store');
    // Close it: nothing more is read from this connection.
    response.setHeader('Connection', 'close');
    sayPlainly(response, 429, 'Too many requests came from your address. Wait two seconds, then ask again.');
    return false;
  }
}
