import { ContinuoError } from '../errors.js';
import type { Address } from './address.js';

/**
 * Why a host did not accept a connection. A WebSocket does not say, so its page is asked for: HOST_UNREACHABLE, HOST_TOKEN or
 * HOST_REFUSED.
 */
export async function whyRefused({ page, socket, token }: Address): Promise<ContinuoError> {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const answer = await fetch(page, { method: 'HEAD', headers, redirect: 'manual' }).catch(() => undefined);
  if (answer === undefined)
    return new ContinuoError(
      'HOST_UNREACHABLE',
      `No host answers at ${page}.`,
      'Is continuo start running there? It prints its address.',
    );
  if (answer.status === 401 || answer.status === 429)
    return new ContinuoError(
      'HOST_TOKEN',
      token === undefined
        ? `The host at ${page} asks for a token, and none was given.`
        : `The host at ${page} has another token${answer.status === 429 ? ', and too many wrong ones have come' : ''}.`,
      'Take the link that it printed when it was started; it ends in ?token= and the token.',
    );
  return new ContinuoError(
    'HOST_REFUSED',
    `The host at ${page} does not accept a connection to ${new URL(socket).pathname} (its page: HTTP ${answer.status}).`,
    'Does it have that session? It also refuses names that are not its own (--allow-origin), and more clients than it has places for.',
  );
}
