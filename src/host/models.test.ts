import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';

const data = mkdtempSync(join(tmpdir(), 'continuo-models-'));
vi.stubEnv('XDG_DATA_HOME', data);
vi.stubEnv('HOME', data); // where macOS looks
vi.stubEnv('LOCALAPPDATA', data);
const { FOLDERS } = await import('./folders.js');
const { defaultModel, findModel, listModels, modelName } = await import('./models.js');

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
