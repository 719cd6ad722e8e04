import { ContinuoError } from '../errors.js';
import type { Seconds } from '../music/units.js';
import { TokenBucket } from './token-bucket.js';

const MESSAGES = { burst: 2000, perSecond: 1000 };
const BYTES = { burst: 4 * 2 ** 20, perSecond: 2 ** 20 };

/** How a client is let go that sends more. */
export const EXPELLED = 1008;
export const EXPELLED_WORDS = 'PROTOCOL_RATE: more than any panel sends';

export function tooMuch(): ContinuoError {
  const most = `${MESSAGES.perSecond} messages and ${BYTES.perSecond} bytes a second`;
  return new ContinuoError('PROTOCOL_RATE', `This sends more than ${most}; it is let go.`);
}

/** Hard limit: a client that sends more is not a panel and is disconnected. Ignored messages count, too. */
export class HardLimit {
  readonly #messages: TokenBucket;
  readonly #bytes: TokenBucket;
  /** Bytes received until the last sweep. */
  #received: number;

  /** `wire`: the underlying connection. */
  constructor(
    private readonly now: () => Seconds,
    private readonly wire: { readonly bytesRead: number } | undefined,
  ) {
    this.#messages = new TokenBucket(MESSAGES.burst, MESSAGES.perSecond, now());
    this.#bytes = new TokenBucket(BYTES.burst, BYTES.perSecond, now());
    this.#received = wire?.bytesRead ?? 0;
  }

  /** Whether a message of this many bytes is within the limit. */
  admits(bytes: number): boolean {
    const now = this.now();
    return this.#messages.take(now) && this.#bytes.take(now, bytes);
  }

  /** Whether all that came since the last call is: messages were counted on arrival, other frames were not. */
  sweep(): boolean {
    const bytes = (this.wire?.bytesRead ?? 0) - this.#received;
    this.#received += bytes;
    return bytes <= BYTES.burst;
  }
}
