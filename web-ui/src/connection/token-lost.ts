/** Host names of a panel on the host's own computer, which usually requires no token. */
const OWN = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Call this when the connection is lost. A restarted host has another token and refuses the WebSocket without a reason; its page
 * explains that, so the panel reloads to show it.
 */
export async function leaveWhereTokenIsLost(): Promise<void> {
  if (OWN.has(location.hostname)) return;
  const answer = await fetch('/', { method: 'HEAD', cache: 'no-store' }).catch(() => null);
  if (answer?.status === 401) location.reload();
}
