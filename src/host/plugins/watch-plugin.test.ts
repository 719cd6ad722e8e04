import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchPlugin } from './watch-plugin.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'continuo-watch-'));
  mkdirSync(join(folder, 'parts'));
  for (const name of ['plugin.json', 'index.js', 'parts/more.js', 'notes.txt'])
    writeFileSync(join(folder, name), '1');
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

it('a plugin is loaded again when any file of its code has changed and stays so; no other file counts', async () => {
  const reloadPlugin = vi.fn(async () => {});
  const end = watchPlugin({ pluginFolder: folder, reloadPlugin }, () => {}, 100);
  const looks = (count: number) => vi.advanceTimersByTimeAsync(100 * count);
  await looks(5);
  write('notes.txt', '22');
  await looks(5);
  expect(reloadPlugin).toHaveBeenCalledTimes(0);
  write('parts/more.js', '22');
  await looks(1);
  // The file is still being written.
  write('index.js', '22');
  await looks(1);
  expect(reloadPlugin).toHaveBeenCalledTimes(0);
  await looks(1);
  expect(reloadPlugin).toHaveBeenCalledTimes(1);
  await looks(5);
  expect(reloadPlugin).toHaveBeenCalledTimes(1);
  write('plugin.json', '22');
  await looks(3);
  expect(reloadPlugin).toHaveBeenCalledTimes(2);
  end();
  write('index.js', '333');
  await looks(5);
  expect(reloadPlugin).toHaveBeenCalledTimes(2);
});

it('what does not load is told, and tried again when it changes again', async () => {
  const failed = vi.fn();
  const reloadPlugin = vi.fn(async () => {
    throw new Error('not yet');
  });
  const end = watchPlugin({ pluginFolder: folder, reloadPlugin }, failed, 100);
  for (const text of ['22', '333']) {
    write('index.js', text);
    await vi.advanceTimersByTimeAsync(500);
  }
  expect(failed).toHaveBeenCalledTimes(2);
  end();
});

it('another plugin that was chosen is none that has changed', async () => {
  const reloadPlugin = vi.fn(async () => {});
  const session = { pluginFolder: folder as string | null, reloadPlugin };
  const end = watchPlugin(session, () => {}, 100);
  session.pluginFolder = null;
  await vi.advanceTimersByTimeAsync(300);
  session.pluginFolder = join(folder, 'parts');
  writeFileSync(join(folder, 'parts', 'plugin.json'), '1');
  await vi.advanceTimersByTimeAsync(300);
  expect(reloadPlugin).toHaveBeenCalledTimes(0);
  end();
});
