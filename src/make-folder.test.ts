import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeWith } from '../test/requires.js';
import { makeFolder, makeNewFolder } from './make-folder.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'continuo-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('makes a folder and those that it is in, and is content with one that is there', () => {
  const path = join(folder, 'a', 'b', 'c');
  makeFolder(path);
  makeFolder(path);
  makeFolder(folder);
  expect(statSync(path).isDirectory()).toBe(true);
});

it("makes a folder that is nobody else's, in one that may be missing", () => {
  const parent = join(folder, 'takes');
  expect(['a', 'a', 'b', 'a'].map((name) => makeNewFolder(parent, name))).toEqual(
    ['a', 'a-2', 'b', 'a-3'].map((name) => join(parent, name)),
  );
  writeFileSync(join(folder, 'file'), '');
  expect(() => makeNewFolder(join(folder, 'file'), 'a')).toThrow(
    expect.objectContaining({ code: 'FILE_WRITE' }),
  );
});

it.each(['file', 'file/a', 'file/a/b', 'nowhere', 'nowhere/a'])('refuses %s', (path) => {
  writeFileSync(join(folder, 'file'), '');
  symlinkSync(join(folder, 'not-there'), join(folder, 'nowhere'));
  expect(() => makeFolder(join(folder, path))).toThrow(expect.objectContaining({ code: 'FILE_WRITE' }));
  expect(existsSync(join(folder, 'not-there'))).toBe(false);
});

describeWith('/proc', 'a folder that takes no other', (proc) => {
  it.each(['x', 'x/y/z', 'self/x'])('refuses /proc/%s, and comes back', (path) => {
    expect(() => makeFolder(join(proc, path))).toThrow(expect.objectContaining({ code: 'FILE_WRITE' }));
  });
});
