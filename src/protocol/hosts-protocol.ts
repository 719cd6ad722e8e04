import { z } from 'zod';
import type { ClusterHost, HostName } from '../host/sessions/control.js';
import type { Agree } from '../plugin/agree.js';

/**
 * Code with which the host closes the WebSocket of a session that went to another host, or is about to. An `error` with SESSION_MOVED
 * comes before. A client should connect again at once to the same address, which leads there, or else to another host.
 */
export const SESSION_MOVED = 4410;

/** Path at which a host answers the others of its cluster directly, whether it is alive: the broker may not know, or not be there. */
export const ALIVE_PATH = '/cluster/alive';

/** By this header hosts of a cluster know each other: it has the secret that they share. */
export const PEER_HEADER = 'x-continuo-peer';
/** A peer says for whom it asks: the address of its client. */
export const FOR_HEADER = 'x-continuo-for';

export const hostName = z.object({ id: z.string(), name: z.string() });

const clusterHost = z.object({
  ...hostName.shape,
  address: z.string(),
  here: z.exactOptional(z.literal(true)),
});

/** What a welcome says of the hosts of a cluster; absent: the host is alone. */
export const clusterHosts = {
  hosts: z.exactOptional(z.array(clusterHost).readonly()),
  /** The token that all of them ask for, where they do. */
  token: z.exactOptional(z.string()),
};

/** The hosts of the cluster, after each change. */
export const hostsMessage = z.object({
  type: z.literal('hosts'),
  hosts: z.array(clusterHost).readonly(),
  token: z.exactOptional(z.string()),
});

// The schemas match the host's types: a difference in either direction does not compile.
true satisfies Agree<z.infer<typeof hostName>, HostName>;
true satisfies Agree<z.infer<typeof clusterHost>, ClusterHost>;
