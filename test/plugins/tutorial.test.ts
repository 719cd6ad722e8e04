import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it, vi } from 'vitest';
import { readMidi, writeMidi } from '../../src/music/midi/index.js';

vi.setConfig({ testTimeout: 120_000 });

const root = fileURLToPath(new URL('../..', import.meta.url));
const main = join(root, 'dist', 'cli', 'main.js');
const folder = mkdtempSync(join(tmpdir(), 'continuo-tutorial-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('docs/PLUGINS.md leads from an empty folder to a plugin that plays and is edited while it plays, word for word', async () => {
  const text = readFileSync(join(root, 'docs', 'PLUGINS.md'), 'utf8');
  const blocks = [...text.matchAll(/^```(\w+) ?(\S*)\n(.*?)^```/gms)];
  for (const [, kind, name, content] of blocks) {
    if (!name || kind === 'diff') continue;
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content!);
  }
  const pitches = [64, 67, 71];
  const notes = pitches.map((pitch, index) => ({ pitch, velocity: 80, start: index, end: index + 0.5 }));
  writeFileSync(join(folder, 'in.mid'), writeMidi([{ name: 'in', channel: 0, events: notes }]));
  const commands = blocks
    .filter(([, kind]) => kind === 'sh')
    .flatMap(([, , , lines]) => lines!.trim().split('\n'));
  const started = 'npx continuo start --plugin ./parrot --watch';
  expect([commands.length, commands.includes(started)]).toEqual([8, true]);
  // This one goes on until it is stopped.
  for (const command of commands.filter((one) => one !== started)) {
    const args = command.split(' ').slice(2);
    const went = spawnSync(process.execPath, [main, ...args], {
      cwd: folder,
      encoding: 'utf8',
    });
    const said = args[0] === 'generate' ? /^walk.*: \d walks?, seed \d\n$/ : /^$/;
    expect([went.status, went.stderr]).toEqual([0, expect.stringMatching(said)]);
  }
  const { tracks } = readMidi(readFileSync(join(folder, 'out.mid')));
  const reply = tracks.at(-1)!.notes.map(({ pitch }) => pitch);
  expect(reply.length).toBeGreaterThan(10);
  expect(reply.slice(0, 8)).toEqual([60, 64, 67, 71, 60, 64, 67, 71]);
  const taps = readMidi(readFileSync(join(folder, 'taps.mid'))).tracks;
  expect(taps.map(({ name, drums }) => [name, drums])).toEqual([
    ['in', false],
    ['Sticks', true],
  ]);
  // A bar of four at 120 beats a minute is counted in.
  expect(taps[0]!.notes[0]!.start).toBeCloseTo(2, 2);
  expect(taps[1]!.notes.slice(0, 5).map(({ pitch }) => pitch)).toEqual([37, 37, 37, 37, 36]);
  const walk = readFileSync(join(folder, 'walk.abc'), 'utf8');
  const walks = readFileSync(join(folder, 'walks.abc'), 'utf8').split('\n\n');
  const notesOf = (abc: string) => abc.trim().split('\n').at(-1)!.replace('|]', '');
  expect(notesOf(walk)).toMatch(/^[A-Ga-g]{12}$/);
  expect(walks).toHaveLength(2);
  for (const longer of walks) expect(notesOf(longer)).toMatch(new RegExp(`^${notesOf(walk)}[A-Ga-g]{16}$`));

  const host = spawn(
    process.execPath,
    [main, ...started.split(' ').slice(2), '--no-open', '--no-take', '--port', '0'],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  for (const stream of [host.stdout, host.stderr])
    stream.on('data', (data: Buffer) => (said += data.toString()));
  const says = async (words: string) => {
    for (let tries = 0; !said.includes(words) && tries < 600; tries++) await sleep(50);
    expect(said).toContain(words);
  };
  await says('panel');
  const [, , name, diff] = blocks.find(([, kind]) => kind === 'diff')!;
  const [before, after] = ['-', '+'].map((sign) =>
    diff!
      .split('\n')
      .find((line) => line.startsWith(sign))!
      .slice(1),
  );
  const code = readFileSync(join(folder, name!), 'utf8');
  expect(code).toContain(before!);
  writeFileSync(join(folder, name!), code.replace(before!, after!));
  await says('Parrot was loaded again, and plays on from what it has heard.');
  host.kill('SIGTERM');
  await once(host, 'exit');
});
