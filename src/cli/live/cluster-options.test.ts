import { hostname } from 'node:os';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { clusterAsked } from './cluster-options.js';

let before: string | undefined;
beforeEach(() => {
  before = process.env.CONTINUO_CLUSTER;
  delete process.env.CONTINUO_CLUSTER;
});
afterEach(() => {
  if (before === undefined) delete process.env.CONTINUO_CLUSTER;
  else process.env.CONTINUO_CLUSTER = before;
});

const args = { 'cluster-name': 'continuo', host: '127.0.0.1' };
const cluster = 'redis://broker';

it('is alone without a broker, and then has no name and no address', () => {
  expect(clusterAsked(args, undefined)).toBeUndefined();
  expect(clusterAsked({ ...args, cluster: '' }, undefined)).toBeUndefined();
  for (const option of [{ name: 'ada' }, { address: 'http://ada:1' }])
    expect(() => clusterAsked({ ...args, ...option }, undefined)).toThrow(/there is no --cluster/);
});

it('takes the broker from the option or the environment, and the name of the computer', () => {
  const asked = { url: cluster, cluster: 'continuo', name: hostname(), address: undefined };
  expect(clusterAsked({ ...args, cluster }, undefined)).toEqual(asked);
  process.env.CONTINUO_CLUSTER = 'redis://other';
  expect(clusterAsked(args, undefined)).toEqual({ ...asked, url: 'redis://other' });
  expect(clusterAsked({ ...args, cluster, name: 'ada' }, undefined)).toEqual({ ...asked, name: 'ada' });
});

it.each(['', '  ', 'x'.repeat(65)])('refuses the name %j', (name) => {
  expect(() => clusterAsked({ ...args, cluster, name }, undefined)).toThrow(/--name takes/);
});

it('needs a token where others reach it', () => {
  const beyond = [{ host: '0.0.0.0' }, { address: 'http://192.168.1.7:8137' }];
  for (const option of beyond) {
    expect(() => clusterAsked({ ...args, cluster, ...option }, undefined)).toThrow(/needs a token/);
    expect(clusterAsked({ ...args, cluster, ...option }, 'a-long-word')).toBeDefined();
  }
  for (const address of ['http://localhost:8137', 'http://127.0.0.1:1', 'http://[::1]:1'])
    expect(clusterAsked({ ...args, cluster, address }, undefined)).toMatchObject({ address });
});

it.each(['ada:8137', 'ftp://ada', 'http://ada/path', 'http://ada/?a=1', ''])(
  'refuses the address %j',
  (address) => {
    expect(() => clusterAsked({ ...args, cluster, address }, 'a-long-word')).toThrow(/--address takes/);
  },
);
