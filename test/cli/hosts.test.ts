import { execFile } from 'node:child_process';
import { expect, it } from 'vitest';
import { serveCluster } from '../../src/server/testing/cluster-served.js';
import { program } from '../browser/host.js';

const served = serveCluster({ token: 'a-word-of-this-test' });

/** Runs the built program at host a. */
const run = (...args: string[]) =>
  new Promise<{ status: number; stdout: string; stderr: string }>((resolve) => {
    const all = [program, ...args, '--url', served.servers.a!.link];
    execFile(process.execPath, all, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });

it('lists the hosts of a cluster and where its sessions are, and moves them', async () => {
  const { cluster, servers } = served;
  const here = await cluster.host('a').own.open({ name: 'Here' });
  const there = await cluster.host('b').own.open({ name: 'There' });
  const { hosts, cluster: clustered } = JSON.parse((await run('hosts', '--json')).stdout);
  const at = (name: string) => new URL(servers[name]!.address).origin;
  expect([clustered, hosts]).toEqual([
    true,
    [
      { id: 'a', name: 'a', address: at('a'), here: true, sessions: 1 },
      { id: 'b', name: 'b', address: at('b'), here: false, sessions: 1 },
    ],
  ]);
  expect((await run('hosts')).stdout).toMatch(/^a .*1 session .*asked here\nb .*1 session *\n$/);
  const listed = (await run('sessions')).stdout;
  expect(listed).toMatch(new RegExp(`^${here} .* a *$`, 'm'));
  expect(listed).toMatch(new RegExp(`^${there} .* b *$`, 'm'));
  expect(listed).toContain('1 of 8 at most, and 1 at other hosts');
  expect((await run('sessions', 'move', 'Here', 'b')).stdout).toBe('Here is at b now.\n');
  expect(cluster.host('b').own.sessions.has(here)).toBe(true);
  const opened = JSON.parse((await run('sessions', 'open', '--name', 'New', '--host', 'b', '--json')).stdout);
  expect(cluster.host('b').own.sessions.has(opened.id)).toBe(true);
  expect(await run('sessions', 'move', 'Here', 'c')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('HOST_UNKNOWN'),
  });
}, 60_000);
