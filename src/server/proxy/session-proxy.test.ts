import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { FOR_HEADER, PEER_HEADER } from '../../protocol/hosts-protocol.js';
import { PROTOCOL_VERSION } from '../../protocol/session-protocol.js';
import { serveCluster } from '../testing/cluster-served.js';
import { PanelClient } from '../testing/panel-client.js';

const served = serveCluster();
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const path = (id: string) => `/sessions/${id}`;
const address = (name: string) => served.servers[name]!.address;
const openAt = (name: string) => served.cluster.host(name).own.open({ name: 'There' });
const peer = () => ({ [PEER_HEADER]: served.cluster.secret });

async function listening(server: Server | ReturnType<typeof createTcpServer>): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a session of another host', () => {
  it('is played and heard through any host, which tells of all hosts and of the session', async () => {
    const id = await openAt('b');
    const client = await PanelClient.greeted(address('a'), path(id));
    expect(client.welcome).toMatchObject({
      session: id,
      hosts: [
        { name: 'a', address: new URL(address('a')).origin },
        { name: 'b', here: true },
      ],
    });
    client.say({ type: 'play', event: { type: 'noteOn', pitch: 60, velocity: 80 } });
    await client.settled();
    const { session } = served.cluster.host('b').own.sessions.get(id)!;
    expect(session.played).toMatchObject([{ type: 'noteOn', pitch: 60 }]);
    session.emit({ type: 'noteOff', id: 0, time: 1 });
    expect(await client.next('event')).toMatchObject({ event: { type: 'noteOff' } });
    expect(served.cluster.host('b').own.sessions.get(id)!.clients).toBe(1);
    // What is held is released when the client leaves the host that it is connected to.
    client.socket.close();
    await client.closed;
    while (session.played.length < 2) await new Promise(setImmediate);
    expect(session.played[1]).toMatchObject({ type: 'noteOff', pitch: 60 });
  });

  it('is the first one of a host that has none', async () => {
    const id = await openAt('b');
    expect((await PanelClient.greeted(address('a'))).welcome).toMatchObject({ session: id });
  });

  it('sends what the host refuses, and its close codes, to the client', async () => {
    const id = await openAt('b');
    const client = await PanelClient.greeted(address('a'), path(id));
    client.socket.send('no JSON');
    expect(await client.next('error')).toMatchObject({ code: 'PROTOCOL_MESSAGE' });
    served.cluster.host('b').own.close(id);
    expect(await client.next('error')).toMatchObject({ code: 'SESSION_CLOSED' });
    expect(await client.closed).toBe(4404);
    const large = await PanelClient.greeted(address('a'), path(await openAt('b')));
    large.socket.send('x'.repeat(65 * 1024));
    expect(await large.closed).toBe(1009);
  });

  it('passes pings and pongs on, so that the host knows of the client itself', async () => {
    const id = await openAt('b');
    const client = await PanelClient.greeted(address('a'), path(id));
    client.socket.ping('there?');
    const [data] = await once(client.socket, 'pong');
    expect(String(data)).toBe('there?');
  });

  it('goes elsewhere: its clients are told at once, wherever they are', async () => {
    const id = await openAt('a');
    const [direct, through] = [
      await PanelClient.greeted(address('a'), path(id)),
      await PanelClient.greeted(address('b'), path(id)),
    ];
    served.cluster.move(id, 'b');
    for (const client of [direct, through]) {
      expect(await client.next('error')).toMatchObject({ code: 'SESSION_MOVED' });
      expect(await client.closed).toBe(4410);
    }
    expect((await PanelClient.greeted(address('a'), path(id))).welcome).toMatchObject({ session: id });
  });

  it('of a host that ends or breaks off is tried again', async () => {
    const id = await openAt('b');
    const [stopped, killed] = [
      await PanelClient.greeted(address('a'), path(id)),
      await PanelClient.greeted(address('a'), path(id)),
    ];
    await served.servers.b!.close();
    for (const client of [stopped, killed]) {
      expect(await client.next('error')).toMatchObject({ code: 'SESSION_MOVED' });
      expect(await client.closed).toBe(4410);
    }
    const again = await PanelClient.connect(address('a'), {}, path(id));
    expect(await again.next('error')).toMatchObject({ code: 'SESSION_MOVED' });
    expect(await again.closed).toBe(4410);
  });

  it('of a host that accepts connections and never answers is given up', async () => {
    const id = await openAt('b');
    const silent = createTcpServer((socket) => ends.push(() => socket.destroy()));
    served.cluster.host('b').address = await listening(silent);
    const client = await PanelClient.connect(address('a'), {}, path(id));
    expect(await client.next('error')).toMatchObject({ code: 'SESSION_MOVED' });
    expect(await client.closed).toBe(4410);
  });

  it('that nobody has at present is tried again, and none of which nobody knows is gone', async () => {
    const id = await openAt('a');
    served.cluster.orphans.add(id);
    served.cluster.host('a').own.sessions.delete(id);
    const lost = await PanelClient.connect(address('b'), {}, path(id));
    expect(await lost.closed).toBe(4410);
    const none = await PanelClient.connect(address('b'), {}, path('abcdefgh'));
    expect(await none.next('error')).toMatchObject({ code: 'SESSION_NOT_FOUND' });
    expect(await none.closed).toBe(4404);
  });

  it('takes no more of a host that sends than its client reads', async () => {
    const [piece, pieces] = [Buffer.alloc(64 * 1024, 'x').toString(), 1024];
    const there = createServer();
    const sockets = new WebSocketServer({ server: there, perMessageDeflate: false });
    const connected = once(sockets, 'connection') as Promise<[WebSocket]>;
    served.cluster.host('b').address = await listening(there);
    const id = await openAt('b');
    const client = new WebSocket(new URL(path(id), address('a').replace('http', 'ws')));
    await once(client, 'open');
    client.pause();
    const [upstream] = await connected;
    ends.push(() => upstream.terminate());
    for (let sent = 0; sent < pieces; sent++) upstream.send(piece);
    // However long it waits, most of the 64 MB stay where they come from.
    let before = -1;
    for (let still = 0; still < 50; still = upstream.bufferedAmount === before ? still + 1 : 0) {
      before = upstream.bufferedAmount;
      await new Promise((resolve) => setTimeout(resolve, 4));
    }
    expect(upstream.bufferedAmount).toBeGreaterThan(32 * 2 ** 20);
    let bytes = 0;
    const all = new Promise<void>((resolve) => {
      client.on('message', (data: Buffer) => {
        bytes += data.length;
        if (bytes === piece.length * pieces) resolve();
      });
    });
    client.resume();
    await all;
    client.terminate();
  });

  it('is not flooded through this host', async () => {
    const id = await openAt('b');
    const client = await PanelClient.greeted(address('a'), path(id));
    for (let sent = 0; sent < 5000; sent++) client.say({ type: 'ping', id: sent });
    for (;;) {
      const { code } = await client.next('error');
      if (code === 'PROTOCOL_RATE') break;
    }
    expect(await client.closed).toBe(1008);
  });
});

describe('a peer', () => {
  it('is believed where its client comes from, by the secret alone', async () => {
    const id = await openAt('b');
    const held: PanelClient[] = [];
    const connect = (headers: Record<string, string>) => PanelClient.connect(address('b'), headers, path(id));
    const from = (client: string) => ({ ...peer(), [FOR_HEADER]: client });
    // One address gets three quarters of the sixteen places.
    for (let n = 0; n < 12; n++) held.push(await connect(from('203.0.113.7')));
    await expect(connect(from('203.0.113.7'))).rejects.toThrow('503');
    held.push(await connect(from('203.0.113.8')));
    // Who does not know the secret comes from where it comes from: here this computer, which has no such limit.
    held.push(await connect({ [PEER_HEADER]: 'wrong', [FOR_HEADER]: '203.0.113.7' }));
    expect(held).toHaveLength(14);
    for (const client of held) client.socket.terminate();
  });

  it('hears of no place there, and its client does', async () => {
    const id = await openAt('b');
    const held = await Promise.all(
      Array.from({ length: 16 }, () => PanelClient.connect(address('b'), {}, path(id))),
    );
    await expect(PanelClient.connect(address('a'), {}, path(id))).rejects.toThrow('503');
    for (const client of held) client.socket.terminate();
  });

  it('is never passed on, whoever says that it is one', async () => {
    const id = await openAt('b');
    const client = await PanelClient.connect(address('a'), peer(), path(id));
    expect(await client.next('error')).toMatchObject({ code: 'SESSION_MOVED' });
    expect(await client.closed).toBe(4410);
    const other = await PanelClient.connect(address('a'), { [PEER_HEADER]: 'wrong' }, path(id));
    expect(await other.closed).toBe(4404);
  });

  it('asks whether this host is alive, which a client cannot', async () => {
    const url = new URL('/cluster/alive?from=b', address('a'));
    expect(await (await fetch(url, { headers: peer() })).json()).toEqual({ host: 'a', from: 'b' });
    expect((await fetch(url)).status).toBe(404);
  });
});

describe('the pages of the hosts of a cluster', () => {
  it('may connect to each other, and those of others may not', async () => {
    const id = await openAt('b');
    const origin = new URL(address('a')).origin;
    const client = await PanelClient.connect(address('b'), { origin }, path(id));
    client.say({ type: 'hello', version: PROTOCOL_VERSION });
    await client.next('welcome');
    await expect(
      PanelClient.connect(address('b'), { origin: 'http://127.0.0.1:1' }, path(id)),
    ).rejects.toThrow('403');
    // A page stays open when its host is gone, and then comes to another.
    served.cluster.leave('a');
    const late = await PanelClient.connect(address('b'), { origin }, path(id));
    late.socket.terminate();
  });

  it('may connect to each other by the policy of the page', async () => {
    const policy = (await fetch(address('a'))).headers.get('content-security-policy');
    expect(policy).toContain(`ws://${new URL(address('b')).host}`);
  });
});
