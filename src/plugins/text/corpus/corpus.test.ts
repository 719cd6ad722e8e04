import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { textCodec } from '../../../codec/text.js';
import { buildDataset } from '../../../training/dataset/dataset.js';
import { readDataset } from '../../../training/dataset/read-dataset.js';
import { corpusPlugin } from '../../../training/testing/corpus-plugin.js';
import { cut } from './passages.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'continuo-text-'));
});
afterEach(() => rm(folder, { recursive: true }));

const verse = (number: number) => `${number} kleine Vögel 🐦 saßen auf dem Dach,\r\nda flog einer fort.\r\n`;

async function build(bytes: string | Uint8Array | null, characters?: string) {
  const from = join(folder, 'a.txt');
  if (bytes !== null) await writeFile(from, bytes);
  const plugin = await corpusPlugin('text');
  const codec = { id: 'text', ...(characters !== undefined && { said: { characters } }) };
  const { meta } = await buildDataset({ plugin, codec, from, out: join(folder, 'out') });
  return meta as typeof meta & { readonly characters: string };
}

describe('a text dataset', () => {
  it('holds the whole text, one piece in twenty held out, none in both splits', async () => {
    const text = Array.from({ length: 200 }, (_, number) => verse(number)).join('');
    const meta = await build(text);
    const codec = textCodec(meta.characters);
    expect(codec.vocabulary.hash).toBe(meta.vocabularyHash);
    const read = async (split: string) => (await readDataset(join(folder, 'out'), split)).pieces;
    const [train, valid] = [await read('train'), await read('valid')];
    expect(valid.length / (train.length + valid.length)).toBeCloseTo(1 / 20, 1);
    const pieces = [...train, ...valid].sort(
      (a, b) => Number(a.path.split(':')[1]) - Number(b.path.split(':')[1]),
    );
    expect(pieces.map(({ tokens }) => codec.decode(tokens)).join('')).toBe(text.replaceAll('\r\n', '\n'));
    expect(pieces[1]!.path).toMatch(/^a\.txt:\d+$/);
    expect(JSON.parse(await readFile(join(folder, 'out', 'meta.json'), 'utf8'))).toEqual(meta);
  });

  it('refuses what is no text, saying from where on', async () => {
    const bytes = Buffer.concat([
      Buffer.from('öö'.repeat(300)),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('rest'),
    ]);
    await expect(build(bytes)).rejects.toMatchObject({
      code: 'TEXT_ENCODING',
      message: expect.stringContaining('from byte 1200 on'),
    });
    await expect(build(`a\0${'b'.repeat(500)}`)).rejects.toMatchObject({ code: 'TEXT_ENCODING' });
  });

  it('refuses too little, and a file that is not there', async () => {
    await expect(build('short')).rejects.toMatchObject({ code: 'DATASET_EMPTY' });
    await rm(join(folder, 'a.txt'));
    await expect(build(null)).rejects.toMatchObject({ code: 'FILE_READ' });
  });

  it('names the place in the whole text of a character that the model does not know', async () => {
    const text = `${'ab\n'.repeat(400)}aba?`;
    await expect(build(text, 'ab\n')).rejects.toMatchObject({
      code: 'TEXT_CHARACTER',
      message: expect.stringContaining('line 401, column 4'),
    });
    expect((await build('ab\n'.repeat(400), '\nabc')).characters).toBe('\nabc');
  });

  it('cuts a line without end, but no character in two', () => {
    const pieces = cut('🐦'.repeat(500), 7);
    expect(pieces.join('')).toBe('🐦'.repeat(500));
    expect(pieces.every((piece) => piece.length % 2 === 0)).toBe(true);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(70);
  });
});
