import { describe, expect, it } from 'vitest';
import { Emitter } from '../../../src/client/emitter.js';
import type {
  HostClient,
  HostClientEvents,
  HostWelcome,
  SessionEntry,
  SessionOffer,
} from '../../../src/client/host-client.js';
import { ContinuoError } from '../../../src/errors.js';
import { SessionList } from './session-list.js';

const choice = (id: string) => ({ id, name: id });

function entry(id: string, change: Partial<SessionEntry> = {}): SessionEntry {
  return {
    ...{ id, name: `Session ${id}`, plugin: choice('piano'), model: choice('piano-pop'), mode: 'answer' },
    ...{ phase: 'waiting', clients: 0, openedAt: '2026-01-01T00:00:00Z', take: null },
    ...change,
  };
}

const offer = (id: string): SessionOffer => ({
  ...{ id, name: `Session ${id}`, plugin: choice('piano'), model: choice('piano-pop') },
  ...{ take: 'jam', endedAt: '2026-01-01T00:00:00Z', why: 'crashed' },
});

/** A list whose host is the test, and the addresses and connections that it made. */
function listed(address?: string) {
  const events = new Emitter<HostClientEvents>();
  let sessions: SessionEntry[] = [];
  let offered: SessionOffer[] = [];
  const asked: string[] = [];
  const offers = (next: SessionOffer[]) => {
    offered = next;
    events.emit('offered', next);
  };
  const went: (string | undefined | null)[] = [];
  const place = { at: address, changed: () => {}, steps: [] as (string | undefined)[] };
  const timers: (() => void)[] = [];
  let refusal: ContinuoError | undefined;
  let hosts: HostClient['hosts'] = [];
  const tell = (next: SessionEntry[]) => {
    sessions = next;
    events.emit('sessions', next);
  };
  const request = (does: () => void) => async () => {
    if (refusal) throw refusal;
    does();
  };
  const list = new SessionList({
    host: {
      get hosts() {
        return hosts;
      },
      on: (name, listener) => events.on(name, listener as never),
      async openSession({ name = 'new' } = {}) {
        if (refusal) throw refusal;
        tell([...sessions, entry(name)]);
        return name;
      },
      closeSession: async (id) => request(() => tell(sessions.filter((one) => one.id !== id)))(),
      reopenSession: async (id) => request(() => tell([...sessions, entry(id)]))(),
      renameSession: async (id, name) =>
        request(() => tell(sessions.map((one) => (one.id === id ? { ...one, name } : one))))(),
      resumeSession: async (id, { anew = false } = {}) => {
        asked.push(`${id}${anew ? ' anew' : ''}`);
        await request(() => {
          tell([...sessions, entry(id)]);
          offers(offered.filter((one) => one.id !== id));
        })();
      },
      dropOffer: async (id) => request(() => offers(offered.filter((one) => one.id !== id)))(),
      restoreOffer: async (id) => request(() => offers([...offered, offer(id)]))(),
    },
    place: {
      read: () => place.at,
      write(id, step) {
        place.at = id;
        if (step) place.steps.push(id);
      },
      watch: (changed) => {
        place.changed = changed;
      },
    },
    go: (id) => went.push(id),
    after: (_, callback) => {
      timers.push(callback);
      return () => timers.splice(timers.indexOf(callback), 1);
    },
  });
  list.open();
  return {
    ...{ list, went, place, timers, tell, offers, asked },
    hostsAre: (next: HostClient['hosts']) => {
      hosts = next;
      events.emit('hosts', next);
    },
    lost: () => events.emit('lost', undefined),
    refuse: (error: ContinuoError | undefined) => {
      refusal = error;
    },
    welcome(next: SessionEntry[], can: SessionOffer[] = []) {
      const plugins: HostWelcome['plugins'] = [{ ...choice('piano'), models: [choice('piano-pop')] }];
      const limits = { sessions: 16, clients: 16, undoSeconds: 30 };
      events.emit('welcome', { type: 'hostWelcome', version: 2, sessions: next, plugins, limits });
      offers(can);
      tell(next);
    },
  };
}

describe('the sessions that can be resumed', () => {
  it('are waited for at their address, and come back once they are resumed, here or elsewhere', async () => {
    for (const here of [true, false]) {
      const { list, went, place, welcome, tell, offers } = listed('b');
      welcome([entry('a')], [offer('b'), offer('c')]);
      expect([list.current, list.awaited?.id, list.entry, place.at]).toEqual(['b', 'b', undefined, 'b']);
      expect(went).toEqual(['b', null]);
      // What others do meanwhile changes nothing.
      tell([entry('a', { name: 'other' })]);
      expect(went).toEqual(['b', null]);
      if (here) expect(await list.resume('b')).toBe(true);
      else {
        tell([entry('a'), entry('b')]);
        offers([offer('c')]);
      }
      expect([list.awaited, list.entry?.id, went, list.offered.length]).toEqual([
        ...[undefined, 'b', ['b', null, 'b'], 1],
      ]);
    }
  });

  it('are waited for by a panel whose session ended before the host said what it offers', () => {
    const { list, went, lost, welcome } = listed('b');
    welcome([entry('b')]);
    lost();
    list.ended();
    welcome([entry('a')], [offer('b')]);
    expect([list.current, list.awaited?.id, went.at(-1)]).toEqual(['b', 'b', null]);
  });

  it('may be refused, and begin anew then', async () => {
    const { list, refuse, welcome, asked } = listed();
    welcome([entry('a')], [offer('b')]);
    refuse(new ContinuoError('STATE_OTHER', 'other weights'));
    expect(await list.resume('b')).toBe(false);
    expect([list.trouble?.code, list.refused.has('b'), list.current]).toEqual(['STATE_OTHER', true, 'a']);
    refuse(undefined);
    await list.resume('b', true);
    expect([asked, list.refused.size, list.current]).toEqual([['b', 'b anew'], 0, 'b']);
  });

  it('are all resumed at once; the panel stays where it is unless it shows none', async () => {
    const { list, welcome, asked } = listed();
    welcome([entry('a')], [offer('b'), offer('c')]);
    await list.resumeAll();
    expect([asked, list.current, list.offered]).toEqual([['b', 'c'], 'a', []]);
    const other = listed('c');
    other.welcome([], [offer('b'), offer('c')]);
    expect(other.list.empty).toBe(false);
    await other.list.resumeAll();
    expect(other.list.entry?.id).toBe('c');
  });

  it('are dismissed, for a while with undo; a panel that waited for one goes to another', async () => {
    const { list, welcome, timers } = listed('b');
    welcome([entry('a')], [offer('b')]);
    await list.drop('b');
    expect([list.offered, list.dropped?.id, list.current]).toEqual([[], 'b', 'a']);
    await list.restore();
    expect([list.offered.length, list.dropped]).toEqual([1, undefined]);
    await list.drop('b');
    timers.at(-1)!();
    expect(list.dropped).toBeUndefined();
  });
});

describe('the list of sessions', () => {
  it('shows the session of the address at once, and keeps it there', () => {
    const { list, went, place, welcome } = listed('b');
    expect(went).toEqual(['b']);
    welcome([entry('a'), entry('b')]);
    expect([went, list.entry?.name, place.at]).toEqual([['b'], 'Session b', 'b']);
  });

  it('shows the first where the address names none, or one that is not there, and puts it into the address', () => {
    for (const address of [undefined, 'gone']) {
      const { list, went, place, welcome } = listed(address);
      welcome([entry('a'), entry('b')]);
      expect([went.at(-1), list.current, place.at, place.steps]).toEqual(['a', 'a', 'a', []]);
      expect([list.closed, list.trouble]).toEqual([undefined, undefined]);
    }
  });

  it('goes where it is told to, and back with the browser', () => {
    const { list, went, place, welcome } = listed();
    welcome([entry('a'), entry('b')]);
    list.choose('b');
    list.choose('b');
    expect([went, place.steps]).toEqual([['a', 'b'], ['b']]);
    place.at = 'a';
    place.changed();
    expect([went, list.current]).toEqual([['a', 'b', 'a'], 'a']);
    place.at = 'nonsense';
    place.changed();
    expect([place.at, list.current]).toEqual(['a', 'a']);
  });

  it('shows what it opens, and says why it cannot', async () => {
    const { list, went, welcome, refuse } = listed();
    welcome([entry('a')]);
    expect(await list.openSession({ name: 'b' })).toBe(true);
    expect([list.current, went]).toEqual(['b', ['a', 'b']]);
    refuse(new ContinuoError('SESSIONS_FULL', 'full', 'Close one.'));
    expect(await list.openSession({ name: 'c' })).toBe(false);
    expect([list.current, list.opening, list.trouble?.code]).toEqual(['b', false, 'SESSIONS_FULL']);
  });

  it('goes to the neighbour of what it closes, and back when that is undone', async () => {
    const { list, went, welcome } = listed('b');
    welcome([entry('a'), entry('b'), entry('c')]);
    await list.close('b');
    expect([went.at(-1), list.closed?.name]).toEqual(['c', 'Session b']);
    await list.reopen();
    expect([went.at(-1), list.current, list.closed]).toEqual(['b', 'b', undefined]);
    await list.close('a');
    expect([list.current, list.closed?.id]).toEqual(['b', 'a']);
    await list.reopen();
    expect(list.current).toBe('b');
  });

  it('forgets the undoing when the host does', async () => {
    const { list, timers, welcome } = listed();
    welcome([entry('a'), entry('b')]);
    await list.close('b');
    for (const timer of timers) timer();
    expect(list.closed).toBeUndefined();
  });

  it('leaves a session that somebody else closes, and can be undone there; others close unnoticed', () => {
    const { list, went, welcome, tell } = listed('a');
    welcome([entry('a'), entry('b'), entry('c')]);
    tell([entry('a'), entry('b')]);
    expect(list.closed).toBeUndefined();
    // The session's own line may end before the list says so.
    list.ended();
    tell([entry('b')]);
    expect([went.at(-1), list.closed?.id]).toEqual(['b', 'a']);
  });

  it('comes back to a session that was closed and reopened elsewhere before the list told', () => {
    const { list, went, welcome, tell } = listed('a');
    welcome([entry('a')]);
    list.ended();
    tell([entry('a', { clients: 0 })]);
    expect(went).toEqual(['a', 'a']);
  });

  it('has nothing to show where all are closed, until one is opened', async () => {
    const { list, went, place, welcome } = listed();
    welcome([entry('a')]);
    await list.close('a');
    expect([list.empty, went.at(-1), list.current, place.at]).toEqual([true, null, undefined, undefined]);
    await list.openSession({ name: 'b' });
    expect([list.empty, went.at(-1)]).toEqual([false, 'b']);
  });

  it('goes to the first session of a host that was started anew, without a word of closing', () => {
    const { list, went, welcome, lost } = listed();
    welcome([entry('a')]);
    lost();
    list.ended();
    welcome([entry('z')]);
    expect([went, list.current, list.closed]).toEqual([['a', 'z'], 'z', undefined]);
  });

  it('shows the first session where the host tells of none', () => {
    const { list, went, lost } = listed();
    lost();
    lost();
    expect([went, list.connected]).toEqual([[undefined], false]);
  });

  it('marks where somebody has played since one was there', () => {
    const { list, welcome, tell } = listed();
    welcome([entry('a'), entry('b'), entry('c')]);
    tell([entry('a', { phase: 'playing' }), entry('b', { phase: 'listening' }), entry('c')]);
    tell([entry('a'), entry('b'), entry('c')]);
    expect([...list.unread]).toEqual(['b']);
    list.choose('b');
    expect([...list.unread]).toEqual([]);
    tell([entry('a', { phase: 'together' }), entry('b')]);
    expect([...list.unread]).toEqual(['a']);
    tell([entry('b')]);
    expect([...list.unread]).toEqual([]);
  });

  it('renames only what gets another name', async () => {
    const { list, welcome, refuse } = listed();
    welcome([entry('a')]);
    await list.rename('a', 'Tuesday');
    expect(list.entry?.name).toBe('Tuesday');
    refuse(new ContinuoError('PROTOCOL_MESSAGE', 'no'));
    await list.rename('a', 'Tuesday');
    await list.rename('a', '');
    expect(list.trouble).toBeUndefined();
    await list.rename('a', 'x');
    expect(list.trouble?.code).toBe('PROTOCOL_MESSAGE');
  });

  it('names the host of each session where there are several', () => {
    const { list, welcome, hostsAre } = listed();
    const there = { id: 'h2', name: 'studio-2' };
    welcome([entry('a'), entry('b', { host: there })]);
    const named = () => list.entries.map((one) => list.hostOf(one));
    expect(named()).toEqual([undefined, undefined]);
    const here = { id: 'h1', name: 'studio-1', address: 'http://x:1', here: true } as const;
    hostsAre([here]);
    expect(named()).toEqual([undefined, undefined]);
    let told = 0;
    list.watch(() => told++);
    hostsAre([here, { ...there, address: 'http://y:1' }]);
    expect([named(), told]).toEqual([['studio-1', 'studio-2'], 1]);
  });
});
