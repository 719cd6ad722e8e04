import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { program } from '../browser/host.js';

const etudes = fileURLToPath(new URL('../../datasets/etudes', import.meta.url));
const piece = join(etudes, 'alberti-a-major.mid');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'continuo-signals-'));
  mkdirSync(join(folder, 'tmp'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const wait = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** All that is below a folder. */
const below = (path: string) => readdirSync(path, { recursive: true }).map(String).sort();

/** Runs the program in the folder, and gives it a signal when the time has come. Resolves with its status, as a shell has it. */
async function ended(
  args: readonly string[],
  signal: NodeJS.Signals,
  come: (child: ChildProcess) => Promise<unknown>,
) {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, TMPDIR: join(folder, 'tmp') },
  });
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  const status = new Promise<number>((resolve) =>
    child.on('close', (code, by) => resolve(code ?? 128 + constants.signals[by!])),
  );
  await come(child);
  const amid = child.exitCode === null && child.kill(signal);
  return { amid, status: await status, said };
}

/** Long enough for it to be at its work. */
const atWork = () => wait(2);
/** Waits until something begins with that name. */
const begun = (where: string, name: string) => async () => {
  for (let tries = 0; tries < 2000 && !readdirSync(where).some((one) => one.startsWith(name)); tries++)
    await wait(0.01);
};

const SIGNALS = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const;

describe.each(SIGNALS)('%s', (signal, status) => {
  it.each([
    ['continue', ['continue', piece, '--seconds', '3600', '-o', 'out']],
    ['generate', ['generate', 'folk', '--best-of', '1000', '-o', 'out']],
  ])('amid %s leaves the file that was there, and nothing else', async (_, args) => {
    writeFileSync(join(folder, 'out'), 'as it was');
    expect(await ended(args, signal, atWork)).toEqual({ amid: true, status, said: '' });
    expect(below(folder)).toEqual(['out', 'tmp']);
    expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('as it was');
  });

  it('amid dataset build leaves the data set that was there, and nothing else', async () => {
    const [music, out] = [join(folder, 'music'), join(folder, 'out')];
    mkdirSync(music);
    linkSync(piece, join(music, '0.mid'));
    const build = ['dataset', 'build', '--from', music, '--out', 'out', '--held-out'];
    expect(spawnSync(process.execPath, [program, ...build], { cwd: folder }).status).toBe(0);
    const files = below(out);
    const before = files.map((file) => readFileSync(join(out, file)));
    for (let copy = 1; copy < 6000; copy++) linkSync(piece, join(music, `${copy}.mid`));
    const end = await ended(build, signal, begun(folder, '.out.part'));
    expect(end).toEqual({ amid: true, status, said: 'Stopped; nothing was written.\n' });
    expect(readdirSync(folder).sort()).toEqual(['music', 'out', 'tmp']);
    expect(files.map((file) => readFileSync(join(out, file)))).toEqual(before);
    expect([below(out), below(join(folder, 'tmp'))]).toEqual([files, []]);
  });

  it('while a text is read to train on leaves nothing', async () => {
    writeFileSync(join(folder, 'text'), 'It was a dark and stormy night. '.repeat(400_000));
    const args = ['train', 'text', 'text', '--licence', 'none', '--out', 'model'];
    const end = await ended(args, signal, begun(join(folder, 'tmp'), 'continuo-tokens'));
    expect(end).toEqual({ amid: true, status, said: '' });
    expect(below(folder)).toEqual(['text', 'tmp']);
  });
});
