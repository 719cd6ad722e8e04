/// <reference lib="dom" />
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWith } from '../requires.js';
import { pluginImports } from './plugin-imports.js';
import { install, pack } from './stranger.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'continuo-package-'));
let archive: string;

beforeAll(() => {
  archive = pack(folder);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** A project of its own with the package, as a stranger has it; what an example holds is in it. */
function project(name: string, more: readonly string[] = []): string {
  const path = join(folder, name);
  const example = join(root, 'examples', name);
  mkdirSync(path);
  if (existsSync(example)) cpSync(example, path, { recursive: true });
  install(archive, path, more);
  return path;
}

/** What the library's documentation shows under `@example`. */
function docExamples(): string[] {
  const src = join(root, 'src');
  return readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/\.test\.ts$|assembly/.test(name))
    .flatMap((name) =>
      [...readFileSync(join(src, name), 'utf8').matchAll(/@example\n \* ```ts\n(.*?) \* ```/gs)].map(
        ([, code]) => code!.replace(/^ \* ?/gm, ''),
      ),
    );
}

function node(cwd: string, ...args: readonly string[]) {
  return spawnSync(process.execPath, args, { cwd, encoding: 'utf8', timeout: 100_000 });
}

/** Compiles as a strict project would. */
function compile(path: string, files: readonly string[]) {
  const options = '--strict --noEmit --module nodenext --target es2023 --skipLibCheck --types node';
  return node(path, join(root, 'node_modules/typescript/bin/tsc'), ...options.split(' '), ...files);
}

describe('the package as it is published', () => {
  it('has nothing that publint finds', async () => {
    const { buffer, byteOffset, byteLength } = readFileSync(archive);
    const tarball = buffer.slice(byteOffset, byteOffset + byteLength);
    const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg!))).toEqual([]);
  }, 120_000);

  it('has types that every ESM importer resolves', () => {
    const attw = join(
      dirname(createRequire(import.meta.url).resolve('@arethetypeswrong/cli/package.json')),
      'dist/index.js',
    );
    const { status, stdout, stderr } = node(
      folder,
      attw,
      archive,
      '--profile',
      'esm-only',
      '--format',
      'json',
    );
    expect({ status, stderr, stdout: status === 0 ? '' : stdout }).toEqual({
      status: 0,
      stderr: '',
      stdout: '',
    });
  }, 120_000);

  it('runs, and a library user in TypeScript compiles, in an empty project', () => {
    const path = project('typescript', ['@types/node', 'undici-types']);
    writeFileSync(
      join(path, 'index.ts'),
      `import { drawFactory, type Performer, openPerformer, openModel, Session } from 'continuo';
import { definePlugin } from 'continuo/plugin';
import piano from 'continuo/plugins/piano';
export const play = (performer: Performer) =>
  new Session({ ...performer, output: { noteOn() {}, noteOff() {}, silence() {} }, mode: 'solo', time: 0, emit() {}, record() {} });
export const all = [drawFactory, openPerformer, openModel, definePlugin, piano];
// @ts-expect-error: a mode that there is not
export const wrong = (performer: Performer) => new Session({ ...performer, mode: 'battle' });
`,
    );
    writeFileSync(join(path, 'package.json'), '{ "type": "module" }\n');
    const examples = docExamples();
    expect(examples.length).toBeGreaterThan(1);
    for (const [index, code] of examples.entries()) writeFileSync(join(path, `example-${index}.ts`), code);
    const files = ['index.ts', ...examples.map((_, index) => `example-${index}.ts`)];
    expect(compile(path, files)).toMatchObject({ stdout: '', status: 0 });
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(node(path, 'node_modules/continuo/dist/cli/main.js', '--version').stdout).toContain(version);
    expect(existsSync(join(path, 'node_modules/continuo/dist/bench'))).toBe(false);
    const loose = readdirSync(join(path, 'node_modules/continuo/dist')).filter((name) =>
      name.startsWith('.'),
    );
    expect(loose).toEqual([]);
  }, 120_000);

  it('gives a stranger all that the bundled plugins import', () => {
    const path = project('imports', ['@types/node', 'undici-types']);
    // Several entries have some of the names.
    const files = [...pluginImports(join(root, 'src'))].map(([entry, names], index) => {
      const file = `entry-${index}.ts`;
      writeFileSync(join(path, file), `import { ${[...names].join(', ')} } from '${entry}';\n`);
      return file;
    });
    expect(files.length).toBeGreaterThan(4);
    writeFileSync(join(path, 'package.json'), '{ "type": "module" }\n');
    expect(compile(path, files)).toMatchObject({ stdout: '', status: 0 });
  }, 120_000);

  it('plays a session in examples/library-session', () => {
    const { status, stdout, stderr } = node(project('library-session'), 'session.js');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/listening\n.*playing\n.*note \d+, \d+\n.*stopped\n$/s);
  }, 120_000);

  it('steers a host that runs, in examples/client, over the WebSocket of ws and of Node', async () => {
    const path = project('client');
    const host = spawn(
      process.execPath,
      [
        'node_modules/continuo/dist/cli/main.js',
        'start',
        '--port',
        '0',
        '--no-open',
        '--no-take',
        '--seed',
        '7',
      ],
      { cwd: path, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    try {
      let printed = '';
      const address = await new Promise<string>((resolve, reject) => {
        host.stdout.on('data', (part) => {
          printed += part;
          const found = /http:\/\/\S+/.exec(printed);
          if (found) resolve(found[0]);
        });
        host.once('exit', () => reject(new Error(`the host ended: ${printed}`)));
      });
      // Node 20 has a WebSocket of its own behind this option, later versions have it anyhow.
      for (const options of [[], ['--experimental-websocket']]) {
        const { status, stdout, stderr } = node(path, ...options, 'client.js', address);
        expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
        expect(stdout).toMatch(
          /listening\n.*player: note 60, 80\n.*playing\n.*model: note \d+, \d+\n.*stopped\n$/s,
        );
      }
    } finally {
      host.kill();
      if (host.exitCode === null) await once(host, 'exit');
    }
    expect(node(path, 'client.js', 'http://127.0.0.1:9/').stderr).toContain("code: 'HOST_UNREACHABLE'");
  }, 180_000);
});

describeWith('Chromium', 'the package in a page', (executablePath) => {
  it('plays in examples/browser, opened from the disk, with a model that is handed in', async () => {
    const path = project('browser', ['vite']);
    expect(node(path, 'build.js')).toMatchObject({ stderr: '', status: 0 });
    const browser = await chromium.launch({
      executablePath,
      args: ['--headless', '--no-sandbox', '--autoplay-policy=no-user-gesture-required'],
    });
    try {
      const page = await browser.newPage({ viewport: { width: 700, height: 500 } });
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      await page.goto(pathToFileURL(join(path, 'continuo.html')).href);
      await page.locator('#folder').setInputFiles(join(path, 'node_modules/continuo/models/piano-pop'));
      await page.getByText('Your turn.').waitFor();
      for (const key of 'adgk') {
        await page.keyboard.down(key);
        await page.waitForTimeout(180);
        await page.keyboard.up(key);
      }
      await page.getByText('Answering …').waitFor();
      await page.getByText('Your turn.').waitFor({ timeout: 20_000 });
      expect(errors).toEqual([]);
      expect(Number(await page.locator('#notes').textContent())).toBeGreaterThan(0);
      if (process.env.CONTINUO_SHOT) await page.screenshot({ path: process.env.CONTINUO_SHOT });
    } finally {
      await browser.close();
    }
  }, 180_000);

  it('says in the page what a wrong folder lacks', async () => {
    const browser = await chromium.launch({ executablePath, args: ['--headless', '--no-sandbox'] });
    try {
      const page = await browser.newPage();
      await page.goto(pathToFileURL(join(folder, 'browser/continuo.html')).href);
      await page.locator('#folder').setInputFiles(join(folder, 'library-session'));
      await page.getByText('The folder has no model.json.').waitFor();
    } finally {
      await browser.close();
    }
  }, 120_000);
});
