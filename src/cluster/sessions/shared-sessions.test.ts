import { describe, expect, it } from 'vitest';
import type { HostClient } from '../../client/host-client.js';
import { Sessions } from '../../host/sessions/sessions.js';
import { MemorySession } from '../../server/testing/memory-session.js';
import type { ClusterSession, HostSeen } from '../broker/control.js';
import type { ClusterView } from './cluster-view.js';
import { SharedSessions } from './shared-sessions.js';

const host = (id: string, holds = true): HostSeen => ({
  ...{ id, name: `${id}-name`, address: `http://${id}:1`, sessions: 0, room: 4, beat: 1, holds },
});

const session = (id: string, owner: string | null): ClusterSession => ({
  ...{ id, owner, fence: 1 },
  entry: {
    ...{ id, name: id, mode: 'duet', phase: 'waiting', clients: 0, openedAt: '2026-01-01T00:00:00.000Z' },
    ...{ plugin: { id: 'piano', name: 'Piano' }, model: { id: 'pop', name: 'Pop' }, take: null },
  },
});

/** A host `here` of a cluster with another one, `there`, and one that is dead. */
function shared(known: readonly ClusterSession[] = []) {
  const sessions = new Map(known.map((one) => [one.id, one]));
  const hosts = [host('here'), host('there'), host('dead', false)];
  let told: (ids: readonly string[]) => void = () => {};
  const view = {
    ...{ sessions, hosts, read: async () => {} },
    host: (id: string | null) => hosts.find((one) => one.id === id && one.holds),
    listen: (listener: { sessions: typeof told }) => {
      told = listener.sessions;
      return () => {};
    },
  } as unknown as ClusterView;
  const offered = new Set(['lost']);
  const choice = { id: 'x', name: 'X' };
  const own = new Sessions<MemorySession>({
    ...{ open: async () => ({ session: new MemorySession() }), plugins: async () => [] },
    offers: {
      list: () =>
        [...offered].map((id) => ({
          ...{
            id,
            name: id,
            plugin: choice,
            model: choice,
            take: null,
            endedAt: '',
            why: 'crashed' as const,
          },
        })),
      open: async (id) => ({
        ...{ session: new MemorySession(), id, name: id, ports: { input: null, output: null } },
      }),
      take: (id) => void offered.delete(id),
      ...{ drop: () => false, restore: () => false, connect: async () => {}, watch: () => {} },
    },
  });
  const asked: unknown[] = [];
  const peer = (address: string) =>
    ({
      openSession: async (choice: unknown) => {
        asked.push([address, 'open', choice]);
        sessions.set('forked', session('forked', 'there'));
        return 'forked';
      },
      moveSession: async (...args: unknown[]) => void asked.push([address, 'move', ...args]),
    }) as unknown as HostClient;
  const all = new SharedSessions({
    ...{ here: 'here', view, secret: 's', alive: () => ({}) },
    own: {
      directory: own,
      give: async (id, to) => void asked.push(['give', id, to.id]),
      offeredElsewhere: (id) => own.offeredElsewhere(id),
    },
    ask: async (address, ask) => ask(peer(address)),
  });
  const heard: string[] = [];
  all.subscribe(({ what, id }) => heard.push(`${what} ${id}`));
  const changes = (one: ClusterSession) => {
    sessions.set(one.id, one);
    told([one.id]);
  };
  return { all, own, asked, offered, heard, changes };
}

describe('a fork of a session of the cluster', () => {
  it('is opened at the host that has the session, and moved where another one is to have it', async () => {
    const { all, asked } = shared([session('s', 'there')]);
    const from = { session: 's', snapshot: 'm' };
    expect(await all.open({ from })).toBe('forked');
    await all.open({ from, name: 'B', host: 'here-name' });
    await all.open({ from, host: 'there' });
    expect(asked).toEqual([
      ['http://there:1', 'open', { from }],
      ['http://there:1', 'open', { from, name: 'B' }],
      ['http://there:1', 'move', 'forked', 'here'],
      ['http://there:1', 'open', { from }],
    ]);
  });

  it('of a session of this host is opened here', async () => {
    const { all, own, asked } = shared();
    const session = await all.open({});
    const fork = await all.open({ from: { session } });
    expect(own.list().map(({ id }) => id)).toEqual([session, fork]);
    await all.open({ from: { session }, host: 'there' });
    expect(asked).toEqual([['give', own.list().at(-1)!.id, 'there']]);
  });

  it('is refused where nobody has the session at present, and by a host that ends', async () => {
    const { all } = shared([session('s', 'dead'), session('t', null)]);
    for (const id of ['s', 't'])
      await expect(all.open({ from: { session: id } })).rejects.toMatchObject({ code: 'SESSION_MOVED' });
    const here = await all.open({});
    all.leaves();
    await expect(all.open({ from: { session: here } })).rejects.toMatchObject({ code: 'SESSIONS_FULL' });
  });
});

describe('a session that a host offers to resume', () => {
  it('is resumed here where the cluster does not have it', async () => {
    const { all, own, offered } = shared();
    expect(all.offers.list().map(({ id }) => id)).toEqual(['lost']);
    expect(await all.offers.resume('lost')).toBe('lost');
    expect([own.list().map(({ id }) => id), [...offered]]).toEqual([['lost'], []]);
  });

  it('is not opened a second time where another host plays it: whoever asks is led there', async () => {
    const { all, own } = shared([session('lost', 'there')]);
    expect(all.offers.list()).toEqual([]);
    expect(await all.offers.resume('lost')).toBe('lost');
    expect(own.list()).toEqual([]);
  });

  it('waits where its owner is dead, until that is certain', async () => {
    const { all, own, offered } = shared([session('lost', 'dead')]);
    await expect(all.offers.resume('lost')).rejects.toMatchObject({ code: 'SESSION_MOVED' });
    expect([own.list(), [...offered]]).toEqual([[], ['lost']]);
  });

  it('is offered no longer once another host has it, and panels are told', () => {
    const { offered, heard, changes } = shared();
    changes(session('lost', 'dead'));
    expect([...offered]).toEqual(['lost']);
    changes(session('lost', 'there'));
    expect([...offered]).toEqual([]);
    expect(heard.filter((one) => one.startsWith('offered'))).toHaveLength(2);
  });

  it('is offered no longer once it was taken over here', () => {
    const { own, offered } = shared([session('lost', 'dead')]);
    own.add(new MemorySession(), 'Lost', { id: 'lost' });
    expect([...offered]).toEqual([]);
  });
});
