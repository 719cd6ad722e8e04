import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectHost, connectSession } from '../../src/client/index.js';
import { pathOf } from '../../src/protocol/host-protocol.js';
import { type Host, startHost } from '../browser/host.js';
import { behave, flood, quantile, reached } from './flooding.js';

const FRONT = fileURLToPath(new URL('./front-host.mjs', import.meta.url));

/** Starts a host that leads to sessions of another. */
async function frontOf(address: string, ids: readonly string[]) {
  const child: ChildProcess = spawn(process.execPath, [FRONT, address, ...ids], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const [own] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  return { child, address: own };
}

describe('a session of another host, which clients of this one flood', () => {
  const takes = mkdtempSync(join(tmpdir(), 'continuo-proxied-floods-'));
  let host: Host;
  let front: Awaited<ReturnType<typeof frontOf>>;
  let [flooded, other] = ['', ''];
  const figures: string[] = [];

  beforeAll(async () => {
    host = await startHost(takes);
    const directory = await connectHost(host.address);
    flooded = directory.sessions[0]!.id;
    other = await directory.openSession();
    directory.close();
    front = await frontOf(new URL(host.address).origin, [flooded, other]);
    for (const session of [flooded, other]) {
      const client = await connectSession(front.address, { session });
      await client.command({ type: 'start' });
      client.close();
    }
  }, 120_000);
  afterAll(async () => {
    front?.child.kill();
    await host.stop();
    rmSync(takes, { recursive: true });
    process.stdout.write(`${figures.join('\n')}\n`);
  });

  it.each<[name: string, kind: string, perSecond: number, clients: number]>([
    ['nothing', 'pings', 0, 1],
    ['notes', 'notes', 10_000, 1],
    ['notes, from ten within their limit', 'notes', 190, 10],
    ['pings', 'pings', 10_000, 1],
    ['garbage', 'garbage', 10_000, 1],
    ['large messages', 'large', 1000, 1],
    ['hellos that never come', 'half-sessions', 100, 1],
  ])(
    'with %s: another session there is served as before, directly and through this host',
    async (name, kind, perSecond, clients) => {
      const direct = await reached(host.address, pathOf(other));
      const through = await reached(front.address, pathOf(other));
      const under = flood(front.address, kind, [perSecond, clients], pathOf(flooded));
      const [there, here] = await Promise.all([behave(direct, under, 77), behave(through, under, 78)]);
      const { sent } = await under;
      const ms = (times: readonly number[], q: number) => `${(1000 * quantile(times, q)).toFixed(1)}`;
      figures.push(
        `through a host by ${name}: ${sent} sent; note p50 direct ${ms(there.notes, 0.5)}, through ${ms(here.notes, 0.5)} ms; ping p99 direct ${ms(there.pings, 0.99)}, through ${ms(here.pings, 0.99)} ms`,
      );
      for (const client of [direct, through]) {
        await client.settled();
        client.socket.terminate();
      }
      for (const { pings, notes } of [there, here]) {
        expect(notes.length).toBeGreaterThan(0);
        expect(quantile(pings, 0.9)).toBeLessThan(1);
        expect(quantile(notes, 0.5)).toBeLessThan(2);
      }
    },
    180_000,
  );
});
