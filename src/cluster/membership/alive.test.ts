import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { ALIVE_PATH } from '../../protocol/hosts-protocol.js';
import { askOverHttp, leaves } from './alive.js';

it('asks over HTTP, and takes nothing but the answer of the host that it means', async () => {
  const said = { host: 'a', broker: true, silent: false, took: { s1: { fence: 2, instance: 'x' } } };
  const asked: unknown[] = [];
  let body = JSON.stringify(said);
  let status = 200;
  const server = createServer((request, response) => {
    asked.push([request.url, request.headers['x-continuo-peer']]);
    response.statusCode = status;
    response.end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = askOverHttp('b', { 'X-Continuo-Peer': 'word' });
  expect(await ask({ id: 'a', address })).toEqual(said);
  expect(asked).toEqual([[`${ALIVE_PATH}?from=b`, 'word']]);
  expect(await ask({ id: 'c', address })).toBeNull();
  status = 403;
  expect(await ask({ id: 'a', address })).toBeNull();
  status = 200;
  body = '{"host":"a"}';
  expect(await ask({ id: 'a', address })).toBeNull();
  server.close();
  await once(server, 'close');
  expect(await ask({ id: 'a', address })).toBeNull();
  expect(await ask({ id: 'a', address: 'nonsense' })).toBeNull();
});

it('compares fences of one instance of the broker alone', () => {
  const said = { host: 'a', broker: false, silent: false, took: { s: { fence: 2, instance: 'x' } } };
  expect(leaves(said, 't', { fence: 1, instance: 'x' })).toBe(true);
  expect(leaves(said, 's', { fence: 3, instance: 'x' })).toBe(true);
  expect(leaves(said, 's', { fence: 2, instance: 'x' })).toBe(false);
  expect(leaves(said, 's', { fence: 3, instance: 'y' })).toBe(false);
});
