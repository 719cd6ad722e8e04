/**
 * The WebSocket subprotocol of all connections to a host. A client may leave it out; one that offers it, first, may offer its token
 * after it: a page cannot set the header `Authorization` of a WebSocket.
 */
export const SUBPROTOCOL = 'continuo';

const TOKEN = 'continuo-token.';

export const tokenSubprotocol = (token: string): string => `${TOKEN}${token}`;

/** The tokens among the subprotocols that a request offers (the header `Sec-WebSocket-Protocol`). */
export function offeredTokens(offered: string | undefined): string[] {
  return (offered ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name.startsWith(TOKEN) && name.length > TOKEN.length)
    .map((name) => name.slice(TOKEN.length));
}
