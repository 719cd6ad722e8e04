import { once } from 'node:events';
import { createServer, type IncomingMessage, request as plainRequest, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, expect, it } from 'vitest';
import { FOR_HEADER, PEER_HEADER } from '../../protocol/hosts-protocol.js';
import { serveCluster } from '../testing/cluster-served.js';

const served = serveCluster();
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function bIs(server: Server | ReturnType<typeof createTcpServer>): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => server.close());
  const b = served.cluster.host('b');
  b.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const id = await b.own.open({});
  return new URL(`/sessions/${id}/snapshots/one?x=1`, served.servers.a!.address).href;
}

it('passes a request for a session on, with its body, and without what shows who asks', async () => {
  const asked: { request: IncomingMessage; body: Buffer }[] = [];
  const url = await bIs(
    createServer(async (request, response) => {
      asked.push({ request, body: await buffer(request) });
      response.setHeader('Set-Cookie', 'x=1');
      response.writeHead(201, { 'Content-Type': 'application/octet-stream' });
      response.end(Buffer.alloc(300_000, 7));
    }),
  );
  const answer = await fetch(url, {
    method: 'POST',
    body: Buffer.alloc(200_000, 3),
    headers: { cookie: 'continuo-1=word', authorization: 'Bearer word', 'x-own': 'kept' },
  });
  expect([answer.status, answer.headers.get('set-cookie')]).toEqual([201, null]);
  expect(Buffer.from(await answer.arrayBuffer()).equals(Buffer.alloc(300_000, 7))).toBe(true);
  const [{ request, body }] = asked as [(typeof asked)[number]];
  expect([request.method, new URL(request.url!, url).search, body.length]).toEqual(['POST', '?x=1', 200_000]);
  expect(request.headers).toMatchObject({
    ...{ 'x-own': 'kept', [PEER_HEADER]: served.cluster.secret, [FOR_HEADER]: expect.any(String) },
  });
  expect([request.headers.cookie, request.headers.authorization]).toEqual([undefined, undefined]);
});

it('says in a second that a host does not answer, and does not send half an answer as a whole one', async () => {
  const url = await bIs(createTcpServer((socket) => socket.destroy()));
  const answer = await fetch(url);
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
  expect(await answer.text()).toContain('SESSION_MOVED');
  const half = await bIs(
    createServer((_, response) => {
      response.writeHead(200, { 'Content-Length': 1000 });
      response.write('half');
      setImmediate(() => response.destroy());
    }),
  );
  await expect(fetch(half).then((cut) => cut.text())).rejects.toThrow();
});

it('passes nothing on twice, and nothing of a session that nobody has', async () => {
  const url = await bIs(createServer((_, response) => response.end('there')));
  expect(await (await fetch(url)).text()).toBe('there');
  // Of the first session, which is there too.
  const first = new URL('/session/snapshots/one', url);
  expect(await (await fetch(first)).text()).toBe('there');
  // Nor what is not of the session: fetch itself would resolve the dots.
  const { hostname, port } = new URL(url);
  const dots = plainRequest({
    hostname,
    port,
    path: new URL(url).pathname.replace(/snapshots.*/, '%2e%2e/%2e%2e/x'),
  });
  dots.end();
  const [answered] = (await once(dots, 'response')) as [IncomingMessage];
  answered.resume();
  expect(answered.statusCode).toBe(404);
  for (const shown of [served.cluster.secret, 'wrong'])
    expect((await fetch(url, { headers: { [PEER_HEADER]: shown } })).status).toBe(503);
  const { id } = served.cluster.host('a').list()[0]!;
  served.cluster.orphans.add(id);
  expect((await fetch(url)).status).toBe(503);
  expect((await fetch(new URL('/sessions/abcdefgh/x', url))).status).toBe(404);
});
