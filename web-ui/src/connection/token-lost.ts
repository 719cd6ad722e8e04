/** Names by which a panel reaches a host on its own computer, which mostly asks for no token. */
const OWN = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * To be called when the line is lost: a host in the network that was started anew has another token, and a WebSocket that it
 * refuses does not say why. Its page does, and what to do.
 */
export async function leaveWhereTokenIsLost(): Promise<void> {
  if (OWN.has(location.hostname)) return;
  const answer = await fetch('/', { method: 'HEAD', cache: 'no-store' }).catch(() => null);
  if (answer?.status === 401) location.reload();
}
