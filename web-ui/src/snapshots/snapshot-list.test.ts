import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../../src/client/session-client.js';
import { type SnapshotClient, SnapshotList } from './snapshot-list.js';

const snapshot = (id: string, name = id, own = true): Snapshot => ({
  ...{ id, name, own, time: 3, date: '2026-12-01T00:00:00.000Z' },
  ...{ plugin: 'piano', model: 'piano-pop', bytes: 1000 },
});

/** A client that does what it is told at once, or fails. */
function made() {
  const listeners = new Map<string, (payload: never) => void>();
  const asked: string[] = [];
  const line = { fails: false };
  const does = async (what: string) => {
    asked.push(what);
    if (line.fails) throw Object.assign(new Error('It is not there.'), { code: 'SNAPSHOT_UNKNOWN' });
  };
  const client = {
    on: (name: string, listener: (payload: never) => void) => {
      listeners.set(name, listener);
      return () => listeners.delete(name);
    },
    keepSnapshot: async (name: string) => {
      await does(`keep ${name}`);
      return snapshot('new', name);
    },
    recallSnapshot: (id: string, when: string) => does(`recall ${id} ${when}`),
    renameSnapshot: (id: string, name: string) => does(`rename ${id} ${name}`),
    deleteSnapshot: (id: string) => does(`delete ${id}`),
    restoreSnapshot: (id: string) => does(`restore ${id}`),
  } as unknown as SnapshotClient;
  const later: (() => void)[] = [];
  const list = new SnapshotList((_, callback) => {
    later.push(callback);
    return () => later.splice(later.indexOf(callback), 1);
  });
  list.follow(client);
  const tell = (name: string, payload: unknown) => listeners.get(name)?.(payload as never);
  return { list, client, asked, line, tell, later, listeners };
}

describe('the list of snapshots', () => {
  it('has the latest first, and proposes a name that none has', () => {
    const { list, tell } = made();
    expect(list.proposed).toBe('Snapshot 1');
    tell('snapshots', [snapshot('a', 'Verse'), snapshot('b', 'Snapshot 3')]);
    expect(list.snapshots.map(({ id }) => id)).toEqual(['b', 'a']);
    expect(list.proposed).toBe('Snapshot 4');
  });

  it('marks the one that the music goes on from, and the one that it goes back to at the phrase', async () => {
    const { list, tell } = made();
    tell('snapshots', [snapshot('a'), snapshot('b'), snapshot('file', 'File', false)]);
    await list.recall('a', 'now');
    tell('restored', { id: 'a' });
    expect([list.current, list.awaited]).toEqual(['a', undefined]);
    await list.recall('b', 'phrase');
    expect([list.current, list.awaited]).toEqual(['a', 'b']);
    tell('restored', { id: 'b' });
    expect([list.current, list.awaited]).toEqual(['b', undefined]);
    // Another's music is taken back for one of a file.
    await list.recall('file', 'now');
    tell('takenBack', { time: 0 });
    expect([list.current, list.awaited]).toEqual(['file', undefined]);
    // The session's undo goes back to a moment without a name.
    tell('restored', { id: 'undo-1' });
    expect(list.current).toBeUndefined();
  });

  it('offers to bring back what was deleted, for a while and once', async () => {
    const { list, tell, asked, later } = made();
    tell('snapshots', [snapshot('a'), snapshot('b')]);
    await list.delete(snapshot('a'));
    tell('snapshots', [snapshot('b')]);
    await list.restore();
    expect(asked).toEqual(['delete a', 'restore a']);
    await list.delete(snapshot('b'));
    expect(list.deleted?.id).toBe('b');
    later[0]!();
    expect(list.deleted).toBeUndefined();
    await list.restore();
    expect(asked.length).toBe(3);
  });

  it('does not ask to bring back what the session has brought back already', async () => {
    const { list, tell, asked } = made();
    await list.delete(snapshot('a'));
    tell('snapshots', [snapshot('a')]);
    await list.restore();
    expect(asked).toEqual(['delete a']);
  });

  it('says what was refused, and forgets all where another session is shown', async () => {
    const { list, client, line, tell, listeners } = made();
    tell('snapshots', [snapshot('a')]);
    line.fails = true;
    expect(await list.recall('a', 'phrase')).toBe(false);
    expect([list.trouble?.code, list.awaited]).toEqual(['SNAPSHOT_UNKNOWN', undefined]);
    list.follow(client);
    expect([list.snapshots, list.trouble]).toEqual([[], undefined]);
    expect(listeners.size).toBe(4);
  });
});
