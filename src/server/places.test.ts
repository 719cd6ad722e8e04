import { describe, expect, it } from 'vitest';
import { Openings } from './openings.js';
import { Places } from './places.js';
import { MemorySession } from './testing/memory-session.js';
import { directoryOf } from './testing/memory-sessions.js';

const STRANGER = '192.0.2.7';

describe('places', () => {
  it('are not all for one address, but for this machine', () => {
    const places = new Places(4);
    const leave = [STRANGER, STRANGER, STRANGER].map((address) => places.take(address));
    expect([places.has(STRANGER), places.has('192.0.2.8'), places.has('127.0.0.1')]).toEqual([
      false,
      true,
      true,
    ]);
    places.take('192.0.2.8');
    expect(places.has('127.0.0.1')).toBe(false);
    leave[0]!();
    leave[0]!();
    expect([places.has(STRANGER), places.has('127.0.0.1')]).toEqual([true, true]);
    const own = new Places(4);
    for (let i = 0; i < 4; i++) {
      expect(own.has('::1')).toBe(true);
      own.take('::1');
    }
    expect(own.has('::1')).toBe(false);
  });

  it('share the rate of one address among its clients', () => {
    const places = new Places(100);
    for (let i = 0; i < 16; i++) {
      places.take(STRANGER);
      places.take('127.0.0.1');
    }
    expect([places.share(STRANGER), places.share('127.0.0.1'), places.share('192.0.2.8')]).toEqual([
      0.5, 1, 1,
    ]);
  });
});

describe('the sessions that an address opens', () => {
  const setup = () => {
    const session = new MemorySession();
    const sessions = directoryOf(session, 8);
    const openings = new Openings(sessions);
    const open = async (address: string) => {
      const ended = openings.at(address).take();
      const id = await sessions.open({});
      ended(id);
      return id;
    };
    return { session, sessions, openings, open };
  };

  it('are half of the host at most, closed ones not counted; this machine opens all', async () => {
    const { sessions, open } = setup();
    const ids = [];
    for (let i = 0; i < 4; i++) ids.push(await open(STRANGER));
    await expect(open(STRANGER)).rejects.toMatchObject({ code: 'SESSIONS_FULL' });
    await open('192.0.2.8');
    sessions.close(ids[0]!);
    await open(STRANGER);
    for (let i = 0; i < 2; i++) await open('127.0.0.1');
    await expect(open('127.0.0.1')).rejects.toMatchObject({ code: 'SESSIONS_FULL' });
  });

  it('that are still being opened count', async () => {
    const { openings } = setup();
    const ended = [1, 2, 3, 4].map(() => openings.at(STRANGER).take());
    expect(() => openings.at(STRANGER).take()).toThrow(expect.objectContaining({ code: 'SESSIONS_FULL' }));
    ended[0]!(undefined);
    openings.at(STRANGER).take();
  });

  it('come no faster than the host loads them', async () => {
    const { session, sessions, open } = setup();
    for (let i = 0; i < 6; i++) sessions.close(await open(STRANGER));
    await expect(open(STRANGER)).rejects.toMatchObject({ code: 'PROTOCOL_RATE' });
    for (let i = 0; i < 6; i++) sessions.close(await open('127.0.0.1'));
    sessions.close(await open('127.0.0.1'));
    session.time += 5;
    await open(STRANGER);
  });
});
