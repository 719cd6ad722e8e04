/**
 * Ends a host of a cluster in order while its sessions are played (SIGTERM), and kills the broker and starts it again, empty: no session may be
 * lost, all must go on, and the hosts must say that the broker was away.
 *
 *     node scripts/drain-hosts.mjs [--sessions 6] [--json]
 */
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { lookAtNotes, lookAtTakes } from './cluster-checks.mjs';
import { openSessions, settled, startCluster } from './cluster-hosts.mjs';

const now = () => Number(process.hrtime.bigint()) / 1e9;
/** Longest wait for whatever is to happen, in seconds. */
const PATIENCE = 30;

async function until(holds) {
  for (const ends = now() + PATIENCE; now() < ends; await wait(20)) if (await holds()) return true;
  return false;
}

const { values } = parseArgs({
  options: { sessions: { type: 'string', default: '6' }, json: { type: 'boolean', default: false } },
});
const troubles = [];
const players = [];
const cluster = await startCluster(['ada', 'bob', 'cyd'], { args: ['--seed', '1'] });
try {
  const { hosts, redis } = cluster;
  await openSessions(hosts, Number(values.sessions), players);
  const [ada, bob] = hosts;
  await settled(ada, players.length);
  for (const player of players) await player.through(ada);
  await wait(4000);

  const began = now();
  const status = await bob.end('SIGTERM');
  const drained = now() - began;
  if (status !== 143) troubles.push(`the host that was ended had status ${status}: ${bob.printed}`);
  const left = await settled(ada, players.length);
  if (left.length !== players.length) troubles.push(`${left.length} of ${players.length} sessions are left`);
  const all = (since) => until(() => players.every((player) => player.heard > since));
  if (!(await all(now()))) troubles.push('a session did not go on after its host had ended');

  await redis.kill();
  const said = () => until(() => [ada, hosts[2]].every((host) => /CLUSTER_BROKER_GONE/.test(host.printed)));
  if (!(await said())) troubles.push('a host did not say that the broker is away');
  if (!(await all(now()))) troubles.push('a session did not play on without the broker');
  await redis.start();
  const again = await until(async () => (await redis.sessions()) === players.length);
  if (!again) troubles.push('the broker does not know all sessions again');
  if (!(await all(now()))) troubles.push('a session did not play on once the broker was back');

  for (const player of players) player.stop();
  for (const host of hosts) await host.end('SIGKILL');
  const takes = await lookAtTakes(hosts.map((host) => host.takes));
  const notes = lookAtNotes(cluster.folder);
  troubles.push(...takes.troubles, ...notes.troubles);
  const figures = { drained, handOvers: takes.handOvers, troubles: troubles.length };
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ ...figures, detail: troubles })}\n`
      : `${players.length} sessions, ${takes.handOvers} went on elsewhere; the host ended after ${drained.toFixed(1)} s\n${troubles.length} in trouble\n${troubles.map((one) => `  ${one}\n`).join('')}`,
  );
  if (troubles.length > 0) process.exitCode = 1;
} finally {
  for (const player of players) player.stop();
  await cluster.stop();
  cluster.remove();
}
