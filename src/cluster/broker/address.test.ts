import { describe, expect, it } from 'vitest';
import { readBrokerAddress } from './address.js';

describe('the address of a broker', () => {
  it('is read', () => {
    expect(readBrokerAddress('redis://localhost')).toEqual({
      ...{ host: 'localhost', port: 6379, tls: false, database: 0, shown: 'redis://localhost:6379' },
    });
    expect(readBrokerAddress('rediss://me:p%40ss@[::1]:7000/3')).toEqual({
      ...{ host: '::1', port: 7000, tls: true, database: 3, username: 'me', password: 'p@ss' },
      shown: 'rediss://[::1]:7000/3',
    });
    expect(readBrokerAddress('redis://:word@h')).toMatchObject({ password: 'word' });
  });

  it.each([
    'http://localhost',
    'localhost:6379',
    'redis://',
    'redis://h/x',
    'redis://h/1?a=b',
    'redis://h:99999',
    'redis://u:secret@h:port',
    'redis://u:secret%@h',
    'redis://u:se@secret/@h',
    'redis://u:secret#1@h',
    'secret@h',
  ])('%s is refused, without a password', (text) => {
    expect(() => readBrokerAddress(text)).toThrow(expect.objectContaining({ code: 'CLUSTER_ADDRESS' }));
    expect(() => readBrokerAddress(text)).not.toThrow(/secret/);
  });
});
