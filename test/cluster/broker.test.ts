import { Buffer } from 'node:buffer';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { BrokerChange, HostEntry } from '../../src/cluster/broker/control.js';
import { RedisBroker } from '../../src/cluster/broker/redis-broker.js';
import { ContinuoError } from '../../src/errors.js';
import type { SessionEntry } from '../../src/host/sessions/control.js';
import { describeWith } from '../requires.js';
import { linkTo, startRedis, type TestRedis } from './redis.js';

const entry = (id: string, name = 'Session 1'): SessionEntry => ({
  ...{ id, name, mode: 'duet', phase: 'waiting', clients: 0, openedAt: '2026-01-01T00:00:00.000Z' },
  ...{ plugin: { id: 'piano', name: 'Piano' }, model: { id: 'pop', name: 'Pop' }, take: null },
});

const host = (id: string): HostEntry => ({
  ...{ id, name: `host ${id}`, address: 'http://127.0.0.1:1', sessions: 0, room: 8 },
});

/** A lease that a test waits out. */
const SHORT = { lease: 200 };

const code = (of: string) => expect.objectContaining({ code: of });

describeWith('redis-server', 'a broker that is Redis', (program) => {
  let redis: TestRedis;
  const brokers: RedisBroker[] = [];

  beforeEach(async () => {
    redis = await startRedis(program);
  });

  afterEach(async () => {
    await Promise.all(brokers.splice(0).map((broker) => broker.close()));
    await redis.stop();
  });

  /** A broker with a lease that outlasts the test, however slow the machine is, and patience to match. */
  async function open(id: string, url = redis.url, more: object = {}): Promise<RedisBroker> {
    const broker = await RedisBroker.open({
      ...{ url, cluster: 'test', host: id, lease: 600_000, wait: 60_000, ...more },
    });
    brokers.push(broker);
    return broker;
  }

  /** Waits until `broker` says `there`. */
  function until(broker: RedisBroker, there: boolean): Promise<void> {
    return new Promise((resolve) => {
      if (broker.there === there) return resolve();
      const stop = broker.subscribe((change) => {
        if (change.type !== 'broker' || change.there !== there) return;
        stop();
        resolve();
      });
    });
  }

  /** Repeats what a busy machine is too slow for. */
  async function again<T>(what: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await what();
      } catch (error) {
        if (!(error instanceof ContinuoError) || error.code !== 'CLUSTER_UNREACHABLE') throw error;
        await new Promise(setImmediate);
      }
    }
  }

  /** Waits until the lease of `id` has run out by the broker's clock. */
  async function lapsed(broker: RedisBroker, id: string): Promise<void> {
    while ((await broker.hosts()).some((one) => one.id === id && one.holds)) await new Promise(setImmediate);
  }

  it('lists hosts, and tells who lapsed', async () => {
    const a = await open('a');
    const b = await open('b');
    expect(await a.renew(host('a'), { beat: 1, knows: [] })).toMatchObject({ lease: 'lapsed' });
    expect(await a.renew(host('a'), { beat: 2, knows: [] })).toMatchObject({ lease: 'held' });
    const { hosts } = await b.renew({ ...host('b'), sessions: 3 }, { beat: 1, knows: ['a'] });
    expect(hosts.find(({ id }) => id === 'b')).toEqual({ ...host('b'), sessions: 3, beat: 1, holds: true });
    expect(hosts.find(({ id }) => id === 'a')).toEqual({ ...host('a'), beat: 2, holds: true });
    await b.leave();
    expect((await a.hosts()).map(({ id }) => id)).toEqual(['a']);
    const c = await open('c', redis.url, SHORT);
    await c.renew(host('c'), { beat: 1, knows: [] });
    await lapsed(a, 'c');
    expect(await c.renew(host('c'), { beat: 2, knows: [] })).toMatchObject({ lease: 'lapsed' });
  });

  it('drops a renewal that comes after a newer one', async () => {
    const a = await open('a');
    await a.renew(host('a'), { beat: 7, knows: [] });
    await expect(a.renew(host('a'), { beat: 7, knows: [] })).rejects.toEqual(code('CLUSTER_UNREACHABLE'));
    expect((await a.hosts())[0]).toMatchObject({ beat: 7 });
  });

  it('hands over how a session stands, to the byte', async () => {
    const a = await open('a');
    const b = await open('b');
    for (const [broker, id] of [[a, 'a'] as const, [b, 'b'] as const])
      await broker.renew(host(id), { beat: 1, knows: [] });
    const fence = await a.register(entry('s1'), '{"plugin":"piano"}');
    expect(await a.read('s1')).toEqual({ state: null, tail: [], setup: '{"plugin":"piano"}' });
    const state = Uint8Array.from({ length: 1 << 20 }, (_, index) => index * 7);
    await a.append('s1', fence, Buffer.from('before'));
    await a.keep('s1', fence, state);
    expect(await a.append('s1', fence, Uint8Array.of(0, 255, 13, 10))).toBe('added');
    expect(await a.append('s1', fence, Buffer.from('two'))).toBe('added');
    await a.tell(fence, entry('s1', 'Evening'), '{"plugin":"drums"}');
    await a.release('s1', fence);
    expect(await b.sessions(null)).toEqual([
      { id: 's1', owner: null, fence: 1, entry: entry('s1', 'Evening') },
    ]);
    expect(await b.claim('s1', { owner: null, fence })).toBe(2);
    const handed = (await b.read('s1'))!;
    expect(Buffer.compare(handed.state!, state)).toBe(0);
    expect(handed.tail.map((batch) => [...batch])).toEqual([[0, 255, 13, 10], [...Buffer.from('two')]]);
    expect(handed.setup).toBe('{"plugin":"drums"}');
    expect(await b.sessions('b')).toHaveLength(1);
    expect(await b.sessions('a')).toEqual([]);
    await b.forget('s1', 2);
    expect(await b.sessions()).toEqual([]);
    expect(await b.session('s1')).toBeNull();
    expect(await b.read('s1')).toBeNull();
    expect(a.sent).toBeGreaterThan(1 << 20);
  });

  it('gives a session to one of eight that claim at once, each time', async () => {
    const ids = [...'abcdefgh'];
    const all = await Promise.all(ids.map((id) => open(id)));
    for (let round = 1; round <= 10; round++) {
      const beat = { beat: round, knows: [] };
      await Promise.all(all.map((broker, index) => broker.renew(host(ids[index]!), beat)));
      const id = `s${round}`;
      const fence = await all[0]!.register(entry(id), '{}');
      await all[0]!.release(id, fence);
      const got = await Promise.all(all.map((broker) => broker.claim(id, { owner: null, fence })));
      expect(got.filter((won) => won !== null)).toEqual([2]);
      const owner = ids[got.indexOf(2)];
      expect(await all[1]!.session(id)).toMatchObject({ owner, fence: 2 });
    }
  });

  it('lets only who is known claim from a host whose lease has run out, as it was last seen', async () => {
    const [a, b, c] = [await open('a'), await open('b'), await open('c')];
    const short = await open('a', redis.url, SHORT);
    await a.renew(host('a'), { beat: 1, knows: ['b'] });
    const fence = await a.register(entry('s1'), '{}');
    expect(await b.claim('s1', { owner: 'a', fence, beat: 1 })).toBeNull();
    await b.renew(host('b'), { beat: 1, knows: ['a', 'c'] });
    await c.renew(host('c'), { beat: 1, knows: ['a', 'b'] });
    expect(await b.claim('s1', { owner: 'a', fence, beat: 1 })).toBeNull();
    await short.renew(host('a'), { beat: 2, knows: ['b'] });
    await lapsed(b, 'a');
    expect(await c.claim('s1', { owner: 'a', fence, beat: 2 })).toBeNull();
    expect(await b.claim('s1', { owner: 'a', fence, beat: 1 })).toBeNull();
    expect(await b.claim('s1', { owner: 'a', fence: 2, beat: 2 })).toBeNull();
    expect(await b.claim('s1', { owner: 'a', fence, beat: 2 })).toBe(2);
    expect(await c.claim('s1', { owner: 'a', fence, beat: 2 })).toBeNull();
    expect((await b.hosts()).map(({ id }) => id).sort()).toEqual(['b', 'c']);
  });

  it('lets a host claim without being known where it knows that the owner is gone', async () => {
    const [a, c] = [await open('a'), await open('c')];
    await a.renew(host('a'), { beat: 1, knows: [] });
    const fence = await a.register(entry('s1'), '{}');
    await c.renew(host('c'), { beat: 1, knows: [] });
    expect(await c.claim('s1', { owner: 'a', fence, dead: true })).toBe(2);
  });

  it('refuses every write of a former owner, and of who is paused between two', async () => {
    const [a, b] = [await open('a', redis.url, SHORT), await open('b')];
    await a.renew(host('a'), { beat: 1, knows: ['b'] });
    const fence = await a.register(entry('s1'), '{}');
    await a.keep('s1', fence, Uint8Array.of(1));
    await lapsed(b, 'a');
    await b.renew(host('b'), { beat: 1, knows: [] });
    expect(await b.claim('s1', { owner: 'a', fence, beat: 1 })).toBe(2);
    expect(await a.renew(host('a'), { beat: 2, knows: ['b'] })).toMatchObject({ lease: 'lapsed' });
    const writes = [
      () => a.tell(fence, entry('s1', 'mine'), '{}'),
      () => a.keep('s1', fence, Uint8Array.of(9)),
      () => a.append('s1', fence, Uint8Array.of(9)),
      () => a.release('s1', fence),
      () => a.forget('s1', fence),
      () => a.register(entry('s1'), '{}', fence),
      // The new fence in the wrong hands.
      () => a.keep('s1', 2, Uint8Array.of(9)),
    ];
    for (const write of writes) await expect(write()).rejects.toEqual(code('CLUSTER_FENCED'));
    expect(await b.session('s1')).toEqual({ id: 's1', owner: 'b', fence: 2, entry: entry('s1') });
    expect([...(await b.read('s1'))!.state!]).toEqual([1]);
    await b.keep('s1', 2, Uint8Array.of(2));
  });

  it('gives up the sessions of a host that leaves', async () => {
    const [a, b] = [await open('a'), await open('b')];
    await a.renew(host('a'), { beat: 1, knows: [] });
    await b.renew(host('b'), { beat: 1, knows: [] });
    await a.register(entry('s1'), '{}');
    await a.register(entry('s2'), '{}');
    await a.leave();
    expect((await b.sessions(null)).map(({ id }) => id).sort()).toEqual(['s1', 's2']);
    expect(await b.claim('s1', { owner: null, fence: 1 })).toBe(2);
  });

  it('tells the others what changed', async () => {
    const [a, b] = [await open('a'), await open('b')];
    const heard: BrokerChange[] = [];
    const all = new Promise<void>((resolve) => {
      b.subscribe((change) => {
        heard.push(change);
        if (heard.length === 4) resolve();
      });
    });
    await a.renew(host('a'), { beat: 1, knows: [] });
    const fence = await a.register(entry('s1'), '{}');
    await a.append('s1', fence, Uint8Array.of(1));
    await a.release('s1', fence);
    await a.leave();
    await all;
    const session = { type: 'session', id: 's1' };
    expect(heard).toEqual([{ type: 'hosts' }, session, session, { type: 'hosts' }]);
  });

  it('keeps clusters of different names apart', async () => {
    const [a, b] = [await open('a'), await open('b', redis.url, { cluster: 'other' })];
    await a.renew(host('a'), { beat: 1, knows: [] });
    await a.register(entry('s1'), '{}');
    await b.renew(host('b'), { beat: 1, knows: [] });
    expect(await b.sessions()).toEqual([]);
    expect(await b.hosts()).toHaveLength(1);
  });

  it('fails at once while the server is away, sends nothing late, and is healed by registering anew', async () => {
    const a = await open('a');
    const before = await a.renew(host('a'), { beat: 1, knows: [] });
    const fence = await a.register(entry('s1'), '{}');
    await a.keep('s1', fence, Uint8Array.of(1));
    const gone = until(a, false);
    await redis.kill();
    await gone;
    await expect(a.append('s1', fence, Uint8Array.of(2))).rejects.toEqual(code('CLUSTER_UNREACHABLE'));
    await expect(a.renew(host('a'), { beat: 2, knows: [] })).rejects.toEqual(code('CLUSTER_UNREACHABLE'));
    const back = until(a, true);
    await redis.start();
    await back;
    expect(await a.sessions()).toEqual([]);
    const { lease, instance } = await a.renew(host('a'), { beat: 3, knows: [] });
    expect(lease).toBe('lapsed');
    expect(instance).not.toBe(before.instance);
    await expect(a.append('s1', fence, Uint8Array.of(3))).rejects.toEqual(code('CLUSTER_UNREACHABLE'));
    expect(await a.register(entry('s1'), '{}', fence)).toBe(fence);
    // What was in the state is gone: the tail needs a new one.
    expect(await a.append('s1', fence, Uint8Array.of(4))).toBe('gap');
    await a.keep('s1', fence, Uint8Array.of(5));
    expect(await a.append('s1', fence, Uint8Array.of(6))).toBe('added');
    expect((await a.read('s1'))!.tail.map((batch) => [...batch])).toEqual([[6]]);
  });

  it('gives up a server that stands still, and what was sent to it then does no harm later', async () => {
    const a = await open('a', redis.url, { wait: 300 });
    await a.renew(host('a'), { beat: 1, knows: [] });
    const fence = await a.register(entry('s1'), '{}');
    redis.pause();
    const late = [
      a.renew(host('a'), { beat: 2, knows: [] }),
      a.keep('s1', fence, Uint8Array.of(1)),
      a.append('s1', fence, Uint8Array.of(2)),
    ];
    for (const one of await Promise.allSettled(late))
      expect(one).toMatchObject({ status: 'rejected', reason: { code: 'CLUSTER_UNREACHABLE' } });
    expect(a.there).toBe(false);
    const back = until(a, true);
    redis.resume();
    await back;
    // The server may have read the late writes by now, or not: nobody can tell, and the tail has an end until the next state.
    expect(await again(() => a.append('s1', fence, Uint8Array.of(3)))).toMatch(/added|gap/);
    await again(() => a.keep('s1', fence, Uint8Array.of(4)));
    const { state, tail } = (await again(() => a.read('s1')))!;
    expect([...state!]).toEqual([4]);
    expect(tail).toEqual([]);
  });

  it('says a gap in the tail for as long as there is no new state', async () => {
    const a = await open('a');
    const link = await linkTo(redis.port);
    const b = await open('b', link.url);
    await a.renew(host('a'), { beat: 1, knows: [] });
    await b.renew(host('b'), { beat: 1, knows: [] });
    const fence = await b.register(entry('s1'), '{}');
    expect(await b.append('s1', fence, Uint8Array.of(1))).toBe('added');
    const gone = until(b, false);
    link.cut();
    await gone;
    await expect(b.append('s1', fence, Uint8Array.of(2))).rejects.toEqual(code('CLUSTER_UNREACHABLE'));
    const back = until(b, true);
    link.heal();
    await back;
    await b.tell(fence, entry('s1', 'told'), '{}');
    expect(await b.append('s1', fence, Uint8Array.of(3))).toBe('gap');
    expect(await b.append('s1', fence, Uint8Array.of(4))).toBe('gap');
    expect((await a.read('s1'))!.tail.map((batch) => [...batch])).toEqual([[1]]);
    await b.keep('s1', fence, Uint8Array.of(0));
    expect(await b.append('s1', fence, Uint8Array.of(5))).toBe('added');
    await link.close();
  });

  it('says what is wrong with data that is not ours', async () => {
    const a = await open('a');
    await a.renew(host('a'), { beat: 1, knows: [] });
    const { createClient } = await import('@redis/client');
    const other = createClient({ url: redis.url });
    await other.connect();
    const P = 'continuo:1:{test}:';
    await other.hSet(`${P}session:s9`, { owner: 'a', fence: '1', seq: '0', entry: '{"id":"s9"}' });
    await expect(a.session('s9')).rejects.toEqual(code('CLUSTER_BROKEN'));
    await other.set(`${P}session:s8`, 'text');
    await expect(a.session('s8')).rejects.toEqual(code('CLUSTER_BROKEN'));
    await other.hSet(`${P}hosts`, 'z', 'no JSON');
    await other.sAdd(`${P}owned:z`, 's9');
    await expect(a.hosts()).rejects.toEqual(code('CLUSTER_BROKEN'));
    other.destroy();
  });

  it('needs the password, and never shows it', async () => {
    const locked = await startRedis(program, ['--requirepass', 'se/cret']);
    try {
      await expect(open('a', locked.url)).rejects.toEqual(code('CLUSTER_UNREACHABLE'));
      const wrong = await open('a', locked.url.replace('//', '//:guess@')).catch((error) => error);
      expect(wrong).toMatchObject({ code: 'CLUSTER_UNREACHABLE' });
      expect(`${wrong.message}${wrong.hint}`).not.toContain('guess');
      const a = await open('a', locked.url.replace('//', '//:se%2Fcret@'));
      expect(await a.renew(host('a'), { beat: 1, knows: [] })).toMatchObject({ lease: 'lapsed' });
      expect(
        await RedisBroker.open({ url: 'redis://127.0.0.1:1', cluster: 'x', host: 'a' }).catch((e) => e),
      ).toEqual(code('CLUSTER_UNREACHABLE'));
    } finally {
      await locked.stop();
    }
  });
});
