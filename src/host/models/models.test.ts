import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';

const data = mkdtempSync(join(tmpdir(), 'continuo-models-'));
vi.stubEnv('XDG_DATA_HOME', data);
vi.stubEnv('HOME', data); // where macOS looks
vi.stubEnv('LOCALAPPDATA', data);
const { FOLDERS } = await import('../folders.js');
const { defaultModel, findModel, listModels, lookForModels, modelName } = await import('./models.js');

const folder = (id: string) => join(FOLDERS.userModels, id);
for (const id of ['a-licensed', 'b-plain', 'c-no-model']) mkdirSync(folder(id), { recursive: true });
for (const id of ['a-licensed', 'b-plain']) writeFileSync(join(folder(id), 'model.json'), '{}');
writeFileSync(join(folder('a-licensed'), 'LICENSE'), '\nCC BY-NC-SA 4.0\n\nAsks for this and that.\n');
afterAll(() => rmSync(data, { recursive: true }));

it('lists a model under a licence of its own after the others, with that licence in its name', () => {
  const models = listModels();
  const ids = models.map(({ id }) => id);
  expect(ids[0]).toBe('b-plain');
  expect(ids).not.toContain('c-no-model');
  expect(ids.indexOf('a-licensed')).toBeGreaterThan(ids.indexOf('piano-pop'));
  expect(modelName(findModel('a-licensed'))).toBe('a-licensed (CC BY-NC-SA 4.0)');
  expect(modelName(findModel('b-plain'))).toBe('b-plain');
});

it('passes over what is not whole yet, or was left by a training that was killed', () => {
  cpSync(folder('b-plain'), folder('.b-plain.part-4711'), { recursive: true });
  expect(listModels().map(({ id }) => id)).not.toContain('.b-plain.part-4711');
});

it('takes such a model where it is asked for, and never by itself', () => {
  expect(defaultModel(['a-licensed', 'b-plain'])).toBe('b-plain');
  expect(() => defaultModel(['a-licensed'])).toThrow(expect.objectContaining({ code: 'MODEL_NOT_FOUND' }));
  cpSync(folder('a-licensed'), join(data, 'elsewhere'), { recursive: true });
  expect(findModel(join(data, 'elsewhere'))).toEqual({
    id: 'elsewhere',
    path: join(data, 'elsewhere'),
    licence: 'CC BY-NC-SA 4.0',
  });
});

it('names a licence that cannot be read, or is no text, without harm', () => {
  const odd = join(data, 'odd');
  cpSync(folder('b-plain'), odd, { recursive: true });
  mkdirSync(join(odd, 'LICENSE'));
  expect(findModel(odd).licence).toBe('see its LICENSE');
  rmSync(join(odd, 'LICENSE'), { recursive: true });
  writeFileSync(join(odd, 'LICENSE'), `\x1b[31m${'long '.repeat(100)}`);
  expect(findModel(odd).licence).toMatch(/^\[31mlong[long ]{1,95}$/);
  writeFileSync(join(odd, 'LICENSE'), ' \n');
  expect(findModel(odd).licence).toBeNull();
});

it('reads no further into a licence than to its name, and not again while it is the same file', () => {
  const odd = join(data, 'long');
  cpSync(folder('b-plain'), odd, { recursive: true });
  const licence = join(odd, 'LICENSE');
  writeFileSync(licence, 'CC BY 4.0\n');
  truncateSync(licence, 3 * 2 ** 30);
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 1000; i++) expect(findModel(odd).licence).toBe('CC BY 4.0');
  expect(process.memoryUsage().rss - before).toBeLessThan(64 * 2 ** 20);
  writeFileSync(licence, '\n'.repeat(10_000));
  expect(findModel(odd).licence).toBe('see its LICENSE');
  writeFileSync(licence, 'MIT\n');
  expect(findModel(odd).licence).toBe('MIT');
});

it.runIf(process.platform !== 'win32')('does not wait for a licence that is no file', () => {
  const odd = join(data, 'pipe');
  cpSync(folder('b-plain'), odd, { recursive: true });
  execFileSync('mkfifo', [join(odd, 'LICENSE')]);
  expect(findModel(odd).licence).toBe('see its LICENSE');
  rmSync(join(odd, 'LICENSE'));
  symlinkSync('/dev/zero', join(odd, 'LICENSE'));
  expect(findModel(odd).licence).toBe('see its LICENSE');
  rmSync(join(odd, 'LICENSE'));
  symlinkSync(join(odd, 'nowhere'), join(odd, 'LICENSE'));
  expect(findModel(odd).licence).toBe('see its LICENSE');
});

it.each([
  ['a file', 'ENOTDIR', (path: string) => writeFileSync(path, '')],
  ['a loop of links', 'ELOOP', (path: string) => symlinkSync(path, path)],
  ['a link that leads nowhere', 'ENOENT', (path: string) => symlinkSync(`${path}-none`, path)],
])('lists the bundled models, and says why no others, where the folder is %s', (_, code, make) => {
  const aside = `${FOLDERS.userModels}-aside`;
  renameSync(FOLDERS.userModels, aside);
  try {
    make(FOLDERS.userModels);
    const { models, troubles } = lookForModels();
    expect(models.map(({ id }) => id)).toContain('piano-pop');
    expect(troubles).toMatchObject([{ code: 'FILE_READ', message: expect.stringContaining(code) }]);
    expect(() => findModel('nobody')).toThrow(
      expect.objectContaining({ code: 'MODEL_NOT_FOUND', hint: expect.stringContaining(code) }),
    );
  } finally {
    rmSync(FOLDERS.userModels);
    renameSync(aside, FOLDERS.userModels);
  }
});
