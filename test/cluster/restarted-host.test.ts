import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { readTake, type Take } from '../../src/host/takes/read-take.js';
import { TestHostClient } from '../../src/server/testing/host-client.js';
import { PanelClient } from '../../src/server/testing/panel-client.js';
import { survivingTokens } from '../../src/session/take.js';
import { FaultyHost } from '../faults/host.js';
import { describeWith } from '../requires.js';
import { startRedis, type TestRedis } from './redis.js';

const soon = <T>(so: () => T | Promise<T>) => vi.waitFor(so, { timeout: 60_000, interval: 200 });

describeWith('redis-server', 'a host of a cluster that was killed and is started again', (server) => {
  let redis: TestRedis;
  const hosts: FaultyHost[] = [];

  beforeEach(async () => {
    redis = await startRedis(server);
  });
  afterEach(async () => {
    for (const host of hosts.splice(0)) await host.clear();
    await redis.stop();
  });

  const kept = async (host: Promise<FaultyHost>) => {
    hosts.push(await host);
    return host;
  };
  const args = (name: string) => [
    ...['--cluster', redis.url, '--name', name, '--model', 'piano-pop-start', '--mode', 'answer'],
  ];
  const start = (name: string) => kept(FaultyHost.start(args(name)));

  /** What a host lists, as a client sees it that connects now. */
  async function listed(host: FaultyHost) {
    const { client, welcome } = await TestHostClient.greeted(host.address);
    client.socket.close();
    return welcome;
  }

  /** Waits until this host plays the session. */
  const plays = (host: FaultyHost, id: string) =>
    soon(async () => {
      const { sessions } = await listed(host);
      expect(sessions.map(({ id, host }) => [id, host?.name ?? 'here'])).toEqual([[id, 'here']]);
    });

  async function panelOf(host: FaultyHost, id: string) {
    const panel = await PanelClient.connect(host.address, {}, `/sessions/${id}`);
    panel.say({ type: 'hello', version: 2 });
    return { panel, welcome: await panel.next('welcome') };
  }

  /** Plays a phrase, and waits until it is answered and all of that is on the disk. */
  async function exchange(host: FaultyHost, id: string, pitches: readonly number[]): Promise<void> {
    const { panel } = await panelOf(host, id);
    for (const pitch of pitches) {
      panel.say({ type: 'play', event: { type: 'noteOn', pitch, velocity: 80 } });
      await new Promise((resolve) => setTimeout(resolve, 80));
      panel.say({ type: 'play', event: { type: 'noteOff', pitch } });
    }
    for (let answered = false, over = false; !over; ) {
      const { event } = await panel.next('event');
      if (event.type !== 'phase') continue;
      if (event.phase === 'playing') answered = true;
      over = answered && event.phase === 'waiting';
    }
    panel.socket.close();
    await soon(async () => {
      const { records } = await readTake(await folderOf(host, id));
      const heard = records.flatMap((record) =>
        record.type === 'input' && record.event.type === 'noteOn' ? [record.event.pitch] : [],
      );
      expect(heard.slice(-pitches.length)).toEqual(pitches);
    });
  }

  /** The folder of a session's take. */
  async function folderOf(host: FaultyHost, id: string): Promise<string> {
    const { sessions } = await listed(host);
    return join(host.takes, sessions.find((one) => one.id === id)!.take!);
  }

  /** Kills a host. Returns what it had written of a session. */
  async function killed(host: FaultyHost, id: string): Promise<Take> {
    const folder = await folderOf(host, id);
    await host.end('SIGKILL');
    return readTake(folder);
  }

  /** Waits until the session of a host goes on with the very tokens of the take before, up to what was played last. */
  const goesOn = (host: FaultyHost, id: string, before: Take) =>
    soon(async () => {
      const { start, records } = await readTake(await folderOf(host, id));
      const now = survivingTokens(records, start!.members[0]!.resumption.tokens);
      // What was sampled ahead of the last time that is known is sampled again.
      const last = before.records.findLastIndex(({ type }) => type === 'input');
      const was = survivingTokens(before.records.slice(0, last), now[0]!);
      expect(was.length).toBeGreaterThan(3);
      expect(now.slice(0, was.length)).toEqual(was);
    });

  /** The ids of the sessions that a host keeps for the next one, and of those that it offers. */
  function keptBy(host: FaultyHost): { readonly sessions: string[]; readonly offered: string[] } {
    const folder = join(host.takes, '.sessions');
    const [name, ...more] = readdirSync(folder).filter((one) => one.endsWith('.json'));
    expect(more).toEqual([]);
    const { sessions, offered } = JSON.parse(readFileSync(join(folder, name!), 'utf8'));
    const ids = (of: { id: string }[]) => of.map(({ id }) => id);
    return { sessions: ids(sessions), offered: ids(offered) };
  }

  async function onlySession(host: FaultyHost): Promise<string> {
    const { sessions } = await listed(host);
    expect(sessions).toHaveLength(1);
    return sessions[0]!.id;
  }

  it('goes on with its sessions, though it was alone and the broker names the dead host as their owner, and offers none of them', async () => {
    const first = await start('ada');
    const id = await onlySession(first);
    await exchange(first, id, [60, 64]);
    const take = await killed(first, id);

    const second = await kept(first.again([...args('ada'), '--resume-sessions']));
    await plays(second, id);
    expect((await listed(second)).offered ?? []).toEqual([]);
    await goesOn(second, id, take);
    await soon(() => expect(keptBy(second)).toEqual({ sessions: [id], offered: [] }));
  }, 120_000);

  it('goes on from its take, where the broker was away when it played last', async () => {
    const first = await start('ada');
    const id = await onlySession(first);
    await exchange(first, id, [60]);
    redis.pause();
    await first.until(() => first.stderr.includes('CLUSTER_BROKER_GONE'), 'the broker is missed');
    await exchange(first, id, [72, 76]);
    const take = await killed(first, id);
    redis.resume();

    const second = await kept(first.again(args('ada')));
    await plays(second, id);
    await goesOn(second, id, take);
  }, 120_000);

  it('offers nothing that another host has gone on with meanwhile, also once that was closed there', async () => {
    const first = await start('ada');
    const id = await onlySession(first);
    const other = await start('bob');
    await first.end('SIGKILL');
    await plays(other, id);

    const second = await kept(first.again(args('ada')));
    await soon(async () => {
      const { sessions, offered = [] } = await listed(second);
      expect([sessions.map(({ host }) => host?.name), offered]).toEqual([['bob'], []]);
    });
    // Who asks for it all the same is led there.
    const { client } = await TestHostClient.greeted(second.address);
    expect(await client.ask({ type: 'resumeSession', id })).toMatchObject({ type: 'opened', id });
    await client.ask({ type: 'closeSession', id });
    await soon(async () => expect((await listed(second)).sessions).toEqual([]));
    expect((await listed(second)).offered ?? []).toEqual([]);
  }, 120_000);
});
