import { ContinuoError } from '../../errors.js';

/** What the clients of a session are told that is not here any more, or not at a host that answers. */
export function sessionMoved(
  why = 'This session went to another host.',
  hint = 'Connect again to the same address, or to another host of the cluster.',
): ContinuoError {
  return new ContinuoError('SESSION_MOVED', why, hint);
}

/** Throws CLUSTER_NONE. */
export function requireCluster<T>(cluster: T | undefined): T {
  if (cluster !== undefined) return cluster;
  throw new ContinuoError(
    'CLUSTER_NONE',
    'This host is in no cluster, so there is no other host for a session.',
    'Start the hosts with --cluster.',
  );
}
