import { hostname } from 'node:os';
import type { ArgsDef } from 'citty';
import { ContinuoError } from '../../errors.js';
import { isLoopback } from '../../server/addresses.js';

/** Options of a host that shares its sessions with others. */
export const CLUSTER_ARGS = {
  cluster: {
    type: 'string',
    description:
      "Share sessions with the other hosts that name this broker, a Redis or Valkey server (default: the environment's CONTINUO_CLUSTER); docs/SCALE.md says how",
    valueHint: 'redis://HOST:PORT',
  },
  'cluster-name': {
    type: 'string',
    default: 'continuo',
    description: 'The name of the cluster: a broker may have several',
    valueHint: 'NAME',
  },
  name: {
    type: 'string',
    description: "What people call this host of the cluster (default: the computer's name)",
    valueHint: 'NAME',
  },
  address: {
    type: 'string',
    description:
      'Where panels and the other hosts reach this one (default: its address on this computer, or with --host in the network)',
    valueHint: 'URL',
  },
} as const satisfies ArgsDef;

interface ClusterArgs {
  readonly cluster?: string | undefined;
  readonly 'cluster-name': string;
  readonly name?: string | undefined;
  readonly address?: string | undefined;
  readonly host: string;
}

/** What {@link CLUSTER_ARGS} ask for. */
export interface ClusterAsked {
  readonly url: string;
  readonly cluster: string;
  readonly name: string;
  /** undefined: as the server says, once it listens. */
  readonly address: string | undefined;
}

/** Longest name of a host. */
const LONGEST_NAME = 64;

/** Reads {@link CLUSTER_ARGS}; undefined: the host is alone. Throws OPTION_VALUE. */
export function clusterAsked(args: ClusterArgs, token: string | undefined): ClusterAsked | undefined {
  // Only its owner can read an environment, and the address of a broker may have a password.
  const url = args.cluster ?? process.env.CONTINUO_CLUSTER;
  if (url === undefined || url === '') {
    for (const option of ['name', 'address'] as const) if (args[option] !== undefined) throw alone(option);
    return undefined;
  }
  const name = args.name ?? hostname();
  if (name.trim() === '' || name.length > LONGEST_NAME)
    throw new ContinuoError(
      'OPTION_VALUE',
      `--name takes the name of a host, of ${LONGEST_NAME} characters at most; it was given ${JSON.stringify(name.slice(0, 80))}.`,
    );
  const address = args.address === undefined ? undefined : addressOf(args.address);
  const beyond = [args.host, address && new URL(address).hostname].find((host) => host && !isLocal(host));
  if (beyond && token === undefined)
    throw new ContinuoError(
      'OPTION_VALUE',
      `A host of a cluster that others reach (${beyond}) needs a token, the same on all hosts; none was given.`,
      'Give all of them the same --token, or set CONTINUO_TOKEN.',
    );
  return { url, cluster: args['cluster-name'], name, address };
}

function alone(option: string): ContinuoError {
  return new ContinuoError(
    'OPTION_VALUE',
    `--${option} is for a host of a cluster, and there is no --cluster.`,
    'Name the broker with --cluster redis://HOST:PORT, or leave it out.',
  );
}

function isLocal(host: string): boolean {
  return host === 'localhost' || isLoopback(host.replace(/^\[|\]$/g, ''));
}

/** Throws OPTION_VALUE. */
function addressOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search === '') return url.origin;
  throw new ContinuoError(
    'OPTION_VALUE',
    `--address takes the address of this host, such as http://192.168.1.7:8137; it was given ${JSON.stringify(text.slice(0, 80))}.`,
  );
}
