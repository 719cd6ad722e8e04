import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ContinuoError } from '../../errors.js';
import { MemorySession } from '../../server/testing/memory-session.js';
import type { SessionsChange } from './control.js';
import { SESSION_ID } from './session-id.js';
import { Sessions, SLEEP_MS, UNDO_MS } from './sessions.js';

/** A session whose end is noted. */
class Ending extends MemorySession {
  ended = false;
  override async close(): Promise<void> {
    this.ended = true;
  }
}

function directory(most = 4) {
  const opened: Ending[] = [];
  const heard: SessionsChange[] = [];
  const open = async () => {
    opened.push(new Ending());
    return { session: opened.at(-1)! };
  };
  const sessions = new Sessions<Ending>({ open, plugins: async () => [], most });
  sessions.subscribe((change) => heard.push(change));
  return { sessions, opened, heard };
}

describe('the sessions of a host', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('are opened, named, listed in order, renamed and closed', async () => {
    const { sessions, heard } = directory();
    const [first, second] = [await sessions.open({}), await sessions.open({ name: 'Reels' })];
    expect(first).toMatch(SESSION_ID);
    expect(second).not.toBe(first);
    expect(sessions.list()).toMatchObject([
      { id: first, name: 'Session 1', plugin: { id: 'piano' }, mode: 'answer', phase: 'stopped', clients: 0 },
      { id: second, name: 'Reels', take: null },
    ]);
    sessions.rename(first, 'Tuesday');
    expect([sessions.list()[0]!.name, sessions.first]).toEqual(['Tuesday', first]);
    sessions.close(first);
    expect([sessions.list().length, sessions.first]).toEqual([1, second]);
    sessions.close(second);
    expect(sessions.first).toBeUndefined();
    const third = await sessions.open({});
    expect(sessions.list()).toMatchObject([{ id: third, name: 'Session 3' }]);
    expect(heard.map(({ what }) => what)).toEqual([
      'opened',
      'opened',
      'changed',
      'closed',
      'closed',
      'opened',
    ]);
  });

  it('that are not there are said so, whatever is asked of them', async () => {
    const { sessions } = directory();
    const id = await sessions.open({});
    sessions.close(id);
    for (const asked of [
      () => sessions.get(id),
      () => sessions.close(id),
      () => sessions.rename('nothere1', 'x'),
      () => sessions.attend(id),
    ])
      expect(asked).toThrow(expect.objectContaining({ code: 'SESSION_NOT_FOUND' }));
    await expect(sessions.reopen('nothere1')).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND' });
  });

  it('fall silent when they are closed, let go of their ports, and go on when that is undone', async () => {
    const { sessions, opened, heard } = directory();
    const id = await sessions.open({});
    const [session] = opened;
    await session!.connect('input', 'Keys');
    await session!.connect('output', 'Synth');
    sessions.close(id);
    expect(session!.holds).toEqual([true]);
    expect(session!.ports()).toMatchObject({ input: null, output: null });
    await vi.advanceTimersByTimeAsync(UNDO_MS - 1);
    await sessions.reopen(id);
    expect(session!.holds).toEqual([true, false]);
    expect(session!.ports()).toMatchObject({ input: 'Keys', output: 'Synth' });
    expect(sessions.list()).toMatchObject([{ id, name: 'Session 1' }]);
    await vi.advanceTimersByTimeAsync(2 * UNDO_MS);
    expect([session!.ended, sessions.first]).toEqual([false, id]);
    expect(heard.map(({ what }) => what)).toEqual(['opened', 'closed', 'reopened']);
  });

  it('that come back leave a port to the session that took it meanwhile', async () => {
    const { sessions, opened } = directory();
    const [id] = [await sessions.open({}), await sessions.open({})];
    await opened[0]!.connect('input', 'Keys');
    sessions.close(id);
    await opened[1]!.connect('input', 'Keys');
    await sessions.reopen(id);
    expect(opened.map((session) => session.ports().input)).toEqual([null, 'Keys']);
  });

  it('are over for good once nobody undoes it', async () => {
    const { sessions, opened, heard } = directory();
    const id = await sessions.open({});
    sessions.close(id);
    await vi.advanceTimersByTimeAsync(UNDO_MS);
    expect(opened[0]!.ended).toBe(true);
    expect(heard.at(-1)).toEqual({ what: 'gone', id });
    await expect(sessions.reopen(id)).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND' });
  });

  it('are bounded, those that are being opened among them; a closed one gives way', async () => {
    const { sessions, opened } = directory(2);
    const [first] = await Promise.all([sessions.open({}), sessions.open({})]);
    await expect(sessions.open({})).rejects.toMatchObject({ code: 'SESSIONS_FULL' });
    sessions.close(first);
    expect(opened[0]!.ended).toBe(false);
    await sessions.open({});
    expect(opened[0]!.ended).toBe(true);
    await expect(sessions.reopen(first)).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND' });
  });

  it('are refused while the machine bears no more, those that are being opened counted', async () => {
    let room = 1;
    const open = async () => ({ session: new Ending() });
    const sessions = new Sessions<Ending>({ open, plugins: async () => [], room: () => room });
    const busy = { code: 'SESSIONS_FULL', message: expect.stringContaining('too busy') };
    const opening = sessions.open({});
    await expect(sessions.open({})).rejects.toMatchObject(busy);
    await opening;
    await sessions.open({});
    room = 0;
    await expect(sessions.open({})).rejects.toMatchObject(busy);
    expect(sessions.list()).toHaveLength(2);
  });

  it('do not come back into a host that is full meanwhile', async () => {
    const { sessions } = directory(2);
    const [first, second] = [await sessions.open({}), await sessions.open({})];
    sessions.close(first);
    sessions.close(second);
    // The first gives way to the third, the second to the fourth only where there is need.
    await sessions.open({});
    const opening = sessions.open({});
    await expect(sessions.reopen(second)).rejects.toBeInstanceOf(ContinuoError);
    await opening;
  });

  it('are loaded one after the other, and one that fails keeps no other from opening', async () => {
    const { sessions } = directory();
    let running = 0;
    const order: string[] = [];
    const slow = new Sessions({
      plugins: async () => [],
      async open({ name = '' }) {
        expect(++running).toBe(1);
        await vi.advanceTimersByTimeAsync(10);
        running--;
        order.push(name);
        if (name === 'b') throw new ContinuoError('MODEL_NOT_FOUND', 'no');
        return { session: new MemorySession() };
      },
    });
    const results = await Promise.allSettled(['a', 'b', 'c'].map((name) => slow.open({ name })));
    expect([order, results.map(({ status }) => status)]).toEqual([
      ['a', 'b', 'c'],
      ['fulfilled', 'rejected', 'fulfilled'],
    ]);
    expect(slow.list().map(({ name }) => name)).toEqual(['a', 'c']);
    await sessions.closeAll();
  });

  it('count their clients, and tell what changes', async () => {
    const { sessions, opened, heard } = directory();
    const id = await sessions.open({});
    const leave = sessions.attend(id);
    sessions.attend(id);
    expect(sessions.list()[0]!.clients).toBe(2);
    leave();
    leave();
    expect(sessions.list()[0]!.clients).toBe(1);
    heard.length = 0;
    opened[0]!.emit({ type: 'phase', time: 1, phase: 'waiting' });
    opened[0]!.emit({ type: 'noteOn', id: 1, voice: 'player', time: 1, pitch: 60, velocity: 80 });
    opened[0]!.replace('other');
    expect(heard).toEqual([
      { what: 'changed', id },
      { what: 'changed', id },
    ]);
    expect(sessions.list()[0]!.model.id).toBe('other');
  });

  it('sleep a minute after the last client, where no MIDI port is theirs, and wake with the next one', async () => {
    const { sessions, opened } = directory();
    const ids = [await sessions.open({}), await sessions.open({})];
    const [quiet, wired] = opened;
    await wired!.connect('output', 'Synth');
    const leave = ids.map((id) => sessions.attend(id));
    await vi.advanceTimersByTimeAsync(2 * SLEEP_MS);
    expect([quiet!.holds, wired!.holds]).toEqual([[], []]);
    for (const leaves of leave) leaves();
    await vi.advanceTimersByTimeAsync(SLEEP_MS - 1);
    expect(quiet!.holds).toEqual([]);
    await vi.advanceTimersByTimeAsync(2 * SLEEP_MS);
    expect([quiet!.holds, wired!.holds]).toEqual([[true], []]);
    sessions.attend(ids[0]!);
    expect(quiet!.holds).toEqual([true, false]);
    // Where the synth is given up, nobody hears that one either; a port that comes back wakes it.
    await wired!.connect('output', null);
    await vi.advanceTimersByTimeAsync(2 * SLEEP_MS);
    expect(wired!.holds).toEqual([true]);
    wired!.emit({ type: 'trouble', time: 0, code: 'PORT_BACK', message: '' });
    expect(wired!.holds).toEqual([true, false]);
  });

  it('all end with the host, closed ones and coming ones too', async () => {
    const { sessions, opened } = directory();
    const first = await sessions.open({});
    await sessions.open({});
    sessions.close(first);
    const coming = sessions.open({});
    const refused = expect(coming).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND' });
    await sessions.closeAll();
    await refused;
    expect(opened.map(({ ended }) => ended)).toEqual([true, true, true]);
    expect(sessions.list()).toEqual([]);
  });
});
