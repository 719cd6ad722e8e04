import type { IncomingMessage } from 'node:http';
import type { Seconds } from '../music/units.js';
import { TokenBucket } from './token-bucket.js';

/** Addresses that are counted; the one that came first is forgotten first. */
const MOST_ADDRESSES = 1000;

/** A rate for each address. */
export class PerAddress {
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(
    private readonly rate: { readonly burst: number; readonly perSecond: number },
    private readonly now: () => Seconds,
  ) {}

  /** Of whoever asks. */
  of(request: IncomingMessage): TokenBucket {
    const address = addressOf(request);
    const known = this.#buckets.get(address);
    if (known) return known;
    const bucket = new TokenBucket(this.rate.burst, this.rate.perSecond, this.now());
    this.#buckets.set(address, bucket);
    if (this.#buckets.size > MOST_ADDRESSES)
      for (const first of this.#buckets.keys()) {
        this.#buckets.delete(first);
        break;
      }
    return bucket;
  }
}

/** Who asks: of IPv6 the network, since each machine in it has as many addresses as it wants. */
function addressOf({ socket }: IncomingMessage): string {
  const address = socket.remoteAddress ?? '';
  return address.includes('.') ? address : address.split(':', 4).join(':');
}
