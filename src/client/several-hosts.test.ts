import { describe, expect, it } from 'vitest';
import { serveCluster } from '../server/testing/cluster-served.js';
import { connectHost, connectSession } from './connect.js';

const served = serveCluster({ token: 'a-word-of-this-test' });
const link = (name: string) => served.servers[name]!.link;

describe('a client of a session in a cluster', () => {
  it('follows it to another host, with the clock of that; requests under way are refused with a code', async () => {
    const id = await served.cluster.host('a').own.open({ name: 'Jam' });
    const { session } = served.cluster.host('a').own.sessions.get(id)!;
    session.time = 10;
    const client = await connectSession(link('a'), { session: id });
    expect(client.hosts.map(({ name }) => name)).toEqual(['a', 'b']);
    const refused: string[] = [];
    client.on('refused', ({ code }) => refused.push(code));
    // The answer never comes: loading waits for ever.
    session.load = () => new Promise(() => {});
    const loading = client.load({ model: 'other' });
    const lost = loading.catch((error) => error.code);
    await client.command({ type: 'start' });
    const welcome = client.next('welcome');
    session.time = 500;
    served.cluster.move(id, 'b');
    await client.next('lost');
    expect(client.moving).toBe(true);
    expect(await lost).toBe('SESSION_MOVED');
    await welcome;
    expect([client.moving, client.connected]).toEqual([false, true]);
    expect(client.now()).toBeGreaterThan(499);
    expect(client.now()).toBeLessThan(501 + 60);
    await client.command({ type: 'stop' });
    expect(session.commands).toEqual([{ type: 'start' }, { type: 'stop' }]);
    expect(refused).toEqual([]);
    client.close();
  });

  it('waits while nobody has it, for some seconds also at the first connection', async () => {
    const id = await served.cluster.host('a').own.open({});
    const held = served.cluster.host('a').own.give(id);
    served.cluster.orphans.add(id);
    const connecting = connectSession(link('b'), { session: id });
    const first = await new Promise<boolean>((resolve) => {
      connecting.then(() => resolve(true));
      setTimeout(() => resolve(false), 300);
    });
    expect(first).toBe(false);
    served.cluster.orphans.delete(id);
    served.cluster.host('a').own.take(id, held);
    (await connecting).close();
  });

  it('goes to another host where its own is gone, though it was given the address of that alone; so does the client of a host', async () => {
    const id = await served.cluster.host('a').own.open({ name: 'Jam' });
    const [client, host] = [await connectSession(link('a')), await connectHost(link('a'))];
    expect(client.welcome).toMatchObject({ session: id });
    const [held] = served.cluster.leave('a');
    served.cluster.orphans.delete(id);
    served.cluster.host('b').own.take(id, held!);
    const back = [client.next('welcome'), host.next('welcome')];
    await served.servers.a!.close();
    delete served.servers.a;
    await Promise.all(back);
    expect(client.welcome).toMatchObject({ session: id, hosts: [{ name: 'b', here: true }] });
    expect(host.sessions).toMatchObject([{ id, name: 'Jam' }]);
    await host.renameSession(id, 'Jam on');
    // A client that begins later, as the panel's does for another session, begins where that one is.
    const { sessionClient } = await import('./connect.js');
    const { WebSocket } = await import('ws');
    const later = sessionClient(new URL('http://127.0.0.1:9/'), {
      session: id,
      WebSocket: WebSocket as never,
    });
    later.startAt(host);
    const there = later.next('welcome');
    later.open();
    await there;
    for (const one of [client, host, later]) one.close();
  });
});

describe('a client of a host in a cluster', () => {
  it('lists, opens, names, closes, reopens and moves sessions of all hosts', async () => {
    const here = await served.cluster.host('a').own.open({ name: 'Here' });
    const there = await served.cluster.host('b').own.open({ name: 'There' });
    const host = await connectHost(link('a'));
    expect(host.sessions.map(({ name, host: at }) => [name, at?.name])).toEqual([
      ['Here', undefined],
      ['There', 'b'],
    ]);
    await host.renameSession(there, 'Over there');
    expect(served.cluster.host('b').list()[0]!.name).toBe('Over there');
    await host.closeSession(there);
    expect(host.sessions.map(({ id }) => id)).toEqual([here]);
    await host.reopenSession(there);
    const opened = await host.openSession({ host: 'b' });
    expect(served.cluster.host('b').own.sessions.has(opened)).toBe(true);
    await host.moveSession(here, 'b');
    expect(host.sessions.every(({ host: at }) => at?.name === 'b')).toBe(true);
    await expect(host.moveSession(here, 'c')).rejects.toMatchObject({ code: 'HOST_UNKNOWN' });
    await expect(host.moveSession('abcdefgh', 'b')).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND' });
    const left = host.next('hosts');
    served.cluster.leave('b');
    expect((await left).map(({ name }) => name)).toEqual(['a']);
    host.close();
  });
});
