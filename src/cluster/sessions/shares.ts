import type { HostSeen } from '../broker/control.js';

/** Whoever has not been given a session claims it after all, where nobody else has so long after it could be claimed, in milliseconds. */
export const GRACE_MS = 300;

/**
 * Who is to take which session over: all hosts come to the same answer, as far as they know the same. A session goes to the host that has
 * most room then.
 */
export function shares(ids: readonly string[], hosts: readonly HostSeen[]): ReadonlyMap<string, string> {
  const room = new Map(hosts.filter(({ holds }) => holds).map(({ id, room }) => [id, room]));
  const to = new Map<string, string>();
  for (const id of [...ids].sort()) {
    let best: string | undefined;
    for (const [host, left] of room)
      if (
        best === undefined ||
        left > room.get(best)! ||
        (left === room.get(best) && keyOf(id, host) < keyOf(id, best))
      )
        best = host;
    if (best === undefined) break;
    to.set(id, best);
    room.set(best, room.get(best)! - 1);
  }
  return to;
}

const keyOf = (session: string, host: string) => {
  let hash = 0;
  for (const sign of session + host) hash = (Math.imul(hash, 31) + sign.charCodeAt(0)) | 0;
  return hash;
};
