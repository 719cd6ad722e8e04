import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PanelClient } from '../../src/server/testing/panel-client.js';
import { type Registry, startRegistry } from './registry.js';
import { pack } from './stranger.js';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'continuo-way-')));
const project = join(folder, 'project');
const mine = join(project, 'mine');
const elsewhere = join(folder, 'elsewhere');
let registry: Registry;
const running = new Set<ChildProcess>();

/** A home of its own: nothing of whoever runs the tests, and no other registry. */
const env = () => ({
  PATH: process.env.PATH,
  ...{ HOME: folder, XDG_DATA_HOME: join(folder, 'data'), APPDATA: folder, LOCALAPPDATA: folder },
  ...{ npm_config_registry: registry.address, npm_config_cache: join(folder, 'cache') },
  ...{ npm_config_audit: 'false', npm_config_fund: 'false', npm_config_update_notifier: 'false' },
});

async function run(program: string, args: readonly string[], cwd = project): Promise<string> {
  try {
    return (await promisify(execFile)(program, [...args], { cwd, env: env() })).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${program} ${args.join(' ')}: ${(error as Error).message}\n${stdout}\n${stderr}`);
  }
}

const bin = join(project, 'node_modules', '.bin', 'continuo');
const continuo = (...args: string[]) => run(bin, args);

beforeAll(async () => {
  registry = await startRegistry(pack(folder));
  for (const path of [project, elsewhere]) mkdirSync(path);
});
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
  registry?.close();
  rmSync(folder, { recursive: true });
});

/** Starts the host with a plugin, plays a phrase over its WebSocket, and gives the pitches of the answer. */
async function answer(plugin: string, cwd: string): Promise<number[]> {
  const args = ['start', '--plugin', plugin, '--no-open', '--no-take', '--port', '0', '--seed', '7'];
  const child = spawn(bin, args, { cwd, env: env(), stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  try {
    const address = await new Promise<string>((resolve, reject) => {
      let said = '';
      const hear = (part: Buffer) => {
        said += part;
        const found = /panel +(http:\S+)/.exec(said);
        if (found) resolve(found[1]!);
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.once('exit', (code) => reject(new Error(`the host ended with ${code}: ${said}`)));
    });
    const panel = await PanelClient.greeted(address);
    for (const pitch of [72, 74, 76, 77, 79]) {
      panel.say({ type: 'play', event: { type: 'noteOn', pitch, velocity: 80 } });
      await new Promise((resolve) => setTimeout(resolve, 150));
      panel.say({ type: 'play', event: { type: 'noteOff', pitch } });
    }
    const pitches: number[] = [];
    for (;;) {
      const { event } = await panel.next('event');
      if (event.type === 'noteOn' && event.voice === 'model') pitches.push(event.pitch);
      if (event.type === 'phase' && event.phase === 'waiting' && pitches.length > 0) break;
    }
    panel.socket.close();
    return pitches;
  } finally {
    running.delete(child);
    child.removeAllListeners('exit');
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }
}

/** Changes a file by one replacement, which must change it. */
function edit(path: string, from: string, to: string): void {
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
}

describe("a stranger's way, in an empty folder", () => {
  it('npm install continuo', async () => {
    writeFileSync(join(project, 'package.json'), '{ "private": true }\n');
    await run('npm', ['install', 'continuo']);
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(await continuo('--version')).toContain(version);
  });

  it('continuo plugin new mine; npm install; npm test', async () => {
    await continuo('plugin', 'new', 'mine');
    await run('npm', ['install'], mine);
    expect(await run('npm', ['test'], mine)).toMatch(/pass 2/);
  });

  it('an edit is heard: continuo start --plugin ./mine answers, and no higher than it now says', async () => {
    const before = await answer('./mine', project);
    expect(Math.max(...before)).toBeGreaterThan(70);
    edit(join(mine, 'index.ts'), 'symbol.pitch > params.highest', 'symbol.pitch > params.highest - 24');
    edit(join(mine, 'plugin.json'), '"version": "0.1.0"', '"version": "1.0.0"');
    edit(join(mine, 'package.json'), '"version": "0.1.0"', '"version": "1.0.0"');
    await run('npm', ['run', 'build'], mine);
    // 96 less 24.
    expect(Math.max(...(await answer('./mine', project)))).toBeLessThanOrEqual(72);
  });

  it('continuo plugin check ./mine finds nothing', async () => {
    const said = JSON.parse(await continuo('plugin', 'check', './mine', '--json', '--sessions', '10'));
    expect(said).toMatchObject({ ok: true, version: '1.0.0' });
  });

  it('npm pack; continuo plugin add; it plays elsewhere, without its folder', async () => {
    const packed = (await run('npm', ['pack', '--silent'], mine)).trim().split('\n').at(-1)!;
    expect(packed).toBe('continuo-plugin-mine-1.0.0.tgz');
    expect(await continuo('plugin', 'add', join('mine', packed))).toContain('mine 1.0.0');
    rmSync(mine, { recursive: true });
    const pitches = await answer('mine', elsewhere);
    expect(pitches.length).toBeGreaterThan(0);
    expect(Math.max(...pitches)).toBeLessThanOrEqual(72);
  });
});
