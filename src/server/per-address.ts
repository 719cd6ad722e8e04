import type { IncomingMessage } from 'node:http';
import type { Seconds } from '../music/units.js';
import { TokenBucket } from './token-bucket.js';

/** Most addresses tracked; the oldest entry is dropped first. */
const MOST_ADDRESSES = 1000;

/** A rate limit for each client address. */
export class PerAddress {
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(
    private readonly rate: { readonly burst: number; readonly perSecond: number },
    private readonly now: () => Seconds,
  ) {}

  /** The bucket of the request's address. */
  of(request: IncomingMessage): TokenBucket {
    return this.at(addressOf(request));
  }

  /** The bucket of an address. */
  at(address: string): TokenBucket {
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

/** Requests of peers, with the address of the client for whom each is made. */
const asked = new WeakMap<IncomingMessage, string>();

/** A request is made for a client at this address: limits of addresses count it there. Call it where the peer's word is believed. */
export function askedFor(request: IncomingMessage, address: string): void {
  asked.set(request, address);
}

/** The client's address; for IPv6 its /64 network, since each machine in it can use any number of addresses. */
export function addressOf(request: IncomingMessage): string {
  const address = asked.get(request) ?? request.socket.remoteAddress ?? '';
  return address.includes('.') ? address : address.split(':', 4).join(':');
}
