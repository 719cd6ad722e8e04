import { defineCommand } from 'citty';
import type { HostClient } from '../../client/host-client.js';
import { columns } from '../../columns.js';
import { printable } from '../printable.js';
import { atHost, HOST_ARGS } from './at-host.js';

interface HostListed {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  /** It is the one that was asked. */
  readonly here: boolean;
  readonly sessions: number;
}

/** The hosts of the cluster; of a host that is in none, itself. */
function hostsOf({ hosts, sessions }: HostClient, url: string): HostListed[] {
  const has = (id: string, here: boolean) =>
    sessions.filter(({ host }) => (host === undefined ? here : host.id === id)).length;
  if (hosts.length === 0)
    return [{ id: '', name: '', address: new URL('/', url).origin, here: true, sessions: sessions.length }];
  return hosts.map(({ id, name, address, here = false }) => ({
    ...{ id, name, address, here },
    sessions: has(id, here),
  }));
}

const row = ({ name, address, here, sessions }: HostListed) => [
  ...[name, address, `${sessions} ${sessions === 1 ? 'session' : 'sessions'}`],
  here ? 'asked here' : '',
];

export default defineCommand({
  meta: { name: 'hosts', description: 'List the hosts of the cluster that a running host is in.' },
  args: { ...HOST_ARGS, json: { ...HOST_ARGS.json, description: 'Print { cluster, hosts } as JSON' } },
  async run({ args }) {
    const { hosts, cluster } = await atHost(args, async (host) => ({
      hosts: hostsOf(host, args.url),
      cluster: host.hosts.length > 0,
    }));
    if (args.json) say(JSON.stringify({ cluster, hosts }, null, 2));
    else if (cluster) say(columns(hosts.map(row)).join('\n'));
    else say(`The host at ${hosts[0]!.address} is in no cluster; it has ${row(hosts[0]!)[2]}.`);
  },
});

function say(text: string): void {
  process.stdout.write(`${printable(text)}\n`);
}
