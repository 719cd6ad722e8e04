import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';

/** IPv4 as IPv6 says it: what a socket that listens on both tells of the former. */
const MAPPED = /^::ffff:(?=\d+\.)/i;

/** Whether only this machine reaches an address. */
export function isLoopback(address: string): boolean {
  const plain = address.replace(MAPPED, '');
  return plain.startsWith('127.') || plain === '::1';
}

/** An address as it stands in a URL. */
export function urlHost(address: string): string {
  // A zone (fe80::1%eth0) is known to this machine alone; browsers take none.
  const plain = address.replace(MAPPED, '').replace(/%.*$/, '');
  return plain.includes(':') ? `[${plain}]` : plain;
}

/** The address by which this machine itself reaches what listens on `bound`. */
export function localHost(bound: string): string {
  if (bound === '0.0.0.0') return '127.0.0.1';
  if (bound === '::') return '[::1]';
  return urlHost(bound);
}

/** An address by which others in the network reach this machine, as it stands in a URL. */
export interface NetworkAddress {
  readonly host: string;
  /** What the system calls its card: wlan0, Ethernet 2. */
  readonly card: string;
}

/** By which addresses others reach what listens on `bound`; IPv4 first. None where it is loopback. */
export function networkAddresses(
  bound: string,
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces(),
): NetworkAddress[] {
  const any = bound === '::' || bound === '0.0.0.0';
  const found = Object.entries(interfaces).flatMap(([card, infos = []]) =>
    infos
      .filter(({ internal, family, address }) =>
        any
          ? !internal && (family === 'IPv4' || (bound === '::' && !isLinkLocal(address)))
          : address === bound && !isLoopback(bound),
      )
      .map(({ address, family }) => ({ host: urlHost(address), card, family })),
  );
  return found
    .sort((a, b) => (a.family < b.family ? -1 : a.family > b.family ? 1 : 0))
    .map(({ host, card }) => ({ host, card }));
}

/** An IPv6 address that needs a zone, which browsers take none of. */
const isLinkLocal = (address: string) => /^fe[89ab]/i.test(address);
