import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ContinuoError } from '../errors.js';
import type { Seconds } from '../music/units.js';
import { offeredTokens } from '../protocol/subprotocol.js';
import { sayPlainly } from './panel-files.js';
import { PerAddress } from './per-address.js';

/** Rate of wrong tokens per address. Against twelve characters that is nothing; a person with an old link stays below it. */
const GUESSES = { burst: 20, perSecond: 2 };
const COOKIE_SECONDS = 30 * 86_400;

type Verdict = 'right' | 'wrong' | 'missing' | 'exhausted';

/**
 * Requires a token from every client: a browser brings it in the link that the host printed and gets a cookie for it; a program
 * sends `Authorization: Bearer TOKEN`, and with a WebSocket may offer it as a subprotocol instead. The cookie's name includes the port, since browsers share cookies between the ports of a
 * host.
 */
export class TokenGate {
  readonly #expected: Buffer;
  readonly #cookie: string;
  readonly #guesses: PerAddress;

  constructor(
    readonly token: string,
    port: number,
    private readonly now: () => Seconds,
  ) {
    this.#expected = digest(token);
    this.#cookie = `continuo-${port}`;
    this.#guesses = new PerAddress(GUESSES, now);
  }

  /** Checks a WebSocket request: undefined if it may open, else the HTTP status of the refusal. */
  refusal(request: IncomingMessage): string | undefined {
    const verdict = this.#judge(request, this.#shown(request));
    if (verdict === 'right') return undefined;
    return verdict === 'exhausted' ? '429 Too Many Requests' : '401 Unauthorized';
  }

  /** Answers a request without a valid token, or with one in its link. Returns false where the request may go on. */
  answers(request: IncomingMessage, response: ServerResponse): boolean {
    const inLink = linkToken(request);
    const verdict = this.#judge(request, [...inLink, ...this.#shown(request)]);
    const again = request.url === AGAIN;
    if (verdict === 'right' && inLink.length === 0 && !again) return false;
    // Neither the token in the link nor the cookie may be cached or leaked in a referrer.
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('Referrer-Policy', 'no-referrer');
    if (verdict === 'right') {
      const keep = `Path=/; Max-Age=${COOKIE_SECONDS}; HttpOnly; SameSite=Strict`;
      if (inLink.length > 0) response.setHeader('Set-Cookie', `${this.#cookie}=${this.token}; ${keep}`);
      response.writeHead(303, { Location: '/' }).end();
    } else if (verdict === 'exhausted') {
      response.setHeader('Retry-After', '10');
      sayPlainly(
        response,
        429,
        'Too many wrong tokens came from your address. Wait ten seconds, then open the link again.',
      );
    } else {
      response.setHeader('WWW-Authenticate', 'Bearer realm="continuo"');
      // A browser that follows the link from another site's page omits the cookie when it is redirected to /, although it has it by
      // then (SameSite=Strict). It sends it when the page itself asks again.
      if (verdict === 'missing' && request.url === '/') response.setHeader('Refresh', `0; url=${AGAIN}`);
      sayPlainly(response, 401, verdict === 'missing' ? MISSING : WRONG);
    }
    return true;
  }

  /** The tokens that a request presents other than in its link. */
  #shown({ headers }: IncomingMessage): string[] {
    const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
    const cookies = (headers.cookie ?? '').split(';').flatMap((pair) => {
      const [name, value] = pair.trim().split('=', 2);
      return name === this.#cookie && value ? [value] : [];
    });
    const offered = offeredTokens(headers['sec-websocket-protocol']);
    return [...(bearer === undefined ? [] : [bearer]), ...offered, ...cookies];
  }

  #judge(request: IncomingMessage, shown: readonly string[]): Verdict {
    if (shown.length === 0) return 'missing';
    const guesses = this.#guesses.of(request);
    // Beyond the limit nothing is compared: else guessing could go on.
    if (guesses.left(this.now()) < shown.length) return 'exhausted';
    const right = shown.map((token) => timingSafeEqual(digest(token), this.#expected)).includes(true);
    if (right) return 'right';
    guesses.take(this.now(), shown.length);
    return 'wrong';
  }
}

const AGAIN = '/?again';
const MISSING =
  'This Continuo asks for a token. Open the link that it printed when it was started; it ends in ?token= and the token. ' +
  'A program sends the token as a header: Authorization: Bearer TOKEN';
const WRONG =
  'That is not the token of this Continuo: it may have been started anew since. Open the link that it printed when it was started; ' +
  'it ends in ?token= and the token.';

/** Hashes have equal length, so that comparing them takes constant time. */
export const digest = (token: string) => createHash('sha256').update(token).digest();

/** The token in a request's link, if there is one. */
function linkToken({ url = '/' }: IncomingMessage): string[] {
  const at = url.indexOf('?');
  const token = at < 0 ? null : new URLSearchParams(url.slice(at)).get('token');
  return token === null ? [] : [token];
}

/** A random token of 144 bits, in characters that need no escaping in a link. */
export function newToken(): string {
  return randomBytes(18).toString('base64url');
}

/** Throws OPTION_VALUE where a user's token is too short, or has characters that need escaping in a link or header. */
export function checkToken(token: string): void {
  if (/^[\w.~-]{12,128}$/.test(token)) return;
  throw new ContinuoError(
    'OPTION_VALUE',
    `--token expects 12 to 128 letters, digits or any of . _ ~ -, but got ${token.length} characters${token.length < 12 ? '' : ', others among them'}.`,
    'Leave it out, and one is made at each start.',
  );
}
