import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codecById } from '../../codec/index.js';
import { writeMidi } from '../../music/midi/write.js';
import type { Note } from '../../music/note.js';
import { datasetMaterial } from '../fit/material.js';
import { corpusPlugin } from '../testing/corpus-plugin.js';
import { buildDataset, type DatasetMeta, type DatasetOptions } from './dataset.js';
import { readDataset } from './read-dataset.js';
import { type ShardEntry, ShardWriter } from './shard.js';

const codec = codecById('performance-packed-16');
const note = (pitch: number, start: number): Note => ({ pitch, velocity: 64, start, end: start + 0.5 });
const midi = (...events: Note[]) => writeMidi([{ name: '', channel: 0, events }]);
const melody = [note(60, 0), note(62, 1), note(64, 2)];
const later = melody.map((played) => ({ ...played, start: played.start + 3, end: played.end + 3 }));

const plugin = await corpusPlugin(codec.id);
const build = async (options: Partial<DatasetOptions> = {}) =>
  (await buildDataset({ plugin, codec: { id: codec.id }, from, out, ...options })).meta;

let folder: string;
let from: string;
let out: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'continuo-dataset-'));
  from = join(folder, 'corpus');
  out = join(folder, 'out');
  await mkdir(join(from, 'deep'), { recursive: true });
  await writeFile(join(from, 'b.mid'), midi(...later));
  await writeFile(join(from, 'deep/a.mid'), midi(...melody, note(60, 0)));
  await writeFile(join(from, 'v.mid'), midi(note(72, 0)));
  await writeFile(join(from, 'LICENSE'), '\nMIT License\nmore\n');
  await splits('b.mid,1,train', 'deep/a.mid,2,train', 'v.mid,3,valid');
});

afterEach(() => rm(folder, { recursive: true }));

const splits = (...rows: string[]) =>
  writeFile(join(from, 'splits.csv'), ['path,piece,split', ...rows, ''].join('\n'));
const json = async (name: string) => JSON.parse(await readFile(join(out, name), 'utf8'));
const failure = (code: string, words = '') =>
  expect.objectContaining({ name: 'ContinuoError', code, message: expect.stringContaining(words) });

describe('buildDataset', () => {
  it('writes the tokens of the pieces in the order of their paths', async () => {
    const meta = await build();
    const index: ShardEntry[] = await json('train.index.json');
    const bytes = await readFile(join(out, 'train.bin'));
    const stored = Array.from({ length: bytes.length / 2 }, (_, at) => bytes.readUInt16LE(2 * at));
    const tokens = codec.encode({ notes: melody, pedal: [] }).tokens;

    expect(stored).toEqual([...tokens, ...tokens]);
    expect(index).toEqual([
      { path: 'b.mid', offset: 0, length: tokens.length, notes: 3, seconds: expect.closeTo(2.5, 3) },
      {
        path: 'deep/a.mid',
        offset: tokens.length,
        length: tokens.length,
        notes: 3,
        seconds: expect.closeTo(2.5, 3),
      },
    ]);
    expect(await json('meta.json')).toEqual(meta);
    expect(meta).toMatchObject({
      codec: codec.id,
      vocabularyHash: codec.vocabulary.hash,
      size: codec.vocabulary.size,
      startToken: codec.startToken,
      dtype: 'uint16',
      licence: 'MIT License',
      merged: 1,
      skipped: [],
      splits: {
        train: { pieces: 2, tokens: stored.length, notes: 6 },
        valid: { file: 'valid.bin', pieces: 1, notes: 1 },
      },
    });
  });

  it('says enough of the vocabulary to move a pitch', async () => {
    const { ranges, size } = await build();
    const sizes = ranges.map(({ fields }) => fields.reduce((product, { radix }) => product * radix, 1));
    expect(sizes.reduce((sum, of) => sum + of)).toBe(size);
    const { first, fields } = ranges.find(({ name }) => name === 'NOTE_ON')!;
    expect(fields.map(({ name }) => name)).toEqual(['pitch', 'bin']);
    const [c4] = codec.encode({ notes: [note(60, 0)], pedal: [] }).tokens;
    const [d4] = codec.encode({ notes: [note(62, 0)], pedal: [] }).tokens;
    expect(d4! - c4!).toBe(2 * fields[1]!.radix);
    expect(c4!).toBeGreaterThanOrEqual(first);
  });

  it('lists what it could not use and what nobody named, and goes on', async () => {
    await writeFile(join(from, 'text.mid'), 'no music');
    await writeFile(join(from, 'silent.mid'), midi());
    await splits(
      'b.mid,1,train',
      'text.mid,2,train',
      'silent.mid,3,train',
      'gone.mid,4,valid',
      'v.mid,5,valid',
    );
    const { skipped, unlisted, splits: made } = await build();
    expect(skipped?.map(({ path, code }) => [path, code])).toEqual([
      ['gone.mid', 'FILE_READ'],
      ['silent.mid', 'MIDI_EMPTY'],
      ['text.mid', 'MIDI_NOT_A_FILE'],
    ]);
    expect(unlisted).toEqual(['deep/a.mid']);
    expect(made.train.pieces + made.valid.pieces).toBe(2);
  });

  it('lists damaged files, with what was made of them', async () => {
    const bytes = midi(...melody);
    await writeFile(join(from, 'b.mid'), bytes.slice(0, -6));
    const { damaged, splits: made } = await build();
    expect(damaged?.map(({ path, warnings }) => [path, warnings.map(({ code }) => code)])).toEqual([
      ['b.mid', expect.arrayContaining(['trackTruncated'])],
    ]);
    expect(made.train.notes).toBeGreaterThan(3);
    expect(await json('meta.json')).toMatchObject({ damaged: [{ path: 'b.mid' }] });
  });

  it('ignores a pedal that never comes up, and says where', async () => {
    const notes = Array.from({ length: 20 }, (_, index) => note(40 + index, index));
    const stuck = writeMidi([{ name: '', channel: 0, events: notes, pedal: [{ time: 0, down: true }] }]);
    await writeFile(join(from, 'b.mid'), stuck);
    expect(((await build()) as { pedalIgnored?: unknown }).pedalIgnored).toEqual(['b.mid']);
  });

  it('counts up to the number of files', async () => {
    const seen: number[][] = [];
    await build({ progress: (done, total) => seen.push([done, total]) });
    expect(seen).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
  });

  it('leaves nothing behind when it is stopped, and the dataset of before in its place', async () => {
    const stop = new AbortController();
    const stopped = build({ signal: stop.signal, progress: () => stop.abort() });
    await expect(stopped).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    expect(await readdir(folder)).toEqual(['corpus']);

    const before: DatasetMeta = await build();
    const again = new AbortController();
    const second = build({
      licence: 'other',
      signal: again.signal,
      progress: () => again.abort(),
    });
    await expect(second).rejects.toThrow();
    expect(await json('meta.json')).toEqual(before);
    expect((await readdir(folder)).sort()).toEqual(['corpus', 'out']);
  });

  it('replaces a dataset, and nothing else', async () => {
    await build();
    await splits('b.mid,1,train');
    expect((await build()).splits.valid.pieces).toBe(0);
    expect(await json('valid.index.json')).toEqual([]);
    await expect(build({ out: from })).rejects.toThrow(failure('FILE_WRITE', 'do not belong'));
    await expect(build({ out: join(from, 'b.mid') })).rejects.toThrow(failure('FILE_WRITE'));
    await build({ out: join(folder, 'not/there/yet') });
    expect(await readdir(join(folder, 'not/there'))).toEqual(['yet']);
  });

  it('is made of held-out pieces alone, by splits.csv or without one', async () => {
    await splits('v.mid,1,validation', 'b.mid,2,test');
    const named = await build();
    expect([named.splits.train.pieces, named.splits.valid.pieces]).toEqual([0, 2]);
    expect((await readDataset(out, 'train')).pieces).toEqual([]);
    await expect(datasetMaterial(out)).rejects.toThrow(failure('DATASET_EMPTY', 'held out'));
    await rm(join(from, 'splits.csv'));
    const all = await build({ heldOut: true });
    expect([all.splits.train.pieces, all.splits.valid.pieces, all.unlisted]).toEqual([0, 3, []]);
  });

  it('refuses a corpus without splits, or with nothing that can be used', async () => {
    await splits('none.mid,1,valid', 'gone.mid,2,train');
    await expect(build()).rejects.toThrow(failure('DATASET_EMPTY', 'gone.mid'));
    await rm(join(from, 'splits.csv'));
    await expect(build()).rejects.toThrow(failure('FILE_READ', 'splits.csv'));
    expect(await readdir(folder)).toEqual(['corpus']);
  });
});

it('a shard of a vocabulary above 65,536 tokens has four bytes a token', async () => {
  const shard = await ShardWriter.create(folder, 'big', 'uint32');
  await shard.add([70_000, 1], { path: 'a', notes: 1, seconds: 1 });
  expect(await shard.finish()).toMatchObject({ file: 'big.bin', tokens: 2 });
  const bytes = await readFile(join(folder, 'big.bin'));
  expect([bytes.length, bytes.readUInt32LE(0), bytes.readUInt32LE(4)]).toEqual([8, 70_000, 1]);
});
