import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeWith } from '../test/requires.js';
import { requireWritable, writeWhole } from './write-file.js';

let folder: string;
const at = (name: string) => join(folder, name);
const failure = (words: string) =>
  expect.objectContaining({ code: 'FILE_WRITE', message: expect.stringContaining(words) });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'continuo-write-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('writeWhole', () => {
  it('makes a file or replaces one, and leaves nothing else', async () => {
    await writeWhole(at('a'), 'one');
    await writeWhole(at('a'), Uint8Array.of(50));
    expect(readFileSync(at('a'), 'utf8')).toBe('2');
    expect(readdirSync(folder)).toEqual(['a']);
  });

  it("touches no file of another's, be it named as a part is", async () => {
    writeFileSync(at('a.part'), 'mine');
    await writeWhole(at('a'), 'new');
    expect(readFileSync(at('a.part'), 'utf8')).toBe('mine');
  });

  it.each([0o600, 0o640, 0o755])('keeps the mode %o', async (mode) => {
    writeFileSync(at('a'), '');
    chmodSync(at('a'), mode);
    await writeWhole(at('a'), 'new');
    expect(statSync(at('a')).mode & 0o777).toBe(mode);
    expect(readFileSync(at('a'), 'utf8')).toBe('new');
  });

  it('writes what symbolic links lead to, and keeps them', async () => {
    mkdirSync(at('deep'));
    writeFileSync(at('deep/file'), 'old');
    symlinkSync('deep/file', at('link'));
    symlinkSync('link', at('chain'));
    await writeWhole(at('chain'), 'new');
    expect([readlinkSync(at('link')), readlinkSync(at('chain'))]).toEqual(['deep/file', 'link']);
    expect(readFileSync(at('deep/file'), 'utf8')).toBe('new');
    expect(readdirSync(at('deep'))).toEqual(['file']);
  });

  it('writes through links to where nothing is yet', async () => {
    mkdirSync(at('deep'));
    symlinkSync('deep', at('folder'));
    symlinkSync('../file', at('deep/link'));
    await writeWhole(at('folder/link'), 'new');
    expect(readFileSync(at('file'), 'utf8')).toBe('new');
    expect(lstatSync(at('deep/link')).isSymbolicLink()).toBe(true);
  });

  it('keeps hard links', async () => {
    writeFileSync(at('a'), 'old and longer');
    linkSync(at('a'), at('b'));
    await writeWhole(at('a'), 'new');
    expect(readFileSync(at('b'), 'utf8')).toBe('new');
    expect(readdirSync(folder)).toEqual(['a', 'b']);
  });

  it.each([
    ['', 'is a folder'],
    ['no/where', 'its folder is not there'],
    ['file/a', 'ENOTDIR'],
    ['loop', 'ELOOP'],
    ['astray', 'its folder is not there'],
  ])('refuses %j, before and after the work', async (name, words) => {
    writeFileSync(at('file'), '');
    symlinkSync('loop', at('loop'));
    symlinkSync('no/where', at('astray'));
    await expect(writeWhole(at(name), 'x')).rejects.toThrow(failure(words));
    await expect(requireWritable(at(name))).rejects.toThrow(failure(words));
    expect(readdirSync(folder).sort()).toEqual(['astray', 'file', 'loop']);
  });
});

describeWith('/proc', 'writeWhole, into what is no ordinary file,', () => {
  it('writes into devices and leaves them', async () => {
    await writeWhole('/dev/null', 'x');
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
    await expect(writeWhole('/dev/full', 'x')).rejects.toThrow(failure('the disk is full'));
  });

  it('writes into a FIFO, however late its reader comes', async () => {
    expect(spawnSync('mkfifo', [at('fifo')]).status).toBe(0);
    const writing = writeWhole(at('fifo'), new Uint8Array(200_000).fill(65));
    const reader = spawn('wc', ['-c', at('fifo')]);
    let count = '';
    reader.stdout.on('data', (text) => {
      count += text;
    });
    const ended = new Promise((resolve) => reader.once('close', resolve));
    await writing;
    await ended;
    expect(Number.parseInt(count, 10)).toBe(200_000);
    expect(lstatSync(at('fifo')).isFIFO()).toBe(true);
  });

  it('says where the reader of a FIFO has gone', async () => {
    spawnSync('mkfifo', [at('fifo')]);
    const writing = writeWhole(at('fifo'), new Uint8Array(2 ** 20));
    const refused = expect(writing).rejects.toThrow(failure('has gone'));
    spawn('head', ['-c', '10', at('fifo')], { stdio: 'ignore' });
    await refused;
  });
});

it("refuses a name that is empty or a folder's, before and at writing", async () => {
  for (const [path, words] of [
    ['', '"" names no file'],
    [`${at('x.mid')}/`, 'is a folder'],
  ] as const) {
    await expect(requireWritable(path)).rejects.toThrow(failure(words));
    await expect(writeWhole(path, 'x')).rejects.toThrow(failure(words));
  }
  expect(readdirSync(folder)).toEqual([]);
});
