import { afterEach, beforeEach, expect, it } from 'vitest';
import { RedisBroker } from '../../src/cluster/broker/redis-broker.js';
import { HostLease, type LeaseState } from '../../src/cluster/membership/host-lease.js';
import { monotonic } from '../../src/host/live/clock.js';
import { Permit } from '../../src/host/live/permit.js';
import type { SessionEntry } from '../../src/host/sessions/control.js';
import { describeWith } from '../requires.js';
import { startRedis, type TestRedis } from './redis.js';

/** A host of a test: its lease at a real server, with sessions that are permits alone. */
interface Host {
  readonly lease: HostLease;
  readonly broker: RedisBroker;
  readonly permits: Map<string, Permit>;
  /** Resolves once its lease is in this state. */
  until(state: LeaseState): Promise<void>;
}

const entry = (id: string): SessionEntry => ({
  ...{ id, name: id, mode: 'duet', phase: 'waiting', clients: 0, openedAt: '2026-01-01T00:00:00.000Z' },
  ...{ plugin: { id: 'piano', name: 'Piano' }, model: { id: 'pop', name: 'Pop' }, take: null },
});

describeWith('redis-server', 'leases of hosts at a real server', (program) => {
  let redis: TestRedis;
  const hosts = new Map<string, Host>();

  beforeEach(async () => {
    redis = await startRedis(program);
  });

  afterEach(async () => {
    for (const { lease, broker } of hosts.values()) {
      lease.stop();
      await broker.close();
    }
    hosts.clear();
    await redis.stop();
  });

  async function join(id: string): Promise<Host> {
    const broker = await RedisBroker.open({ url: redis.url, cluster: 'test', host: id });
    const permits = new Map<string, Permit>();
    const waiting = new Set<() => void>();
    const lease: HostLease = new HostLease(
      {
        now: monotonic,
        after: (ms, act) => {
          const timer = setTimeout(act, ms);
          return () => clearTimeout(timer);
        },
        broker,
        ask: async ({ id: other }) => hosts.get(other)?.lease.answer(id) ?? null,
        entry: () => ({ id, name: id, address: id, sessions: permits.size, room: 8 }),
      },
      {
        state: () => {
          for (const tell of [...waiting]) tell();
        },
        lost: (ids) => {
          for (const lost of ids) permits.delete(lost);
        },
        anew: () => {
          for (const [own, permit] of permits)
            void lease.register(entry(own), '{}', permit).catch(() => undefined);
        },
      },
    );
    const until = (state: LeaseState) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (lease.state !== state) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      });
    const host = { lease, broker, permits, until };
    hosts.set(id, host);
    await lease.start();
    return host;
  }

  async function open(host: Host, id: string): Promise<Permit> {
    const permit = new Permit();
    host.permits.set(id, permit);
    await host.lease.register(entry(id), '{}', permit);
    return permit;
  }

  it('both play on while the server stands still, and hold again when it goes on', async () => {
    const [a, b] = [await join('a'), await join('b')];
    const permit = await open(a, 's1');
    redis.pause();
    await Promise.all([a.until('playsOn'), b.until('playsOn')]);
    redis.resume();
    await Promise.all([a.until('holds'), b.until('holds')]);
    await expect.poll(() => permit.holds, { timeout: 30_000 }).toBe(true);
    expect(await b.broker.session('s1')).toMatchObject({ owner: 'a', fence: 1 });
  });

  it('both register again with a server that comes back empty', async () => {
    const [a, b] = [await join('a'), await join('b')];
    await open(a, 's1');
    await open(b, 's2');
    await redis.kill();
    await Promise.all([a.until('playsOn'), b.until('playsOn')]);
    await redis.start();
    await Promise.all([a.until('holds'), b.until('holds')]);
    const owners = async () =>
      (await b.broker.sessions().catch(() => [])).map(({ id, owner }) => `${id} ${owner}`).sort();
    await expect.poll(owners, { timeout: 30_000 }).toEqual(['s1 a', 's2 b']);
    expect([a.permits.has('s1'), b.permits.has('s2')]).toEqual([true, true]);
  });

  it('what a dead host had is claimed once, by who is known to it', async () => {
    const [a, b] = [await join('a'), await join('b')];
    await open(a, 's1');
    // The broker knows that a knows b.
    await expect
      .poll(async () => (await a.broker.hosts().catch(() => [])).find(({ id }) => id === 'a')?.beat ?? 0, {
        timeout: 30_000,
      })
      .toBeGreaterThan(4);
    a.lease.stop();
    hosts.delete('a');
    const permit = new Permit();
    const tried = async () => {
      const seen = await b.broker.hosts();
      b.lease.saw(seen);
      const session = await b.broker.session('s1');
      return session && (await b.lease.claim(session, permit));
    };
    await expect.poll(() => tried().catch(() => null), { timeout: 30_000, interval: 50 }).toBe(2);
    expect(b.lease.fence('s1')).toBe(2);
    await a.broker.close();
  });
});
