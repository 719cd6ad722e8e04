import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it, vi } from 'vitest';
import { readMidi, writeMidi } from '../../src/music/midi/index.js';

vi.setConfig({ testTimeout: 120_000 });

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'continuo-drone-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]) => spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });

it('the drone of examples/ is built and played as a stranger does it, and holds the last note and its fifth', () => {
  const drone = join(folder, 'drone');
  cpSync(join(root, 'examples', 'plugins', 'drone'), drone, {
    recursive: true,
    filter: (path) => !/\/(dist|node_modules)$/.test(path),
  });
  mkdirSync(join(drone, 'node_modules'));
  symlinkSync(root, join(drone, 'node_modules', 'continuo'), 'junction');
  const built = run(join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', drone);
  expect([built.status, built.stdout]).toEqual([0, '']);
  const input = join(folder, 'in.mid');
  const notes = [69, 74].map((pitch, index) => ({ pitch, velocity: 80, start: index, end: index + 0.9 }));
  writeFileSync(input, writeMidi([{ name: 'in', channel: 0, events: notes }]));
  const out = join(folder, 'out.mid');
  const main = join(root, 'dist', 'cli', 'main.js');
  const went = run(
    main,
    'continue',
    input,
    '-o',
    out,
    '--plugin',
    './drone',
    '--reply-only',
    '--seconds',
    '10',
  );
  expect([went.status, went.stderr]).toEqual([0, '']);
  const played = readMidi(readFileSync(out)).tracks.flatMap(({ notes }) => notes.map(({ pitch }) => pitch));
  // D, in the octave from C2 on, and A.
  expect(new Set(played)).toEqual(new Set([38, 45]));
  expect(played.length).toBeGreaterThan(3);
});
