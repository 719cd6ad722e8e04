import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectSession, type SessionClient } from '../../src/client/index.js';
import { type Host, program, startHost } from '../browser/host.js';

const folder = mkdtempSync(join(tmpdir(), 'continuo-snapshots-cli-'));
const TOKEN = 'a-word-of-this-test';
const START = ['--model', 'piano-pop-start', '--token', TOKEN, '--sessions', '3'];
let [one, other]: Host[] = [];

beforeAll(async () => {
  one = await startHost(join(folder, 'one'), '0', ...START);
  other = await startHost(join(folder, 'other'), '0', ...START);
}, 120_000);
afterAll(async () => {
  await one?.stop();
  await other?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Beside the takes a host keeps its sessions. */
const takesIn = (host: string) => readdirSync(join(folder, host)).filter((name) => !name.startsWith('.'));

/** Runs a command of the program at a host. */
const run = (host: Host, ...args: string[]) =>
  new Promise<{ status: number; stdout: string; stderr: string }>((resolve) => {
    execFile(
      process.execPath,
      [program, ...args, '--url', host.address],
      { cwd: folder },
      (error, stdout, stderr) => resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
const json = async (host: Host, ...args: string[]) => {
  const { status, stdout, stderr } = await run(host, ...args, '--json');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout);
};

/** Plays a phrase, and waits for the end of the answer. */
async function exchange(session: SessionClient, pitches: readonly number[]): Promise<void> {
  for (const pitch of pitches) {
    session.play({ type: 'noteOn', pitch, velocity: 80 });
    session.play({ type: 'noteOff', pitch });
  }
  await session.next('phase', ({ phase }) => phase === 'playing');
  await session.next('phase', ({ phase }) => phase === 'waiting');
}

it('a snapshot is kept in one host, saved, loaded in another, and gone on from there; both takes replay', async () => {
  const session = await connectSession(one!.address);
  await session.command({ type: 'param', id: 'replyLength', value: 0.5 });
  await exchange(session, [60, 64, 67]);
  const kept = await json(one!, 'snapshots', 'keep', 'Before the storm');
  expect(kept).toMatchObject({
    name: 'Before the storm',
    own: true,
    plugin: 'piano',
    model: 'piano-pop-start',
  });
  await exchange(session, [70, 72]);
  expect((await run(one!, 'snapshots', 'recall', 'before', '--when', 'phrase')).stdout).toContain(
    'Before the storm',
  );
  expect((await run(one!, 'snapshots', 'list')).stdout).toContain('Before the storm');
  await json(one!, 'snapshots', 'save', kept.id, 'storm.continuo-state');
  await json(one!, 'snapshots', 'rename', 'before', 'Calm');
  expect(session.snapshots).toMatchObject([{ id: kept.id, name: 'Calm' }]);
  await json(one!, 'snapshots', 'delete', 'calm');
  expect(session.snapshots).toEqual([]);
  await json(one!, 'snapshots', 'restore', kept.id);
  expect(session.snapshots).toHaveLength(1);

  const loaded = await json(other!, 'snapshots', 'load', 'storm.continuo-state');
  expect(loaded).toMatchObject({ name: 'Before the storm', own: false });
  const there = await connectSession(other!.address);
  await there.recallSnapshot(loaded.id);
  await exchange(there, [67, 69]);
  expect(await json(other!, 'snapshots', 'load', 'storm.continuo-state')).toMatchObject({ own: false });
  const fork = await json(one!, 'sessions', 'fork', 'session', '--snapshot', 'calm');
  expect(fork.name).toBe('Session 1, fork');
  const future = await connectSession(one!.address, { session: fork.id });
  expect(future.welcome.description.values.replyLength).toBe(0.5);
  // What was played before the moment, and nothing after it.
  const past = async () =>
    (await future.earlier(1e6)).events.flatMap((event) =>
      event.type === 'noteOn' && event.voice === 'player' ? event.pitch : [],
    );
  await expect.poll(past, { timeout: 60_000 }).toEqual([60, 64, 67]);
  await exchange(future, [67, 69]);
  for (const client of [session, there, future]) client.close();
  for (const host of [one!, other!]) await host.stop();
  for (const name of ['one', 'other'])
    for (const take of takesIn(name)) {
      const { stdout } = await new Promise<{ stdout: string }>((resolve) =>
        execFile(process.execPath, [program, 'replay', join(folder, name, take), '--json'], (_, stdout) =>
          resolve({ stdout }),
        ),
      );
      expect(JSON.parse(stdout)).toMatchObject({ same: true });
    }
  const forked = takesIn('one').map((take) =>
    JSON.parse(readFileSync(join(folder, 'one', take, 'take.jsonl'), 'utf8').split('\n', 1)[0]!),
  );
  expect(forked.filter(({ resumed }) => resumed !== undefined)).toHaveLength(1);
}, 300_000);

it('what is no snapshot, or one of another model, is refused with a reason', async () => {
  one = await startHost(join(folder, 'third'), '0', ...START);
  writeFileSync(join(folder, 'nothing.continuo-state'), 'nothing');
  const broken = await run(one, 'snapshots', 'load', 'nothing.continuo-state');
  expect([broken.status, broken.stderr]).toEqual([1, expect.stringContaining('STATE_BROKEN')]);
  other = await startHost(join(folder, 'fourth'), '0', '--model', 'piano-pop', '--token', TOKEN);
  const refused = await run(other, 'snapshots', 'load', 'storm.continuo-state');
  expect([refused.status, refused.stderr]).toEqual([
    1,
    expect.stringMatching(/piano-pop-start[\s\S]*STATE_OTHER/),
  ]);
  const unknown = await run(one, 'snapshots', 'recall', 'nowhere');
  expect([unknown.status, unknown.stderr]).toEqual([1, expect.stringContaining('SNAPSHOT_UNKNOWN')]);
  const anonymous = await fetch(`${new URL(one.address).origin}/session/snapshots`, {
    method: 'POST',
    body: 'x',
  });
  expect(anonymous.status).toBe(401);
}, 120_000);
