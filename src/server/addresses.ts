import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';

/** IPv4-mapped IPv6: how a dual-stack socket reports an IPv4 address. */
const MAPPED = /^::ffff:(?=\d+\.)/i;

/** Whether an address is a loopback address. */
export function isLoopback(address: string): boolean {
  const plain = address.replace(MAPPED, '');
  return plain.startsWith('127.') || plain === '::1';
}

/** An address as the host of a URL. */
export function urlHost(address: string): string {
  // A zone (fe80::1%eth0) has a meaning on this machine only; browsers do not accept one.
  const plain = address.replace(MAPPED, '').replace(/%.*$/, '');
  return plain.includes(':') ? `[${plain}]` : plain;
}

/** The URL host by which this machine itself reaches what listens on `bound`. */
export function localHost(bound: string): string {
  if (bound === '0.0.0.0') return '127.0.0.1';
  if (bound === '::') return '[::1]';
  return urlHost(bound);
}

/** An address by which other machines reach this one, as the host of a URL. */
export interface NetworkAddress {
  readonly host: string;
  /** Name of the network interface: wlan0, Ethernet 2. */
  readonly card: string;
}

/** The addresses by which others reach what listens on `bound`, IPv4 first; empty for loopback. */
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

/** Whether an IPv6 address is link-local: it needs a zone, which browsers do not accept. */
const isLinkLocal = (address: string) => /^fe[89ab]/i.test(address);
