import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { readMidi, writeMidi } from '../../src/music/midi/index.js';
import { pluginFolder } from './plugin-folder.js';

vi.setConfig({ testTimeout: 180_000 });

const root = fileURLToPath(new URL('../..', import.meta.url));
const main = join(root, 'dist', 'cli', 'main.js');
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'continuo-plugin-')));
const data = join(folder, 'data');
afterAll(() => rmSync(folder, { recursive: true }));

const env = { ...process.env, XDG_DATA_HOME: data, APPDATA: data, LOCALAPPDATA: data, HOME: folder };
const run = (program: string, args: string[], cwd = folder) =>
  spawnSync(program, args, { cwd, env, encoding: 'utf8' });
const continuo = (...args: string[]) => run(process.execPath, [main, ...args]);
const listed = () =>
  JSON.parse(continuo('plugin', 'list', '--json').stdout) as {
    readonly plugins: readonly { readonly id: string; readonly source: string }[];
    readonly troubles: readonly { readonly name: string; readonly code: string }[];
  };

const input = join(folder, 'in.mid');
const phrase = [60, 62, 64, 65, 67].map((pitch, index) => ({
  pitch,
  velocity: 80,
  start: index / 4,
  end: index / 4 + 0.2,
}));
writeFileSync(input, writeMidi([{ name: 'phrase', channel: 0, events: phrase }]));

/** What a plugin goes on with. */
function played(plugin: string): number[] {
  const out = join(folder, 'out.mid');
  const went = continuo('continue', input, '-o', out, '--plugin', plugin, '--reply-only', '--seed', '1');
  expect([went.status, went.stderr]).toEqual([0, '']);
  return readMidi(readFileSync(out)).tracks.flatMap(({ notes }) => notes.map(({ pitch }) => pitch));
}

describe('continuo plugin new', () => {
  it('writes a plugin whose test passes, which plays, is packed, added by its package, and removed', () => {
    const mine = join(folder, 'mine');
    expect(continuo('plugin', 'new', 'mine').stdout).toContain('start --plugin .');
    const modules = join(mine, 'node_modules');
    mkdirSync(join(modules, '@types'), { recursive: true });
    symlinkSync(root, join(modules, 'continuo'), 'junction');
    symlinkSync(join(root, 'node_modules', '@types', 'node'), join(modules, '@types', 'node'), 'junction');
    const tsc = run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc')], mine);
    expect([tsc.status, tsc.stdout]).toEqual([0, '']);
    const tested = run(process.execPath, ['--test', 'dist/index.test.js'], mine);
    expect([tested.status, tested.stdout]).toEqual([0, expect.stringContaining('pass 2')]);

    expect(played('./mine').length).toBeGreaterThan(8);
    expect(continuo('plugin', 'info', './mine').stdout).toContain('Boldness');

    const packed = run('npm', ['pack', '--ignore-scripts'], mine);
    const archive = packed.stdout.trim().split('\n').at(-1)!;
    expect(continuo('plugin', 'add', join('mine', archive)).stdout).toContain('start --plugin mine');
    expect(listed().plugins).toContainEqual(expect.objectContaining({ id: 'mine', source: 'user' }));
    rmSync(modules, { recursive: true });
    expect(played('mine').length).toBeGreaterThan(8);
    expect(continuo('plugin', 'remove', 'mine').status).toBe(0);
    expect(listed().plugins.map(({ id }) => id)).not.toContain('mine');
  });

  it.each([
    [['new', 'My Plugin'], 'OPTION_VALUE'],
    [['new', 'mine'], 'FILE_WRITE'],
    [['info', 'no-such'], 'PLUGIN_UNKNOWN'],
    [['add', './no-such'], 'PLUGIN_FILE'],
    [['add', './in.mid'], 'PLUGIN_FILE'],
    [['remove', 'piano'], 'OPTION_VALUE'],
    [['remove', 'no-such'], 'PLUGIN_UNKNOWN'],
  ])('or another of its kind, as %j, is refused with %s', (args, code) => {
    mkdirSync(join(folder, 'mine'), { recursive: true });
    const { status, stderr } = continuo('plugin', ...args);
    expect([status, stderr]).toEqual([code === 'OPTION_VALUE' ? 2 : 1, expect.stringContaining(`[${code}]`)]);
  });
});

describe('plugins', () => {
  it('are found in ./plugins, the own folder and npm packages, and none of their code is run for it', () => {
    const ran = join(folder, 'ran');
    const code = `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(ran)}, '');`;
    pluginFolder(join(folder, 'plugins'), 'near', { code });
    pluginFolder(join(folder, 'node_modules'), 'continuo-plugin-packed', {
      code,
      manifest: { id: 'packed' },
    });
    pluginFolder(join(folder, 'node_modules', '@me'), 'continuo-plugin-scoped', {
      manifest: { id: 'scoped' },
    });
    pluginFolder(join(folder, 'node_modules'), 'another-package');
    const { plugins, troubles } = listed();
    expect(plugins.map(({ id, source }) => [id, source])).toEqual([
      ['drums', 'built-in'],
      ['ensemble', 'built-in'],
      ['folk', 'built-in'],
      ['near', 'project'],
      ['packed', 'npm'],
      ['piano', 'built-in'],
      ['scoped', 'npm'],
      ['text', 'built-in'],
    ]);
    expect(troubles).toEqual([]);
    expect(existsSync(ran)).toBe(false);
  });

  it('of one id are refused, both of them, but a built-in one; a broken one is named', () => {
    const folders = join(folder, 'plugins');
    pluginFolder(folders, 'near-too', { manifest: { id: 'near' } });
    pluginFolder(folders, 'grand', { manifest: { id: 'piano' } });
    cpSync(join(folders, 'near'), join(folders, 'old'), { recursive: true });
    writeFileSync(join(folders, 'old', 'plugin.json'), '{ "apiVersion": 1 }');
    const { plugins, troubles } = listed();
    expect(plugins.map(({ id }) => id)).not.toContain('near');
    expect(plugins).toContainEqual(expect.objectContaining({ id: 'piano', source: 'built-in' }));
    expect(troubles.map(({ name, code }) => [name, code]).sort()).toEqual([
      ['near', 'PLUGIN_DUPLICATE'],
      ['old', 'PLUGIN_API'],
      ['piano', 'PLUGIN_DUPLICATE'],
    ]);
    const { status, stderr } = continuo('plugin', 'info', 'near');
    expect([status, stderr]).toEqual([1, expect.stringContaining('PLUGIN_DUPLICATE')]);
    expect(continuo('plugin', 'info', './plugins/near').status).toBe(0);
    expect(readdirSync(folders).length).toBe(4);
  });
});
