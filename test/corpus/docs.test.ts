import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it, vi } from 'vitest';
import { readMidi } from '../../src/music/midi/index.js';

vi.setConfig({ testTimeout: 120_000 });

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'continuo-riffs-'));
afterAll(() => rmSync(folder, { recursive: true }));

it("docs/PLUGINS.md leads from a stranger's files to a model that plays, word for word", () => {
  const text = readFileSync(join(root, 'docs', 'PLUGINS.md'), 'utf8');
  const section = /^## Training data of your own\n(.*?)^## /ms.exec(text)![1]!;
  for (const [, name, content] of section.matchAll(/^```\w+ (\S+)\n(.*?)^```/gms)) {
    mkdirSync(dirname(join(folder, name!)), { recursive: true });
    writeFileSync(join(folder, name!), content!);
  }
  mkdirSync(join(folder, 'collection'));
  const riff = (from: number) =>
    Array.from({ length: 16 }, (_, index) => from + ((index * 5) % 12)).join(' ');
  for (let file = 0; file < 5; file++)
    writeFileSync(
      join(folder, 'collection', `${file}.riff`),
      Array.from({ length: 8 }, (_, line) => `${riff(36 + 5 * file + line)}\n`).join(''),
    );
  writeFileSync(join(folder, 'collection', 'odd.riff'), 'la la la\n');
  const commands = [...section.matchAll(/^ {4}npx continuo (.*)$/gm)].map(([, args]) => args!.split(' '));
  expect(commands.map(([name]) => name)).toEqual(['plugin', 'dataset', 'train', 'start']);
  const [check, stats, train] = commands as [string[], string[], string[]];
  const continuo = (args: readonly string[]) => {
    const went = spawnSync(process.execPath, [join(root, 'dist', 'cli', 'main.js'), ...args], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(went.status, went.stderr).toBe(0);
    return went.stdout;
  };
  expect(continuo(check)).toContain('6 files gave 40 examples');
  expect(continuo(stats)).toMatch(/in performance-388:\n.*1 that cannot be used/s);
  const small = ['--units', '8', '--layers', '1', '--batch', '4', '--window', '32', '--epochs', '3'];
  expect(continuo([...train, ...small])).toContain('continuo start --plugin riffs --model my-riffs');
  // What start would play, without a browser: the last command's plugin and model.
  const [, ...playing] = commands.at(-1)!;
  const etude = join(root, 'datasets', 'etudes', 'alberti-bes-minor.mid');
  continuo(['continue', etude, '-o', 'out.mid', '--seconds', '3', ...playing]);
  expect(readMidi(readFileSync(join(folder, 'out.mid'))).tracks.length).toBeGreaterThan(1);
});
