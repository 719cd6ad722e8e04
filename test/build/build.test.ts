import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const SOURCES = ['src', 'web-ui', 'scripts', 'package.json', 'tsconfig.json', 'tsconfig.build.json', 'dist'];

/** Runs a script of the copy; what it printed, and how it ended. */
async function run(folder: string, ...args: readonly string[]) {
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (printed += part));
  const [code] = await once(child, 'close');
  return { code, printed };
}

describe('a build in a folder that a host runs from', () => {
  const folder = mkdtempSync(join(tmpdir(), 'continuo-build-'));
  beforeAll(() => {
    for (const name of SOURCES)
      cpSync(join(root, name), join(folder, name), { recursive: true, preserveTimestamps: true });
    for (const name of ['node_modules', 'models'])
      symlinkSync(join(root, name), join(folder, name), 'junction');
  });
  const hosts: ChildProcess[] = [];
  afterAll(() => {
    for (const host of hosts) host.kill();
    rmSync(folder, { recursive: true, maxRetries: 3 });
  });

  it('leaves no moment without the panel, and two at once are one after the other', async () => {
    const args = ['dist/cli/main.js', 'start', '--port', '0', '--no-open', '--no-take'];
    const host = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
    hosts.push(host);
    const [said] = await once(host.stdout, 'data');
    const address = /http:\/\/\S+/.exec(String(said))![0];

    // Another panel and another program than before: every file is swapped in.
    writeFileSync(join(folder, 'src/added.ts'), 'export const added = 1;\n');
    writeFileSync(join(folder, 'dist/removed.js'), '');
    const page = join(folder, 'web-ui/index.html');
    writeFileSync(page, `${readFileSync(page, 'utf8')}<!-- another -->\n`);
    const builds = [0, 1].map(() => run(folder, 'scripts/build.mjs', '--if-stale'));
    let built = false;
    const both = Promise.all(builds).finally(() => {
      built = true;
    });
    const panel = join(folder, 'dist/web-ui');
    let looks = 0;
    for (; !built; looks++) {
      // Read in one go, so that nothing is swapped between: whatever the page names is there.
      const html = readFileSync(join(panel, 'index.html'), 'utf8');
      for (const [, asset] of html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g))
        if (!existsSync(join(panel, asset!)))
          expect(readFileSync(join(panel, 'index.html'), 'utf8')).not.toContain(asset);
      // The host bounds how often it is asked.
      if (looks % 50 === 0) expect((await fetch(address)).status).toBe(200);
      await setTimeout(5);
    }
    const ended = await both;
    expect(looks).toBeGreaterThan(20);
    expect(ended.map(({ code }) => code)).toEqual([0, 0]);
    const printed = ended.map(({ printed }) => printed);
    expect(printed.filter((text) => text.includes('waiting'))).toHaveLength(1);
    expect(printed.filter((text) => text.includes('building the program'))).toHaveLength(1);
    expect(existsSync(join(folder, 'dist/added.js'))).toBe(true);
    expect(existsSync(join(folder, 'dist/removed.js'))).toBe(false);
    expect(readFileSync(join(folder, 'dist/web-ui/index.html'), 'utf8')).toContain('another');
    expect(readdirSync(join(folder, 'dist')).filter((name) => /^\.(new|building)/.test(name))).toEqual([]);

    host.kill();
    await once(host, 'exit');
    expect(await run(folder, 'dist/cli/main.js', '--help')).toMatchObject({ code: 0 });
  }, 300_000);

  it('takes over from a build that was killed', async () => {
    const lock = join(folder, 'dist/.building');
    mkdirSync(lock);
    const { pid } = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
    await setTimeout(500);
    writeFileSync(join(lock, 'pid'), String(pid));
    const { code, printed } = await run(folder, 'scripts/build.mjs', '--if-stale');
    expect({ code, printed }).toMatchObject({
      code: 0,
      printed: expect.not.stringContaining('building the'),
    });
    expect(existsSync(lock)).toBe(false);
  }, 120_000);

  it('takes one that was begun and never said by whom as left behind after five seconds', async () => {
    const lock = join(folder, 'dist/.building');
    mkdirSync(lock);
    utimesSync(lock, new Date(), new Date(Date.now() - 6000));
    expect(await run(folder, 'scripts/build.mjs', '--if-stale')).toMatchObject({ code: 0 });
  }, 120_000);
});

it('swapIn replaces what differs, leaves what is the same, removes what is gone, keeps what is not its own', async () => {
  const { swapIn } = await import(new URL('../../scripts/swap-in.mjs', import.meta.url).href);
  const folder = mkdtempSync(join(tmpdir(), 'continuo-swap-'));
  const [from, to] = [join(folder, 'from'), join(folder, 'to')];
  const write = (path: string, text: string) => {
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
  };
  write(join(to, 'a/old.js'), 'old');
  write(join(to, 'b/one.js'), 'one');
  write(join(to, 'web-ui/index.html'), 'panel');
  write(join(from, 'b/one.js'), 'another');
  write(join(from, 'c/new.js'), 'new');
  swapIn(from, to, { keeps: (path: string) => path.startsWith('web-ui/') });
  const files = readdirSync(to, { recursive: true }).map((name) => String(name).replaceAll('\\', '/'));
  expect(files.sort()).toEqual(['b', 'b/one.js', 'c', 'c/new.js', 'web-ui', 'web-ui/index.html']);
  expect(readFileSync(join(to, 'b/one.js'), 'utf8')).toBe('another');
  expect(existsSync(from)).toBe(false);
  rmSync(folder, { recursive: true });
});
