import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { player, pluginFolder } from './plugin-folder.js';

/** Loads plugins in a process of its own, as the program does: a test runner resolves modules its own way. */
const LOAD = `
  const { loadPlugin } = await import(process.argv[2]);
  const said = [];
  for (const folder of process.argv.slice(3))
    said.push(await loadPlugin(folder).then(
      ({ descriptor, source, entry, definition }) =>
        ({ id: descriptor.id, source, entry, codec: definition.live?.codec(null).id }),
      ({ code, message, hint }) => ({ code, message, hint }),
    ));
  console.log(JSON.stringify(said));
  process.exit();
`;
const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const plugins = fileURLToPath(new URL('../../dist/host/plugins/plugins.js', import.meta.url));

type Said = Readonly<
  Partial<Record<'id' | 'source' | 'entry' | 'codec' | 'code' | 'message' | 'hint', string>>
>;

function load(...folders: string[]): Said[] {
  writeFileSync(join(parent, 'load.mjs'), LOAD);
  const options = [join(parent, 'load.mjs'), plugins, ...folders];
  return JSON.parse(spawnSync(process.execPath, options, { encoding: 'utf8' }).stdout) as Said[];
}

vi.setConfig({ testTimeout: 120_000 });

const parent = mkdtempSync(join(tmpdir(), 'continuo-plugins-'));
afterAll(() => rmSync(parent, { recursive: true }));

describe('a plugin by its path', () => {
  it('is loaded, and imports the contract of this host, whatever is installed there', () => {
    const [said] = load(pluginFolder(parent, 'well'));
    expect(said).toMatchObject({ id: 'well', source: 'path', codec: 'performance-388' });
  });

  const refused = [
    ['another apiVersion', { manifest: { apiVersion: '3.1' } }, 'PLUGIN_API', ['"3.1"', '"2.0"']],
    ['a newer host', { manifest: { leastHostVersion: '99.0.0' } }, 'PLUGIN_API', ['99.0.0']],
    ['no code', { code: null }, 'PLUGIN_FILE', ['index.js', 'index.ts']],
    ['an error of syntax', { code: '\nexport default {{{' }, 'PLUGIN_CODE', ['syntax', '/index.js:2)']],
    ['an error on load', { code: "throw new Error('boo')" }, 'PLUGIN_CODE', ['boo', 'index.js:1']],
    ['an import that is not there', { code: "import 'no-such-thing'" }, 'PLUGIN_CODE', ['no-such-thing']],
    ['a loop without end', { code: 'for (;;);' }, 'PLUGIN_HUNG', ['does not end']],
    ['an end of its thread', { code: 'process.exit(0)' }, 'PLUGIN_CODE', ['ended']],
    ['no export', { code: 'export const x = 1' }, 'PLUGIN_CODE', ['exports no plugin']],
    ['an extension less', { code: 'export default { live: { codec() {} } }' }, 'PLUGIN_CODE', ['predictor']],
    [
      'an extension more',
      { code: player(), manifest: { extensions: ['live'], models: ['x'] } },
      'PLUGIN_CODE',
      ['predictor'],
    ],
    ['an id that leads outside', { manifest: { id: '../well' } }, 'PLUGIN_BROKEN', ['id']],
    ['code that lies outside', { manifest: { main: '../well/index.js' } }, 'PLUGIN_BROKEN', ['main']],
    ["a built-in plugin's id", { manifest: { id: 'piano' } }, 'PLUGIN_DUPLICATE', ['"piano"', 'built-in']],
  ] as const;
  const folders = refused.map(([name, what]) => pluginFolder(parent, name.replaceAll(/\W+/g, '-'), what));
  let said: Said[] = [];
  beforeAll(() => {
    said = load(...folders);
  }, 120_000);

  it.each(refused.map(([name, , code, words], index) => [name, code, words, index] as const))(
    'is refused for %s',
    (_, code, words, index) => {
      expect(said[index]).toMatchObject({ code });
      for (const word of words) expect(said[index]!.message).toContain(word);
    },
  );

  it('is refused where plugin.json is missing, no JSON, or 10 MB', () => {
    const folder = pluginFolder(parent, 'no-json');
    writeFileSync(join(folder, 'plugin.json'), '{');
    const large = pluginFolder(parent, 'large');
    writeFileSync(join(large, 'plugin.json'), ' '.repeat(10_000_000));
    const found = load(join(parent, 'no-such'), folder, large);
    expect(found.map(({ code }) => code)).toEqual(['PLUGIN_FILE', 'PLUGIN_BROKEN', 'PLUGIN_FILE']);
    expect(found[2]!.message).toContain('10,000,000');
  });

  it('is refused for an error of syntax in another of its files, which is named', () => {
    const folder = pluginFolder(parent, 'two-files', { code: "import './other.js';" });
    writeFileSync(join(folder, 'other.js'), 'const a = 1;\nconst b = {{{;\n');
    const [said] = load(folder);
    expect([said!.code, said!.message]).toEqual(['PLUGIN_CODE', expect.stringContaining('/other.js:2)')]);
  });

  it('is refused where its code is a link that leads outside', () => {
    const folder = pluginFolder(parent, 'linked', { code: null });
    symlinkSync(join(pluginFolder(parent, 'well'), 'index.js'), join(folder, 'index.js'));
    expect(load(folder)).toMatchObject([{ code: 'PLUGIN_FILE' }]);
  });
});

describe('TypeScript', () => {
  const typed = player().replace('feed(token)', 'feed(token: number)');
  const typescript = Boolean((process.features as { typescript?: unknown }).typescript);
  const source = (name: string) => {
    const folder = pluginFolder(parent, name, { code: null, manifest: { main: 'index.ts' } });
    writeFileSync(join(folder, 'index.ts'), typed);
    return folder;
  };

  const loads = () => expect(load(source('typed'))[0]!.entry).toMatch(/index\.ts$/);
  const refuses = () => {
    const folder = source('typed');
    expect(load(folder)).toMatchObject([
      { code: 'PLUGIN_CODE', hint: expect.stringContaining('npm run build') },
    ]);
    const checked = spawnSync(process.execPath, [main, 'plugin', 'check', folder], { encoding: 'utf8' });
    expect([checked.status, checked.stdout]).toEqual([1, expect.stringContaining('npm run build')]);
    writeFileSync(join(folder, 'index.js'), player());
    expect(load(folder)[0]!.entry).toMatch(/index\.js$/);
    utimesSync(join(folder, 'index.js'), 1, 1);
    expect(load(folder)[0]!.message).toContain('older');
  };

  it('is loaded as it is where Node can; else it is refused with how to build it, and what was built is loaded', () =>
    typescript ? loads() : refuses());
});
