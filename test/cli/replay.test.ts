import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FOLDERS } from '../../dist/host/folders.js';
import { LiveSession } from '../../dist/host/live/live-session.js';
import { takesIn } from '../takes-in.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'continuo-replay-'));
const takes = join(folder, 'takes');
const moved = join(folder, 'elsewhere');
let take: string;
afterAll(() => rmSync(folder, { recursive: true }));

const replay = (...args: string[]) =>
  spawnSync(process.execPath, [main, 'replay', take, ...args], { encoding: 'utf8' });

/** A take of a model whose folder is moved afterwards. */
beforeAll(async () => {
  const model = join(folder, 'model');
  cpSync(join(FOLDERS.bundledModels, 'piano-pop-start'), model, { recursive: true });
  const setup = { plugin: 'piano', model, engine: 'kernel', precision: 'int8', seed: 3 } as const;
  const session = await LiveSession.open({ ...setup, mode: 'solo', takes });
  session.command({ type: 'start' });
  await setTimeout(2000);
  await session.close();
  take = join(takes, takesIn(takes)[0]!);
  renameSync(model, moved);
}, 120_000);

it('finds a model that was moved by --model, and plays the same', () => {
  const { status, stdout, stderr } = replay('--model', moved, '--json');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({ same: true });
});

it.each([
  [[], 'MODEL_NOT_FOUND'],
  [['--model', 'piano-pop'], 'MODEL_MISMATCH'],
])('replay %j ends with a sentence and a code', (args, code) => {
  const { status, stderr } = replay(...args);
  expect([status, stderr]).toEqual([1, expect.stringContaining(`[${code}]`)]);
});

it('says in its help where takes lie', () => {
  const { stdout } = spawnSync(process.execPath, [main, 'replay', '--help'], { encoding: 'utf8' });
  expect(stdout.replace(/\s+/g, '')).toContain(FOLDERS.takes.replace(/\s+/g, ''));
});
