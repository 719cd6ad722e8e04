import { expect, it } from 'vitest';
import { PEER_HEADER } from '../../protocol/hosts-protocol.js';
import { serveCluster } from '../testing/cluster-served.js';
import { TestHostClient } from '../testing/host-client.js';

const served = serveCluster();

it('does what a peer asks for with its own sessions alone', async () => {
  const there = await served.cluster.host('b').own.open({ name: 'There' });
  const here = await served.cluster.host('a').own.open({ name: 'Here' });
  const { client } = await TestHostClient.greeted(served.servers.a!.address, {
    [PEER_HEADER]: served.cluster.secret,
  });
  client.say({ type: 'renameSession', request: 1, id: there, name: 'x' });
  expect(await client.next('error')).toMatchObject({ request: 1, code: 'SESSION_NOT_FOUND' });
  client.say({ type: 'moveSession', request: 2, id: there, host: 'a' });
  expect(await client.next('error')).toMatchObject({ request: 2, code: 'SESSION_NOT_FOUND' });
  client.say({ type: 'openSession', request: 3, host: 'b' });
  expect(await client.next('error')).toMatchObject({ request: 3, code: 'CLUSTER_NONE' });
  client.say({ type: 'renameSession', request: 4, id: here, name: 'y' });
  expect(await client.next('done')).toMatchObject({ request: 4 });
  client.say({ type: 'moveSession', request: 5, id: here, host: 'b' });
  expect(await client.next('done')).toMatchObject({ request: 5 });
  expect(served.cluster.host('b').own.sessions.has(here)).toBe(true);
  client.socket.close();
});
