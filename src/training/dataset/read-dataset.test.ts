import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codecById } from '../../codec/index.js';
import { KESH } from '../../music/abc/testing/tunes.js';
import { writeMidi } from '../../music/midi/write.js';
import { filesMaterial } from '../fit/material.js';
import { corpusPlugin } from '../testing/corpus-plugin.js';
import { readCorpus } from './corpus.js';
import { corpusStats } from './corpus-stats.js';
import { buildDataset } from './dataset.js';
import { openCodec } from './open-codec.js';
import { readDataset } from './read-dataset.js';

const codec = codecById('performance-packed-16');
const events = [60, 62, 64].map((pitch, at) => ({ pitch, velocity: 64, start: at, end: at + 0.5 }));
const midi = writeMidi([{ name: '', channel: 0, events }]);

const plugin = await corpusPlugin(codec.id);
const opened = await openCodec(plugin, { id: codec.id });

let folder: string;
let from: string;
let out: string;
const at = (name: string) => join(out, name);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'continuo-read-dataset-'));
  [from, out] = [join(folder, 'corpus'), join(folder, 'out')];
  mkdirSync(from);
  for (const name of ['a.mid', 'b.mid']) writeFileSync(join(from, name), midi);
  writeFileSync(join(from, 'splits.csv'), 'path,piece,split\na.mid,1,train\nb.mid,2,valid\n');
  await buildDataset({ plugin, codec: { id: codec.id }, from, out });
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Paths that are not the expected file. */
const ODDITIES: readonly (readonly [string, (path: string) => unknown])[] = [
  ['missing', () => {}],
  ['a folder', (path) => mkdirSync(path)],
  ['a link that leads nowhere', (path) => symlinkSync(`${path}-none`, path)],
  ['a loop of links', (path) => symlinkSync(path, path)],
  [
    'three gigabytes',
    (path) => {
      writeFileSync(path, '');
      truncateSync(path, 3e9);
    },
  ],
  ...(process.platform === 'win32'
    ? []
    : ([
        ['a pipe', (path: string) => execFileSync('mkfifo', [path])],
        ['a device', (path: string) => symlinkSync('/dev/zero', path)],
      ] as const)),
];

describe('readDataset', () => {
  it('gives the pieces as they were written', async () => {
    const { meta, pieces } = await readDataset(out, 'train');
    const tokens = codec.encode({ notes: events, pedal: [] }).tokens;
    expect(pieces.map((piece) => [piece.path, [...piece.tokens]])).toEqual([
      ['a.mid', [meta.startToken, ...tokens]],
    ]);
  });

  for (const name of ['meta.json', 'train.index.json', 'train.bin']) {
    it.each(ODDITIES)(`refuses a folder whose ${name} is %s`, async (_, make) => {
      rmSync(at(name));
      make(at(name));
      await expect(readDataset(out, 'train')).rejects.toMatchObject({
        code: 'FILE_READ',
        hint: expect.stringContaining('dataset build'),
      });
    });
  }

  it.each([
    ['meta.json', '{', 'no JSON'],
    ['meta.json', 'null', 'lacks size'],
    ['meta.json', '{"size":1,"startToken":0,"vocabularyHash":"x","dtype":"uint8"}', 'lacks size'],
    [
      'meta.json',
      '{"size":1,"startToken":0,"vocabularyHash":"x","dtype":"uint16"}',
      'beyond the vocabulary of 1',
    ],
    ['train.index.json', '{}', 'no list of pieces'],
    ['train.index.json', '[null]', 'no list of pieces'],
    ['train.index.json', '[{"path":"a","offset":0,"length":1e15}]', 'its index says 1000000000000000 tokens'],
    ['train.index.json', '[{"path":"a","offset":-1,"length":1}]', 'no list of pieces'],
    ['train.bin', 'x', 'train.bin has 1 bytes'],
    ['train.bin', 'x'.repeat(100_000), 'larger than expected'],
  ])('says what is wrong with %s: %s', async (name, text, words) => {
    writeFileSync(at(name), text);
    await expect(readDataset(out, 'train')).rejects.toMatchObject({
      code: 'FILE_READ',
      message: expect.stringContaining(words),
    });
  });
});

describe('a corpus with files that are none', () => {
  it.each(ODDITIES.slice(1))('leaves out one that is %s, and says so', async (_, make) => {
    rmSync(join(from, 'a.mid'));
    make(join(from, 'a.mid'));
    rmSync(join(from, 'b.mid'));
    for (const step of [2, 3, 7]) {
      const long = Array.from({ length: 100 }, (_, i) => {
        const start = i / 2;
        return { pitch: 40 + ((i * step) % 50), velocity: 64, start, end: start + 0.25 };
      });
      writeFileSync(join(from, `long-${step}.mid`), writeMidi([{ name: '', channel: 0, events: long }]));
    }
    const { train, valid, skipped } = await filesMaterial(opened, from);
    expect([train.length + valid.length, skipped.map(({ path }) => path)]).toEqual([3, ['a.mid']]);
    writeFileSync(join(from, 'b.mid'), midi);
    expect((await corpusStats(opened, from)).skipped).toBe(1);
  });

  it.each(ODDITIES)('has no list of its parts where that is %s', async (_, make) => {
    rmSync(join(from, 'splits.csv'));
    make(join(from, 'splits.csv'));
    await expect(readCorpus(from, plugin.kind)).rejects.toMatchObject({
      code: 'FILE_READ',
      message: expect.stringContaining('splits.csv'),
    });
  });

  it.each(ODDITIES.slice(1))(
    'leaves out a book that is %s, whatever the list beside it says',
    async (_, make) => {
      make(join(from, 'book.abc'));
      writeFileSync(join(from, 'book.families.txt'), '1\n2\n');
      writeFileSync(join(from, 'good.abc'), KESH);
      const folk = await corpusPlugin('folk');
      const { meta } = await buildDataset({ plugin: folk, codec: { id: 'folk-session-1' }, from, out });
      expect(meta.skipped).toMatchObject([{ path: 'book.abc', code: 'FILE_READ' }]);
    },
  );
});
