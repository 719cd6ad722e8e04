import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { isLoopback, localHost, networkAddresses, urlHost } from './addresses.js';

const card = (family: 'IPv4' | 'IPv6', address: string, internal = false) =>
  ({ family, address, internal, netmask: '', mac: '', cidr: null, scopeid: 0 }) as NetworkInterfaceInfo;

const interfaces = {
  lo: [card('IPv4', '127.0.0.1', true), card('IPv6', '::1', true)],
  wlan0: [card('IPv6', '2001:db8::5'), card('IPv6', 'fe80::5'), card('IPv4', '192.168.1.5')],
  eth0: [card('IPv4', '10.0.0.5')],
  off: undefined,
};

describe('addresses', () => {
  it.each([
    ['0.0.0.0', ['192.168.1.5', '10.0.0.5']],
    ['::', ['192.168.1.5', '10.0.0.5', '[2001:db8::5]']],
    ['10.0.0.5', ['10.0.0.5']],
    ['2001:db8::5', ['[2001:db8::5]']],
    ['127.0.0.1', []],
    ['::1', []],
  ])('by which others reach what listens on %s', (bound, hosts) => {
    expect(networkAddresses(bound, interfaces).map(({ host }) => host)).toEqual(hosts);
  });

  it('come with the name of their card', () => {
    expect(networkAddresses('10.0.0.5', interfaces)).toEqual([{ host: '10.0.0.5', card: 'eth0' }]);
  });

  it('of this machine alone are known', () => {
    const all = [
      '127.0.0.1',
      '127.9.9.9',
      '::1',
      '::ffff:127.0.0.1',
      '0.0.0.0',
      '::',
      '10.0.0.1',
      '::ffff:10.0.0.1',
    ];
    expect(all.filter(isLoopback)).toEqual(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1']);
  });

  it('stand in a URL as browsers write them', () => {
    expect(['::1', '::ffff:10.0.0.1', 'fe80::1%eth0', '10.0.0.1'].map(urlHost)).toEqual([
      ...['[::1]', '10.0.0.1', '[fe80::1]', '10.0.0.1'],
    ]);
    expect(['0.0.0.0', '::', '127.0.0.2'].map(localHost)).toEqual(['127.0.0.1', '[::1]', '127.0.0.2']);
  });
});
