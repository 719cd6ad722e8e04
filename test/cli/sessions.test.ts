import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectHost, connectSession } from '../../src/client/index.js';
import { defaultModel } from '../../src/host/models/models.js';
import { readDescriptor } from '../../src/host/plugins/plugins.js';
import { type Host, program, startHost } from '../browser/host.js';

const takes = mkdtempSync(join(tmpdir(), 'continuo-sessions-cli-'));
const TOKEN = 'a-word-of-this-test';
let host: Host;

beforeAll(async () => {
  host = await startHost(takes, '0', '--token', TOKEN, '--sessions', '3');
}, 120_000);
afterAll(async () => {
  await host?.stop();
  rmSync(takes, { recursive: true, force: true });
});

/** Runs `continuo sessions` at the host. */
const sessions = (...args: string[]) =>
  new Promise<{ status: number; stdout: string; stderr: string }>((resolve) => {
    const all = [program, 'sessions', ...args, ...(args.includes('--url') ? [] : ['--url', host.address])];
    execFile(process.execPath, all, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
const json = async (...args: string[]) => {
  const { status, stdout, stderr } = await sessions(...args, '--json');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout);
};

it('opens, lists, renames, closes and reopens sessions, for people and for scripts', async () => {
  const { sessions: before, limits } = await json();
  expect([before, limits.sessions]).toMatchObject([[{ name: 'Session 1', plugin: { id: 'piano' } }], 3]);
  const opened = await json('open', '--plugin', 'folk', '--mode', 'solo', '--name', 'Reels');
  expect(opened).toEqual({
    id: expect.stringMatching(/^[a-z2-7]{8}$/),
    name: 'Reels',
    panel: `${new URL(host.address).origin}/#session=${opened.id}`,
  });
  expect((await sessions('open', '--with', 'drums')).stdout).toContain('Session 3 is open');
  const { stdout } = await sessions('list');
  expect(stdout).toMatch(new RegExp(`${opened.id} +Reels +folk on folk-\\w+ +solo`));
  expect(stdout).toContain('3 of 3 at most');
  expect(await json('rename', 'ree', 'Tuesday reels')).toEqual({ id: opened.id, name: 'Tuesday reels' });
  const closed = await json('close', 'tuesday');
  expect(closed).toMatchObject({ id: opened.id, name: 'Tuesday reels', undoSeconds: 30 });
  expect((await json('list')).sessions).toHaveLength(2);
  expect(await json('reopen', opened.id)).toEqual({ id: opened.id, name: 'Tuesday reels' });
  expect((await json('list')).sessions).toHaveLength(3);
}, 120_000);

it('undoes what was changed in a session, and makes it again', async () => {
  const session = await connectSession(host.address);
  const { temperature } = session.welcome.description.values;
  await session.command({ type: 'param', id: 'temperature', value: 0.7 });
  await session.command({ type: 'mode', mode: 'listen' });
  const { id, name } = (await json()).sessions[0];
  expect(await json('undo')).toEqual({ id, name, undone: 'Mode listen', next: 'Temperature' });
  const told = session.next('param', (event) => event.id === 'temperature' && event.value === temperature);
  expect((await sessions('undo', id)).stdout).toBe(`Temperature is undone in ${name}.\n`);
  await told;
  expect(await json('redo', id)).toEqual({ id, name, redone: 'Temperature', next: 'Mode listen' });
  await session.undo();
  expect((await sessions('undo', id)).stderr).toContain('[UNDO_NOTHING]');
  session.close();
}, 60_000);

it.each<[args: string[], status: number, code: string]>([
  [['open'], 1, 'SESSIONS_FULL'],
  [['close', 'session'], 2, 'OPTION_VALUE'],
  [['close', 'nothing'], 1, 'SESSION_NOT_FOUND'],
  [['reopen', 'nothere1'], 1, 'SESSION_NOT_FOUND'],
  [['rename', 'session 1', ' '], 1, 'PROTOCOL_MESSAGE'],
  [['open', '--mode', 'loud'], 2, 'OPTION_VALUE'],
  [['open', '--with', 'drums@duet'], 2, 'OPTION_VALUE'],
  [['open', '--ports', 'x'], 2, 'OPTION_UNKNOWN'],
  [['list', '--url', 'nowhere'], 2, 'OPTION_VALUE'],
  [['list', '--url', 'http://127.0.0.1:9/'], 1, 'HOST_UNREACHABLE'],
])(
  'says why not: %j',
  async (args, status, code) => {
    const said = await sessions(...args);
    expect([said.status, said.stderr]).toEqual([status, expect.stringContaining(`[${code}]`)]);
    expect(said.stdout).toBe('');
  },
  60_000,
);

it('offers the models of each plugin with the default one first', async () => {
  const directory = await connectHost(host.address);
  const first = new Map(directory.welcome.plugins.map(({ id, models }) => [id, models[0]?.id]));
  directory.close();
  for (const [plugin, model] of first) {
    const { models, extensions } = await readDescriptor(plugin);
    if (!extensions.includes('predictor')) expect(model, plugin).toBe(defaultModel(models));
  }
}, 60_000);

it('asks for the token where the host does', async () => {
  const { origin } = new URL(host.address);
  expect((await sessions('list', '--url', `${origin}/`)).stderr).toContain('[HOST_TOKEN]');
  expect((await sessions('list', '--url', `${origin}/`, '--token', 'another-word-of-it')).stderr).toContain(
    '[HOST_TOKEN]',
  );
  expect((await sessions('list', '--url', `${origin}/`, '--token', TOKEN)).stdout).toContain('Session 1');
}, 60_000);

it('says that a host is in no cluster, which has no other host for a session', async () => {
  expect(await sessions('move', 'Session 1', 'studio-2')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('CLUSTER_NONE'),
  });
  expect(await sessions('open', '--host', 'studio-2')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('CLUSTER_NONE'),
  });
});

it('lists the host alone where it is in no cluster', async () => {
  const { stdout } = await new Promise<{ stdout: string }>((resolve) => {
    execFile(process.execPath, [program, 'hosts', '--url', host.address, '--token', TOKEN], (_, out) =>
      resolve({ stdout: out }),
    );
  });
  expect(stdout).toMatch(/^The host at http:\/\/127.0.0.1:\d+ is in no cluster; it has \d+ sessions?\.\n$/);
});
