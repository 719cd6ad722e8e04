import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it, vi } from 'vitest';
import { watchPlugin } from '../../dist/host/plugins/plugins.js';
import { takesIn } from '../takes-in.js';
import { isTrouble, Played, type Trouble } from './played.js';
import { counter, pluginFolder } from './plugin-folder.js';

vi.setConfig({ testTimeout: 180_000 });

const parent = mkdtempSync(join(tmpdir(), 'continuo-reload-'));
afterAll(() => rmSync(parent, { recursive: true }));
const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** A session whose plugin, of two files, is watched; the other one says how low it plays. */
async function watched(id: string, takes: string | null = null) {
  const code = counter().replace('24 + heard', 'LOWEST + heard');
  const folder = pluginFolder(parent, id, { code: `import { LOWEST } from './lowest.js';\n${code}` });
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write('lowest.js', 'export const LOWEST = 24;\n');
  const played = await Played.open(folder, takes);
  const end = watchPlugin(played.session, (error: unknown) => played.session.tellUnloaded(error), 100);
  const told = async () => (await played.until(isTrouble)) as Trouble;
  /** The pitch of its last note. */
  const pitch = () => {
    const note = played.events.findLast((event) => event.type === 'noteOn' && event.voice === 'model');
    return note?.type === 'noteOn' ? note.pitch : null;
  };
  return { folder, code, write, played, told, pitch, end };
}

it('new code of a plugin plays on from what was heard, in the same take, which says how far it replays', async () => {
  const takes = join(parent, 'takes');
  const { write, played, told, pitch, end } = await watched('edited', takes);
  played.session.command({ type: 'param', id: 'patience', value: 0.8 });
  for (const key of [60, 62]) await played.ask(key);
  expect(pitch()).toBe(26);
  const reloaded = told();
  write('lowest.js', 'export const LOWEST = 36;\n');
  expect(await reloaded).toMatchObject({
    code: 'PLUGIN_RELOADED',
    message: 'The edited was loaded again, and plays on from what it has heard.',
  });
  await played.ask(64);
  // From the new code, and the two notes that the old one heard.
  expect(pitch()).toBe(39);
  expect(played.session.describe()).toMatchObject({ mode: 'answer', values: { patience: 0.8 } });
  end();
  await played.session.close();
  const [take, ...others] = takesIn(takes);
  expect(others).toEqual([]);
  const replay = spawnSync(process.execPath, [main, 'replay', join(takes, take!)], { encoding: 'utf8' });
  expect([replay.status, replay.stderr]).toEqual([1, expect.stringContaining('the very code of a plugin')]);
  // With the code that it began with, up to where that was changed.
  write('lowest.js', 'export const LOWEST = 24;\n');
  const before = spawnSync(process.execPath, [main, 'replay', join(takes, take!)], { encoding: 'utf8' });
  expect([before.status, before.stdout]).toEqual([
    0,
    expect.stringMatching(/^The same: .*\(up to \d+\.\d s: there other code of the plugin took over\)/),
  ]);
});

it('code that does not load is named with file and line, the old one plays on, and mended it is taken up', async () => {
  const { write, played, told, pitch, end } = await watched('broken');
  await played.ask(60);
  for (const [text, words] of [
    ['export const LOWEST = {{{;\n', /the old one plays on: .*error of syntax.*lowest\.js:1\)/],
    ["export const LOWEST = 24;\nthrow new Error('boo');\n", /the old one plays on: .*boo.*lowest\.js:2/],
    ['export const HIGHEST = 1;\n', /the old one plays on: .*LOWEST/],
  ] as const) {
    const said = told();
    write('lowest.js', text);
    expect(await said).toMatchObject({ code: 'PLUGIN_CODE', message: expect.stringMatching(words) });
  }
  await played.ask(62);
  expect(pitch()).toBe(26);
  const mended = told();
  write('lowest.js', 'export const LOWEST = 36;\n');
  expect((await mended).code).toBe('PLUGIN_RELOADED');
  await played.ask(64);
  expect(pitch()).toBe(39);
  end();
  await played.session.close();
});

it('a plugin that plays on and on is exchanged after two seconds; with another codec it begins from zero, which is said', async () => {
  const { write, code, played, told, pitch, end } = await watched('solo');
  await played.ask(60);
  played.session.command({ type: 'mode', mode: 'solo' });
  await played.until((event) => event.type === 'phase' && event.phase === 'playing');
  const reloaded = told();
  write('lowest.js', 'export const LOWEST = 36;\n');
  expect((await reloaded).message).toContain('plays on from what it has heard');
  await played.until((event) => event.type === 'noteOn' && event.voice === 'model');
  expect(pitch()).toBe(37);
  const other = told();
  write('index.js', `const LOWEST = 40;\n${code.replaceAll('performance-388', 'performance-packed-16')}`);
  expect((await other).message).toContain(
    'begins from zero, in another take, since its codec is another one now',
  );
  end();
  await played.session.close();
});
