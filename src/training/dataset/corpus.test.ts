import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CorpusKind, parseSplits, readCorpus } from './corpus.js';

describe('splits.csv', () => {
  const rows = [
    { path: 'a/b.mid', piece: 'One', split: 'train' },
    { path: 'c.mid', piece: 'Two', split: 'valid' },
  ];

  it.each<[string, string]>([
    ['as written on any system', 'path,piece,split\r\na/b.mid,One,train\r\nc.mid,Two,valid\n'],
    ['with a byte order mark', '\uFEFFpath,piece,split\na/b.mid,One,train\nc.mid,Two,valid'],
    ['with quotes', '"path","piece","split"\n"a/b.mid","One","train"\nc.mid,"Two",valid\n'],
    ["in MAESTRO's words", 'path,piece,split\na/b.mid,One,train\nc.mid,Two,validation\n'],
    ['with other words for what is held out', 'path,piece,split\na/b.mid,One, Training \nc.mid,Two,TEST\n'],
    [
      'with its columns in another order, and more',
      'Split,year,Path,Piece\ntrain,1,a/b.mid,One\nval,2,c.mid,Two\n',
    ],
    [
      'with empty lines, as spreadsheets leave them',
      'path,piece,split\na/b.mid,One,train\n\n,,\nc.mid,Two,valid\n',
    ],
  ])('names each file with its piece and split: %s', (_what, text) => {
    expect(parseSplits(text)).toEqual(rows);
  });

  it('may have commas, quotes and line breaks within quotes', () => {
    expect(parseSplits('path,piece,split\n"a, ""b"".mid","Op. 1,\nNo. 2",train\n')).toEqual([
      { path: 'a, "b".mid', piece: 'Op. 1,\nNo. 2', split: 'train' },
    ]);
  });

  it.each([
    ['', 1, 'columns'],
    ['file,split\n', 1, 'columns'],
    ['path,piece,split\na.mid,One\n', 2, 'train or valid'],
    ['path,piece,split\na.mid,One,train\n\nb.mid,Two,later\n', 4, 'train or valid'],
    ['path,piece,split\n,One,train\n', 2, 'a path'],
    ['path,piece,split\na,b.mid,One,train\n', 2, 'quotes'],
    ['path,piece,split\n"a\nb.mid",One,train\n"c.mid,Two,train\n', 4, 'quotes'],
    ['path,piece,split\na.mid,One,train\na.mid,One,train\n', 3, 'each path once'],
    // Otherwise a model would be measured on its training data.
    ['path,piece,split\na.mid,One,train\nb.mid,One,test\n', 3, 'one split'],
  ])('is refused where it is malformed: %j', (text, line, words) => {
    const message = expect.stringMatching(new RegExp(`${words}[^]*line ${line} `));
    expect(() => parseSplits(text)).toThrow(expect.objectContaining({ code: 'CORPUS_SPLITS', message }));
  });
});

it('names a file once, however its path is written', () => {
  const text = 'path,piece,split\np1.mid,a,train\n./p1.mid,b,valid\n';
  expect(() => parseSplits(text, (path) => path.replace('./', ''))).toThrow(
    expect.objectContaining({ code: 'CORPUS_SPLITS', message: expect.stringContaining('each path once') }),
  );
});

const MIDI: CorpusKind = { endings: ['mid'], files: 'MIDI files', split: { by: 'list' } };

describe('a corpus', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'continuo-corpus-'));
    await mkdir(join(folder, 'deep'));
    for (const path of ['deep/a.mid', 'b.MID', 'ü, 1.mid', 'notes.txt'])
      await writeFile(join(folder, path), '');
  });
  afterEach(() => rm(folder, { recursive: true }));
  const paths = async (bytes: string | Uint8Array) => {
    await writeFile(join(folder, 'splits.csv'), bytes);
    const { files, unlisted } = await readCorpus(folder, MIDI);
    return [files.map(({ path }) => path), unlisted];
  };

  it('finds its files by the paths of other systems', async () => {
    expect(await paths('path,piece,split\ndeep\\a.mid,1,train\n./b.MID,2,valid\n')).toEqual([
      ['b.MID', 'deep/a.mid'],
      ['ü, 1.mid'],
    ]);
  });

  it('finds its files where accents are written as macOS does, or blanks stand around', async () => {
    const list = 'path,piece,split\n"u\u0308, 1.mid",1,train\n deep/a.mid ,2,valid\n';
    expect(await paths(list)).toEqual([['deep/a.mid', 'ü, 1.mid'], ['b.MID']]);
    await expect(paths('path,piece,split\nb.MID,1,train\n./b.MID,2,valid\n')).rejects.toMatchObject({
      code: 'CORPUS_SPLITS',
    });
  });

  it.each<[string, (text: string) => Uint8Array]>([
    ['UTF-8', (text) => Buffer.from(`\uFEFF${text}`)],
    ['UTF-16', (text) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['Latin-1', (text) => Buffer.from(text, 'latin1')],
  ])('finds its files by a list in %s', async (_what, encode) => {
    const list = encode('path,piece,split\r\n"ü, 1.mid",1,test\r\n');
    expect(await paths(list)).toEqual([['ü, 1.mid'], ['b.MID', 'deep/a.mid']]);
  });

  it('is held out whole without a list', async () => {
    const { files, unlisted } = await readCorpus(folder, MIDI, { heldOut: true });
    expect(files.map(({ path, split }) => [path, split])).toEqual([
      ['b.MID', 'valid'],
      ['deep/a.mid', 'valid'],
      ['ü, 1.mid', 'valid'],
    ]);
    expect(unlisted).toEqual([]);
    await expect(readCorpus(folder, MIDI)).rejects.toMatchObject({ code: 'FILE_READ' });
    await expect(readCorpus(join(folder, 'none'), MIDI, { heldOut: true })).rejects.toMatchObject({
      code: 'FILE_READ',
    });
  });
});
