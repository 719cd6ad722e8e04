import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inTemporaryFolder, makeWholeFolder, requirePlaceFor } from './whole-folder.js';

let parent: string;
let out: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'continuo-whole-'));
  out = join(parent, 'out');
});
afterEach(() => rmSync(parent, { recursive: true }));

const fill = (text: string) => async (part: string) => writeFileSync(join(part, 'a'), text);

describe('makeWholeFolder', () => {
  it('makes a folder, and another one in its place', async () => {
    requirePlaceFor(out);
    await makeWholeFolder(out, fill('first'));
    requirePlaceFor(out);
    writeFileSync(join(out, 'b'), '');
    await makeWholeFolder(out, fill('second'));
    expect(readdirSync(out)).toEqual(['a']);
    expect(readFileSync(join(out, 'a'), 'utf8')).toBe('second');
    expect(readdirSync(parent)).toEqual(['out']);
  });

  it('leaves what is there where it cannot be filled', async () => {
    await makeWholeFolder(out, fill('first'));
    const failing = makeWholeFolder(out, async (part) => {
      await fill('second')(part);
      throw new Error('no more');
    });
    await expect(failing).rejects.toThrow('no more');
    expect(readFileSync(join(out, 'a'), 'utf8')).toBe('first');
    expect(readdirSync(parent)).toEqual(['out']);
  });

  it('leaves what is there where it cannot take its place', async () => {
    await makeWholeFolder(out, fill('first'));
    const failing = makeWholeFolder(out, async (part) => rmSync(part, { recursive: true }));
    await expect(failing).rejects.toMatchObject({ code: 'ENOENT' });
    expect(readFileSync(join(out, 'a'), 'utf8')).toBe('first');
    expect(readdirSync(parent)).toEqual(['out']);
  });

  it('begins anew where one of that number was left behind', async () => {
    const left = join(parent, `.out.part-${process.pid}`);
    mkdirSync(left);
    writeFileSync(join(left, 'b'), '');
    await makeWholeFolder(out, fill('first'));
    expect(readdirSync(out)).toEqual(['a']);
  });
});

it('inTemporaryFolder leaves nothing, however it ends', async () => {
  let at = '';
  const work = (folder: string) => {
    at = folder;
    writeFileSync(join(folder, 'a'), '');
    return Promise.reject(new Error('no more'));
  };
  await expect(inTemporaryFolder('test', work)).rejects.toThrow('no more');
  expect([at.startsWith(join(tmpdir(), 'continuo-test-')), existsSync(at)]).toEqual([true, false]);
});
