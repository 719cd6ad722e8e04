import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectHost, connectSession, type HostClient } from '../../src/client/index.js';
import { FOLDERS } from '../../src/host/folders.js';
import { HOST_PATH, pathOf } from '../../src/protocol/host-protocol.js';
import { PanelClient } from '../../src/server/testing/panel-client.js';
import { type Host, startHost } from '../browser/host.js';
import { behave, flood, quantile, reached, wait } from './flooding.js';

/** The largest file of the panel. */
const [largest] = readdirSync(FOLDERS.panel, { recursive: true, encoding: 'utf8' })
  .map((name) => ({ name, size: statSync(join(FOLDERS.panel, name)).size }))
  .sort((a, b) => b.size - a.size) as [{ readonly name: string; readonly size: number }];

describe('a host under a flood', () => {
  const takes = mkdtempSync(join(tmpdir(), 'continuo-floods-'));
  let host: Host;
  const figures: string[] = [];

  beforeAll(async () => {
    host = await startHost(takes);
    const client = await PanelClient.greeted(host.address);
    client.say({ type: 'command', command: { type: 'start' } });
    await client.settled();
    client.socket.terminate();
  });
  afterAll(async () => {
    await host.stop();
    rmSync(takes, { recursive: true });
    process.stdout.write(`${figures.join('\n')}\n`);
  });

  /** Bytes of the takes so far. */
  const written = () =>
    readdirSync(takes, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
  /** Resident memory of the host in megabytes; 0 where the system does not say. */
  const memory = () => {
    if (process.platform !== 'linux') return 0;
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${host.pid}/status`, 'utf8'))![1]) / 1024;
  };

  it.each<[name: string, kind: string, perSecond: number, clients: number, costs?: number]>([
    ['nothing', 'pings', 0, 1],
    ['the pedal held', 'pedal-held', 10_000, 1],
    ['the pedal up and down', 'pedal', 10_000, 1],
    ['the pedal up and down, from ten', 'pedal', 2000, 10],
    ['notes', 'notes', 10_000, 1],
    ['notes, from fifteen within their limit', 'notes', 190, 15],
    ['releases', 'releases', 10_000, 1],
    ['parameters', 'params', 10_000, 1],
    ['parameters within the limit, from eight', 'params', 190, 8],
    ['answers wanted again', 'again', 190, 4],
    ['pings', 'pings', 10_000, 1],
    ['looks back', 'earlier', 10_000, 1],
    ['hellos', 'hellos', 10_000, 1],
    ['ports', 'ports', 10_000, 1],
    ['models', 'loads', 10_000, 1],
    ['models within the limit, from eight', 'loads', 190, 8],
    ['models that there are not, from eight', 'no-loads', 190, 8],
    ['pieces asked for and given up', 'pieces', 10_000, 1],
    ['garbage', 'garbage', 10_000, 1],
    ['large messages', 'large', 1000, 1],
    ['requests that are never finished', 'half-requests', 100, 1],
    ['sessions that never say hello', 'half-sessions', 100, 1],
    ['requests for the largest file', `file=/${largest.name}`, 1000, 48, 1 + largest.size / 32_768],
    ['requests for the page', 'file=/', 1000, 48, 1],
    ['requests for what there is not', 'file=/nothing', 1000, 48, 1],
  ])(
    'of %s still serves who behaves',
    async (name, kind, perSecond, clients, costs = 0) => {
      const [rss, bytes] = [memory(), written()];
      const client = await reached(host.address);
      const began = performance.now();
      const under = flood(host.address, kind, [perSecond, clients]);
      const { pings, notes } = await behave(client, under);
      const { sent, connected, served, refused, closed } = await under;
      const seconds = (performance.now() - began) / 1000;
      const [growth, more] = [memory() - rss, written() - bytes];
      const ms = (times: readonly number[], q: number) => `${(1000 * quantile(times, q)).toFixed(1)}`;
      figures.push(
        `${name}: ${sent} sent over ${connected} connections (${refused} refused, closed ${JSON.stringify(closed)}); ` +
          `ping p50 ${ms(pings, 0.5)}, p99 ${ms(pings, 0.99)}, max ${ms(pings, 1)} ms (${pings.length}), ` +
          `note p50 ${ms(notes, 0.5)}, max ${ms(notes, 1)} ms (${notes.length}); memory ${growth.toFixed(0)} MB more; take ${(more / 1024).toFixed(0)} kB more`,
      );
      // Of requests no more are answered than the rate allows, whatever the machine could do.
      expect(served * costs).toBeLessThan(500 + 50 * seconds);
      // The well-behaved panel is still connected, and was heard.
      await client.settled();
      expect(notes.length).toBeGreaterThan(0);
      client.socket.terminate();
      // Far above the measured times, far below those of a flood without limits.
      expect(quantile(pings, 0.9)).toBeLessThan(1);
      expect(quantile(notes, 0.5)).toBeLessThan(2);
      expect(growth).toBeLessThan(300);
      expect(more).toBeLessThan(2 * 2 ** 20);
    },
    180_000,
  );

  it('gives the panel again to who waits as long as it is told to', async () => {
    const page = new URL('/', host.address);
    let answer = await fetch(page);
    for (let asked = 0; answer.status === 200; asked++) {
      await answer.arrayBuffer();
      expect(asked).toBeLessThan(5000);
      answer = await fetch(page);
    }
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([429, 'no-store']);
    expect(await answer.text()).toContain('Wait two seconds');
    await wait(Number(answer.headers.get('retry-after')));
    expect((await fetch(page)).status).toBe(200);
  });

  it('lets go of what was begun and not ended within ten seconds', async () => {
    const { hostname, port, host: name } = new URL(host.address);
    const key =
      'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
    const beginnings = {
      'no request': '',
      'half a request': `GET / HTTP/1.1\r\nHost: ${name}\r\nX-Slow: `,
      'half a body': `POST / HTTP/1.1\r\nHost: ${name}\r\nContent-Length: 1000\r\n\r\nx`,
      'a session without hello': `GET /session HTTP/1.1\r\nHost: ${name}\r\n${key}\r\n\r\n`,
    };
    const began = performance.now();
    const ended = Object.entries(beginnings).map(async ([what, beginning]) => {
      const socket = connect(Number(port), hostname, () => socket.write(beginning));
      socket.on('error', () => {});
      socket.resume();
      await once(socket, 'close');
      const seconds = (performance.now() - began) / 1000;
      figures.push(`${what}: let go after ${seconds.toFixed(1)} s`);
      return seconds;
    });
    for (const seconds of await Promise.all(ended)) expect(seconds).toBeLessThan(10);
  });
});

describe('a host of two sessions, one of which, or the host itself, is flooded', () => {
  const takes = mkdtempSync(join(tmpdir(), 'continuo-floods-'));
  let host: Host;
  let directory: HostClient;
  let [flooded, other] = ['', ''];
  const figures: string[] = [];

  beforeAll(async () => {
    host = await startHost(takes, '0', '--sessions', '3');
    directory = await connectHost(host.address);
    flooded = directory.sessions[0]!.id;
    other = await directory.openSession();
    for (const session of [flooded, other]) {
      const client = await connectSession(host.address, { session });
      await client.command({ type: 'start' });
      client.close();
    }
  }, 120_000);
  afterAll(async () => {
    directory.close();
    await host.stop();
    rmSync(takes, { recursive: true });
    process.stdout.write(`${figures.join('\n')}\n`);
  });

  it.each<[name: string, kind: string, much: [perSecond: number, clients: number], path?: string]>([
    ['nothing', 'pings', [0, 1]],
    ['notes', 'notes', [10_000, 1]],
    ['notes, from fifteen within their limit', 'notes', [190, 15]],
    ['parameters within the limit, from eight', 'params', [190, 8]],
    ['answers wanted again', 'again', [190, 4]],
    ['garbage', 'garbage', [10_000, 1]],
    ['pings to the host', 'pings', [10_000, 1], HOST_PATH],
    ['sessions to open, from four', 'opens', [10, 4], HOST_PATH],
  ])(
    'by %s serves the other session as before',
    async (name, kind, much, path = pathOf(flooded)) => {
      const client = await reached(host.address, pathOf(other));
      const under = flood(host.address, kind, much, path);
      const { pings, notes } = await behave(client, under);
      const { sent } = await under;
      const ms = (times: readonly number[], q: number) => `${(1000 * quantile(times, q)).toFixed(1)}`;
      figures.push(
        `another session by ${name}: ${sent} sent; ping p50 ${ms(pings, 0.5)}, p99 ${ms(pings, 0.99)} ms, note p50 ${ms(notes, 0.5)}, max ${ms(notes, 1)} ms (${notes.length})`,
      );
      await client.settled();
      client.socket.terminate();
      expect(notes.length).toBeGreaterThan(0);
      expect(quantile(pings, 0.9)).toBeLessThan(1);
      expect(quantile(notes, 0.5)).toBeLessThan(2);
      expect(directory.sessions.length).toBeLessThanOrEqual(3);
      expect(directory.sessions.map(({ id }) => id)).toEqual(expect.arrayContaining([flooded, other]));
    },
    180_000,
  );
});
