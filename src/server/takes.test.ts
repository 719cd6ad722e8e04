import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readMidi, writeMidi } from '../music/midi/index.js';
import { takePath } from '../protocol/takes-protocol.js';
import { startServer } from './start-server.js';
import { TestHostClient } from './testing/host-client.js';
import { noTakes } from './testing/no-takes.js';
import { serve } from './testing/served.js';

const served = serve();
const ID = '2026-01-01T10-00-00-000Z';
const LATER = '2026-01-02T10-00-00-000Z';

const HEADER = {
  ...{ type: 'take', version: 4, date: '2026-01-01T10:00:00.000Z', pluginVersion: '1.0.0' },
  setup: { plugin: 'piano', model: 'piano-pop', engine: 'kernel', precision: 'int8', seed: 1 },
  ...{ modelHash: '0123456789abcdef', mode: 'answer', time: 0 },
};

/** A take that ended, with so many notes of the player in its MIDI file, four a second, two at a time. */
function take(id: string, notes: number): void {
  const folder = join(served.library.folder, id);
  mkdirSync(folder, { recursive: true });
  const events = Array.from({ length: notes }, (_, index) => ({
    ...{ pitch: 60 + (index % 2), velocity: 80, start: 1 + Math.floor(index / 2) / 2 },
    end: 1.25 + Math.floor(index / 2) / 2,
  }));
  const input = { type: 'input', time: 1, event: { type: 'noteOn', time: 1, pitch: 60, velocity: 80 } };
  const log = [HEADER, input, { type: 'end', time: 1e6 }].map((line) => JSON.stringify(line)).join('\n');
  writeFileSync(join(folder, 'take.jsonl'), `${log}\n`);
  writeFileSync(join(folder, 'take.mid'), writeMidi([{ name: 'player', channel: 0, events }]));
}

const client = async () => (await TestHostClient.greeted(served.server.address)).client;
const get = (path: string, init?: RequestInit) => fetch(new URL(path, served.server.address), init);

describe('takes over the WebSocket of the host', () => {
  it('are listed, the latest first, page by page', async () => {
    const host = await client();
    expect(await host.ask({ type: 'listTakes' })).toMatchObject({ type: 'takes', takes: [], more: false });
    take(ID, 4);
    take(LATER, 2);
    expect(await host.ask({ type: 'listTakes', most: 1 })).toMatchObject({
      ...{ takes: [{ id: LATER, plugin: 'piano', notes: { player: 1, model: 0 } }], more: true },
    });
    const { takes } = (await host.ask({ type: 'listTakes', before: LATER })) as unknown as {
      takes: object[];
    };
    expect(takes).toMatchObject([{ id: ID, name: null, damage: null }]);
    expect(takes[0]).not.toHaveProperty('folder');
  });

  it('come whole in pages, of which none repeats or skips a note', async () => {
    take(ID, 5001);
    const host = await client();
    expect(await host.ask({ type: 'showTake', id: ID })).toMatchObject({
      ...{ type: 'take', from: 1, parts: [{ name: 'player', channel: 1, notes: 5001 }], missing: [] },
      events: [{ type: 'turn', by: 'player', notes: 5001 }],
    });
    const starts: number[] = [];
    let [from, pages]: [number | null, number] = [0, 0];
    for (; from !== null; pages++) {
      const page = (await host.ask({ type: 'takePage', id: ID, from })) as unknown as {
        notes: { start: number }[];
        next: number | null;
      };
      starts.push(...page.notes.map(({ start }) => start));
      from = page.next;
    }
    expect(pages).toBe(3);
    expect(starts).toHaveLength(5001);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
  });

  it('are named, deleted and brought back, and every client is told', async () => {
    take(ID, 2);
    const [host, other] = [await client(), await client()];
    expect(await host.ask({ type: 'renameTake', id: ID, name: 'Reels' })).toMatchObject({ type: 'done' });
    await other.next('takesChanged');
    expect(await host.ask({ type: 'deleteTake', id: ID })).toMatchObject({ type: 'done' });
    await other.next('takesChanged');
    expect(await other.ask({ type: 'listTakes' })).toMatchObject({ takes: [] });
    expect(await other.ask({ type: 'listTakes', deleted: true })).toMatchObject({
      takes: [{ id: ID, name: 'Reels', deleted: expect.any(String) }],
    });
    expect(await host.ask({ type: 'restoreTake', id: ID })).toMatchObject({ type: 'done' });
    expect(await other.ask({ type: 'listTakes' })).toMatchObject({ takes: [{ id: ID, deleted: null }] });
  });

  it('refuse by code what cannot be, and no path leads out of their folder', async () => {
    take(ID, 2);
    const host = await client();
    expect(await host.ask({ type: 'showTake', id: 'nothing' })).toMatchObject({ code: 'TAKE_UNKNOWN' });
    expect(await host.ask({ type: 'renameTake', id: ID, name: ' ' })).toMatchObject({ code: 'TAKE_NAME' });
    for (const id of ['../secret', '/etc', 'a\\b', '']) {
      host.say({ type: 'showTake', request: 1, id });
      expect(await host.next('error')).toMatchObject({ code: 'PROTOCOL_MESSAGE' });
    }
    // What is no take of the folder is none, though there is such a folder beside the program.
    expect(await host.ask({ type: 'showTake', id: 'src' })).toMatchObject({ code: 'TAKE_UNKNOWN' });
  });
});

describe('takes over HTTP', () => {
  it('are files to download, under their names', async () => {
    take(ID, 4);
    await served.library.rename(join(served.library.folder, ID), 'Tuesday: jam?');
    const response = await get(takePath(ID, 'mid'));
    expect(response.headers.get('content-type')).toBe('audio/midi');
    expect(response.headers.get('content-disposition')).toBe(
      "attachment; filename*=UTF-8''Tuesday%20%20jam.mid",
    );
    const { tracks } = readMidi(new Uint8Array(await response.arrayBuffer()));
    expect(tracks[0]!.notes).toHaveLength(4);
    expect(await (await get(takePath(ID, 'abc'))).text()).toMatch(/\[TAKE_EMPTY\]|\[CODEC_UNKNOWN\]/);
  });

  it.each([
    ['/takes/nothing.mid', 404],
    ['/takes/..%2f..%2fetc%2fpasswd.mid', 404],
    ['/takes/%E0%A4%A.mid', 404],
    [`/takes/${ID}.exe`, 404],
    ['/takes/', 404],
  ])('answer %s with %i and a sentence', async (path, status) => {
    const response = await get(path);
    expect([response.status, (await response.text()).length > 10]).toEqual([status, true]);
  });

  it('are not for pages of other sites, nor for who lacks the token', async () => {
    take(ID, 4);
    expect((await get(takePath(ID, 'mid'), { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(
      403,
    );
    expect((await get(takePath(ID, 'mid'), { method: 'POST' })).status).toBe(405);
    const { sessions, pieces, folder } = served;
    const gated = await startServer({
      ...{ sessions, pieces, takes: noTakes, port: 0, panelFolder: folder, token: 'a-token-that-is-long' },
    });
    try {
      const without = await fetch(new URL(takePath(ID, 'mid'), gated.address));
      expect(without.status).toBe(401);
    } finally {
      await gated.close();
    }
  });
});
