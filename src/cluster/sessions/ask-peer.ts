import { WebSocket } from 'ws';
import { connectHost } from '../../client/connect.js';
import type { HostClient } from '../../client/host-client.js';
import type { SocketClass } from '../../client/surroundings.js';
import { PEER_HEADER } from '../../protocol/hosts-protocol.js';

/** Longest wait for another host, in milliseconds. */
const ASK_PEER_MS = 10_000;

interface Peer {
  readonly address: string;
  readonly token: string | undefined;
  /** What the hosts show each other. */
  readonly secret: string;
}

/** Asks another host of the cluster as its peer. Throws HOST_UNREACHABLE, HOST_TOKEN, and what `ask` throws. */
export async function askPeer<T>(
  { address, token, secret }: Peer,
  ask: (host: HostClient) => Promise<T>,
): Promise<T> {
  class PeerSocket extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols, { headers: { [PEER_HEADER]: secret } });
    }
  }
  const host = await connectHost(address, {
    ...(token !== undefined && { token }),
    WebSocket: PeerSocket as unknown as SocketClass,
    signal: AbortSignal.timeout(ASK_PEER_MS),
  });
  try {
    return await ask(host);
  } finally {
    host.close();
  }
}
