import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { StreamSnapshot } from '../../../codec/codec.js';
import type { SessionBrief } from '../../live/session-control.js';
import type { SessionSetup } from '../../live/session-setup.js';
import { type ResumeFrom, readState, type SavedState } from '../../states/saved-state.js';
import type { SessionsChange } from '../control.js';
import { encodeKept, type KeptSession, type KeptSessions } from './kept-session.js';
import { type KeptDirectory, SessionKeeper } from './session-keeper.js';

let takes: string;
let folder: string;
let told: string[];
beforeEach(() => {
  takes = mkdtempSync(join(tmpdir(), 'kept-'));
  folder = join(takes, '.sessions');
  told = [];
});
afterEach(() => rmSync(takes, { recursive: true, force: true }));

const tell = (code: string, message: string) => void told.push(`${code} ${message}`);
const begin = () => SessionKeeper.begin({ takes, tell });

const setup: SessionSetup = {
  setup: { plugin: 'piano', model: 'piano-pop', engine: 'kernel', precision: 'int8', seed: 7 },
  channel: 0,
  members: [{ id: 'lead', mode: 'duet', muted: false, values: { temperature: 0.9 } }],
  ports: { input: 'Keys', output: null },
};
const kept = (id: string, change: Partial<KeptSession> = {}): KeptSession => ({
  ...{ id, name: `Jam ${id}`, openedAt: '2026-01-01T10:00:00.000Z', setup, take: null },
  ...{ plugin: { id: 'piano', name: 'Piano' }, model: { id: 'piano-pop', name: 'Pop' } },
  ...change,
});

const state: SavedState = {
  ...{ date: '2026-01-01T10:00:00.000Z', setup: setup.setup, time: 4 },
  members: [
    {
      ...{
        id: 'lead',
        mode: 'duet' as const,
        values: {},
        pluginVersion: '1.0.0',
        modelHash: 'hash',
        codec: 'codec',
      },
      resumption: {
        checkpoint: {
          time: 4,
          length: 1,
          branch: 0,
          stream: {} as StreamSnapshot,
          state: null,
          logits: new Float32Array(2),
        },
        ...{ branch: 0, tokens: Int32Array.of(0) },
      },
    },
  ],
};

/** The mark of a process that is over. */
const gone = { process: spawnSync(process.execPath, ['-e', '']).pid, computer: hostname() };

function left(name: string, sessions: readonly KeptSession[], change: Partial<KeptSessions> = {}): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, encodeKept({ host: gone, endedAt: null, sessions, offered: [], ...change }));
  return path;
}

/** The sessions of a host, as the test changes them. */
class Directory implements KeptDirectory {
  readonly sessions = new Map<string, { brief: SessionBrief; setup: SessionSetup }>();
  readonly #listeners = new Set<(change: SessionsChange) => void>();
  changed = () => {};
  begun: ResumeFrom | null = null;

  open(id: string, take: string | null = null): void {
    const brief: SessionBrief = {
      ...{ plugin: { id: 'piano', name: 'Piano' }, model: { id: 'piano-pop', name: 'Pop' } },
      ...{ mode: 'duet', phase: 'stopped', take },
    };
    this.sessions.set(id, { brief, setup });
    this.tell('opened', id);
  }

  tell(what: SessionsChange['what'], id: string): void {
    for (const listener of this.#listeners) listener({ what, id });
  }

  get(id: string) {
    const { brief, setup: now } = this.sessions.get(id)!;
    return {
      ...{ brief: () => brief, setup: now, begun: this.begun },
      watchSetup: (changed: () => void) => {
        this.changed = changed;
        return () => {};
      },
    };
  }

  list() {
    return [...this.sessions.keys()].map((id) => ({ id, name: id, openedAt: '2026-01-01T10:00:00.000Z' }));
  }

  subscribe(listener: (change: SessionsChange) => void) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

const fileOf = () => readdirSync(folder).find((name) => name.endsWith('.json'));
const inFile = (): KeptSessions | null => {
  const name = existsSync(folder) ? fileOf() : undefined;
  return name === undefined ? null : (JSON.parse(readFileSync(join(folder, name), 'utf8')) as KeptSessions);
};

async function until(so: () => boolean): Promise<void> {
  while (!so()) await new Promise((resolve) => setTimeout(resolve, 20));
}

it('offers what hosts that are gone kept, each session once and to one host alone', async () => {
  left('1-a.json', [kept('aaaaaaaa'), kept('bbbbbbbb', { openedAt: '2026-01-01T09:00:00.000Z' })]);
  left('2-b.json', [kept('aaaaaaaa')], { endedAt: '2026-01-02T10:00:00.000Z' });
  const one = await begin();
  const other = await begin();
  expect(one.offers.list().map(({ id, why }) => [id, why])).toEqual([
    ['bbbbbbbb', 'crashed'],
    ['aaaaaaaa', 'crashed'],
  ]);
  expect(other.offers.all).toEqual([]);
  expect(readdirSync(folder)).toHaveLength(1);
  expect(inFile()?.offered.map(({ id }) => id)).toEqual(['bbbbbbbb', 'aaaaaaaa']);
  expect(told).toEqual([]);
});

it('says when a host ended: when it was stopped, or when it wrote last, be it into a take', async () => {
  mkdirSync(join(takes, 'jam'));
  writeFileSync(join(takes, 'jam', 'take.jsonl'), '');
  utimesSync(join(takes, 'jam', 'take.jsonl'), 2_000_000_000, 2_000_000_000);
  left('1-a.json', [kept('aaaaaaaa')], { endedAt: '2026-01-02T10:00:00.000Z' });
  left('2-b.json', [kept('bbbbbbbb', { take: 'jam' })]);
  const { offers } = await begin();
  expect(offers.list().map(({ id, why, endedAt }) => [id, why, endedAt])).toEqual([
    ['aaaaaaaa', 'stopped', '2026-01-02T10:00:00.000Z'],
    ['bbbbbbbb', 'crashed', new Date(2_000_000_000_000).toISOString()],
  ]);
});

it('leaves a host that runs alone, here or on another computer; an earlier process with this number does not run', async () => {
  left('1-a.json', [kept('aaaaaaaa')], { host: { process: process.pid, computer: hostname() } });
  left('2-b.json', [kept('bbbbbbbb')], { host: { ...gone, computer: 'elsewhere' } });
  if (process.platform === 'linux')
    left('3-c.json', [kept('cccccccc')], {
      host: { process: process.pid, computer: hostname(), began: 'before' },
    });
  const { offers } = await begin();
  expect(offers.all.map(({ id }) => id)).toEqual(process.platform === 'linux' ? ['cccccccc'] : []);
  expect(readdirSync(folder)).toContain('1-a.json');
  expect(readdirSync(folder)).toContain('2-b.json');
});

it('takes over what a host had taken over that was killed before it wrote that down', async () => {
  left('1-a.taken-0', [kept('aaaaaaaa')]);
  left('1-a.json', [kept('bbbbbbbb')]);
  left('2-b.taken-0', [kept('cccccccc')]);
  left('2-b.json', [], { host: { process: process.pid, computer: hostname() } });
  const { offers } = await begin();
  expect(offers.all.map(({ id }) => id).sort()).toEqual(['aaaaaaaa', 'bbbbbbbb']);
  expect(readdirSync(folder)).toContain('2-b.taken-0');
});

it('names a file that cannot be read and sets it aside; one of a newer version is left alone', async () => {
  left('1-a.json', [kept('aaaaaaaa')]);
  for (const [name, text] of [
    [
      'cut.json',
      encodeKept({ host: gone, endedAt: null, sessions: [kept('bbbbbbbb')], offered: [] }).slice(0, 90),
    ],
    ['other.json', '{"type":"take"}'],
    ['strange.json', readFileSync(join(folder, '1-a.json'), 'utf8').replace('"kernel"', '"engine"')],
    ['up.json', readFileSync(join(folder, '1-a.json'), 'utf8').replace('aaaaaaaa', '../../..')],
    ['newer.json', '{"type":"continuo-sessions","version":2}'],
  ] as const)
    writeFileSync(join(folder, name), text);
  const { offers } = await begin();
  expect(offers.all.map(({ id }) => id)).toEqual(['aaaaaaaa']);
  const names = readdirSync(folder);
  for (const name of ['cut', 'other', 'strange', 'up']) expect(names).toContain(`${name}.json.broken`);
  expect(names).toContain('newer.json');
  expect(told.map((line) => line.split(' ')[0]).sort()).toEqual([
    ...['SESSIONS_BROKEN', 'SESSIONS_BROKEN', 'SESSIONS_BROKEN', 'SESSIONS_BROKEN', 'SESSIONS_VERSION'],
  ]);
  for (const line of told) expect(line).toContain(folder);
});

it('keeps the sessions as they change; one that was closed leaves, those of a host that stops stay', async () => {
  const keeper = await begin();
  expect(existsSync(folder)).toBe(false);
  const directory = new Directory();
  directory.open('aaaaaaaa');
  keeper.follow(directory);
  keeper.notYet('aaaaaaaa');
  directory.open('bbbbbbbb', 'jam');
  await until(() => inFile()?.sessions.length === 1);
  expect(inFile()).toMatchObject({ endedAt: null, sessions: [{ id: 'bbbbbbbb', take: 'jam', setup }] });
  // Somebody uses the one that nobody asked for.
  directory.sessions.get('aaaaaaaa')!.setup = { ...setup, channel: 3 };
  directory.changed();
  await until(() => inFile()?.sessions.length === 2);
  directory.sessions.delete('bbbbbbbb');
  directory.tell('closed', 'bbbbbbbb');
  await until(() => inFile()?.sessions.length === 1);
  const closed = keeper.close();
  directory.sessions.clear();
  directory.tell('closed', 'aaaaaaaa');
  await closed;
  expect(inFile()).toMatchObject({ endedAt: expect.any(String), sessions: [{ id: 'aaaaaaaa' }] });
});

it('keeps the state of a session that goes on from another one until it is closed, or has a take', async () => {
  const keeper = await begin();
  const directory = new Directory();
  keeper.follow(directory);
  directory.begun = { state, take: 'jam' };
  directory.open('aaaaaaaa');
  directory.open('bbbbbbbb');
  // The same session, gone on from the end of its take.
  directory.begun = { state, take: 'jam', tail: { records: [], until: 4 } };
  directory.open('cccccccc');
  await until(() => inFile()?.sessions.filter(({ from }) => from).length === 3);
  expect(inFile()?.sessions.map(({ id, take, from }) => [id, take, from])).toEqual([
    ['aaaaaaaa', null, { take: 'jam', state: true }],
    ['bbbbbbbb', null, { take: 'jam', state: true }],
    ['cccccccc', null, { take: 'jam', state: false }],
  ]);
  expect(readdirSync(folder).filter((name) => name.endsWith('.state'))).toHaveLength(2);
  expect((await readState(keeper.stateOf('aaaaaaaa'))).time).toBe(4);
  directory.sessions.delete('bbbbbbbb');
  directory.tell('gone', 'bbbbbbbb');
  expect(existsSync(keeper.stateOf('bbbbbbbb'))).toBe(false);
  await keeper.close();
  const stopped = inFile()!;
  writeFileSync(join(folder, fileOf()!), encodeKept({ ...stopped, host: gone }));
  const next = await begin();
  expect(next.offers.get('aaaaaaaa')?.from).toEqual({ take: 'jam', state: true });
  expect(existsSync(next.stateOf('aaaaaaaa'))).toBe(true);
  // Nobody wants them.
  for (const { id } of next.offers.list()) next.offers.drop(id);
  utimesSync(next.stateOf('aaaaaaaa'), 1, 1);
  await next.close();
  expect(existsSync(folder)).toBe(false);
});

it('a host with nothing to keep leaves nothing', async () => {
  left('1-a.json', [kept('aaaaaaaa')]);
  const keeper = await begin();
  keeper.follow(new Directory());
  expect(keeper.offers.drop('aaaaaaaa')).toBe(true);
  expect(keeper.offers.drop('aaaaaaaa')).toBe(false);
  expect(keeper.offers.restore('aaaaaaaa')).toBe(true);
  expect(keeper.offers.list()).toHaveLength(1);
  keeper.offers.take('aaaaaaaa');
  await keeper.close();
  expect(existsSync(folder)).toBe(false);
});

it('says once that nothing can be kept, and when it can again', async () => {
  const keeper = await begin();
  const directory = new Directory();
  // As a disk does that takes nothing.
  writeFileSync(folder, '');
  keeper.follow(directory);
  directory.open('aaaaaaaa', 'jam');
  await until(() => told.length > 0);
  directory.changed();
  rmSync(folder);
  await until(() => told.length > 1);
  expect(told[0]).toMatch(/^SESSIONS_UNKEPT Which sessions are open cannot be kept in .*\.sessions/);
  expect(told[1]).toMatch(/^SESSIONS_UNKEPT .* again\.$/);
  expect(inFile()?.sessions).toHaveLength(1);
  await keeper.close();
}, 30_000);
