import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { HostSeen } from '../broker/control.js';
import { shares } from './shares.js';

const host = (id: string, room: number, holds = true): HostSeen => ({
  ...{ id, name: id, address: 'http://127.0.0.1:1', sessions: 0, room, beat: 1, holds },
});
const ids = (count: number) => Array.from({ length: count }, (_, index) => `s${index}`);

it('spreads sessions over the hosts by their room, and none to a host that is gone', () => {
  const to = shares(ids(60), [host('a', 50), host('b', 30), host('c', 100, false)]);
  const count = (of: string) => [...to.values()].filter((one) => one === of).length;
  expect([count('a'), count('b'), count('c')]).toEqual([40, 20, 0]);
});

it('gives each session to one host, whatever the order in which they are listed', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string({ minLength: 1 })),
      fc.uniqueArray(fc.record({ id: fc.string({ minLength: 1 }), room: fc.nat(9) }), {
        selector: ({ id }) => id,
        minLength: 1,
      }),
      (sessions, rooms) => {
        const hosts = rooms.map(({ id, room }) => host(id, room));
        const to = shares(sessions, hosts);
        expect(to.size).toBe(sessions.length);
        expect(shares([...sessions].reverse(), [...hosts].reverse())).toEqual(to);
      },
    ),
  );
});

it('gives nothing to nobody', () => {
  expect(shares(ids(3), []).size).toBe(0);
});
