import { describe, expect, it } from 'vitest';
import type { HostSeen } from '../broker/control.js';
import { Deaths } from './deaths.js';

const host = (id: string, holds: boolean, change: Partial<HostSeen> = {}): HostSeen => ({
  ...{ id, name: 'ada', address: 'http://192.168.1.7:8137', sessions: 1, room: 1, beat: 1, holds, ...change },
});

function looking() {
  const world = { gone: [] as string[], answers: null as string | null, asked: [] as string[], now: 0 };
  const deaths = new Deaths({
    isGone: ({ id }) => world.gone.includes(id),
    whoAnswers: async (address) => {
      world.asked.push(address);
      return world.answers;
    },
    now: () => world.now,
  });
  return { deaths, world };
}

describe('a host whose lease has run out', () => {
  it('is dead where its process is gone from this computer, and stays so', async () => {
    const { deaths, world } = looking();
    await deaths.look([host('old', false)]);
    expect(deaths.has('old')).toBe(false);
    world.gone = ['old'];
    await deaths.look([host('old', false)]);
    world.gone = [];
    await deaths.look([host('old', false)]);
    expect([deaths.has('old'), deaths.has('new'), deaths.has(null)]).toEqual([true, false, false]);
  });

  it('is dead where another one has its name and address, and answers there', async () => {
    const { deaths, world } = looking();
    const hosts = [host('old', false), host('new', true)];
    await deaths.look(hosts);
    expect([deaths.has('old'), world.asked]).toEqual([false, ['http://192.168.1.7:8137']]);
    world.answers = 'new';
    // It is not asked at each look.
    await deaths.look(hosts);
    expect(world.asked).toHaveLength(1);
    world.now = 1000;
    await deaths.look(hosts);
    expect(deaths.has('old')).toBe(true);
  });

  it.each([
    ['another name', { name: 'bob' }],
    ['another address', { address: 'http://192.168.1.8:8137' }],
    ['no lease', { holds: false }],
  ])('is not dead because one answers that has %s', async (_, change) => {
    const { deaths, world } = looking();
    world.answers = 'new';
    await deaths.look([host('old', false), host('new', true, change)]);
    expect(deaths.has('old')).toBe(false);
  });

  it.each(['http://127.0.0.1:8137', 'http://localhost:8137', 'http://[::1]:8137'])(
    'is not dead because of an address that each computer has (%s)',
    async (address) => {
      const { deaths, world } = looking();
      world.answers = 'new';
      await deaths.look([host('old', false, { address }), host('new', true, { address })]);
      expect([deaths.has('old'), world.asked]).toEqual([false, []]);
    },
  );

  it('is not looked at while its lease holds', async () => {
    const { deaths, world } = looking();
    world.gone = ['old'];
    await deaths.look([host('old', true)]);
    expect(deaths.has('old')).toBe(false);
  });
});
