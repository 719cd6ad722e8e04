import { randomBytes } from 'node:crypto';

/** The digits of base32 (RFC 4648) in lower case: no capitals, nothing to escape in an address. */
const DIGITS = 'abcdefghijklmnopqrstuvwxyz234567';

/** What an id of a session looks like. */
export const SESSION_ID = /^[a-z2-7]{8}$/;

/** A random id of a session, 40 bits: unique over the hosts of a cluster too. */
export function newSessionId(): string {
  return [...randomBytes(8)].map((byte) => DIGITS[byte % DIGITS.length]).join('');
}
