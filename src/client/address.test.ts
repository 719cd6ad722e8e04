import { expect, it } from 'vitest';
import { readAddress } from './address.js';

it.each([
  ['http://127.0.0.1:8137/', 'ws://127.0.0.1:8137/session', 'http://127.0.0.1:8137/'],
  ['http://127.0.0.1:8137', 'ws://127.0.0.1:8137/session', 'http://127.0.0.1:8137/'],
  ['https://studio.local/?again#x', 'wss://studio.local/session', 'https://studio.local/'],
  ['ws://127.0.0.1:8137/host', 'ws://127.0.0.1:8137/session', 'http://127.0.0.1:8137/'],
  [
    'ws://127.0.0.1:8137/sessions/abcd2345',
    'ws://127.0.0.1:8137/sessions/abcd2345',
    'http://127.0.0.1:8137/',
  ],
  ['wss://[::1]:1/jams/host', 'wss://[::1]:1/jams/session', 'https://[::1]:1/'],
  ['ws://one.local/elsewhere', 'ws://one.local/elsewhere', 'http://one.local/'],
])('%s is the address of a session at %s', (url, socket, page) => {
  const address = readAddress(url, { path: '/session', fits: /\/(session|sessions\/[^/]+)$/ });
  expect(address).toEqual({ socket, page, protocols: ['continuo'] });
});

it('takes the token from the link, unless it is given', () => {
  const link = 'http://127.0.0.1:8137/?token=from-the-link';
  const shown = { protocols: ['continuo', 'continuo-token.from-the-link'], token: 'from-the-link' };
  expect(readAddress(link, { path: '/host' })).toMatchObject(shown);
  expect(readAddress(link, { path: '/host', token: 'given' }).token).toBe('given');
});

it.each(['', 'studio', '127.0.0.1:8137', 'ftp://studio/', 'file:///session'])('refuses "%s"', (url) => {
  expect(() => readAddress(url, { path: '/session' })).toThrow(`but got "${url}"`);
});
