import type { Cluster, ClusterListener } from '../../cluster/sessions/cluster.js';
import { ContinuoError } from '../../errors.js';
import type { LiveOptions, LiveSession } from '../../host/live/live-session.js';
import type { Sessions } from '../../host/sessions/sessions.js';
import type { ResumableTakes } from '../../host/takes/library/control.js';
import type { RunningServer } from '../../server/start-server.js';
import { printable } from '../printable.js';
import type { ClusterAsked } from './cluster-options.js';

/** Connects to the broker of a cluster. Nothing of a cluster is loaded before. Throws CLUSTER_ADDRESS, CLUSTER_UNREACHABLE. */
export async function openCluster(
  { url, cluster, name }: ClusterAsked,
  own: {
    readonly sessions: Sessions<LiveSession>;
    readonly options: LiveOptions;
    readonly takes: Pick<ResumableTakes, 'stateOf'>;
    readonly token: string | undefined;
  },
): Promise<Cluster> {
  const { Cluster } = await import('../../cluster/sessions/cluster.js');
  const { sessions, options, takes, token } = own;
  return Cluster.open({ url, cluster, name, token, sessions, takes, base: options, listener: saying() });
}

/** Where the other hosts reach a server. Beyond this computer, that is its first address in the network. */
export function addressIn({ address }: ClusterAsked, server: RunningServer): string {
  const [first] = server.network;
  return address ?? new URL(first?.link ?? server.address).origin;
}

/** Before this host ends, its sessions go to others. */
export async function handOver(cluster: Cluster, sessions: Pick<Sessions, 'list'>): Promise<void> {
  const count = sessions.list().length;
  if (count > 0)
    say(
      `Handing over ${count === 1 ? 'a session' : `${count} sessions`}, each between two phrases; Ctrl-C again ends at once.`,
    );
  await cluster.drain();
}

/** Says in the terminal what happens in the cluster. */
function saying(): ClusterListener {
  let troubled = false;
  return {
    ...says,
    state(state) {
      // That all is well is news only after it was not.
      const line = state === 'holds' && !troubled ? undefined : STATES[state];
      troubled = state !== 'holds' && (troubled || line !== undefined);
      if (line !== undefined) process.stderr.write(`continuo: ${line}\n`);
    },
  };
}

const says: Omit<ClusterListener, 'state'> = {
  took: ({ name, from, opened }) =>
    say(
      `The session ${name}${from === null ? '' : ` of the host ${from}`} goes on here, after ${(opened / 1000).toFixed(1)} s.`,
    ),
  lost: (name) => say(`The session ${name} is played by another host now; it ended here.`),
  failed: ({ name }, error) => {
    const code = error instanceof ContinuoError ? ` [${error.code}]` : '';
    const why = error instanceof Error ? error.message : String(error);
    process.stderr.write(
      `continuo: the session ${printable(name)} cannot be shared: ${printable(why)}${code}\n`,
    );
  },
};

const STATES = {
  joining: undefined,
  holds: 'the broker of the cluster answers; the sessions here are this host’s.',
  playsOn: 'the broker of the cluster does not answer. The sessions play on. [CLUSTER_BROKER_GONE]',
  lapsed: undefined,
  cutOff:
    'neither the broker of the cluster nor all other hosts can be reached. The sessions here are silent until it is known whose they are. [CLUSTER_CUT_OFF]',
} as const;

function say(line: string): void {
  process.stdout.write(`${printable(line)}\n`);
}
