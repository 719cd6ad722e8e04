import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readAbc } from '../../../music/abc/read.js';
import { COOLEYS, HORNPIPE, KESH } from '../../../music/abc/testing/tunes.js';
import { derivedFile } from '../../../training/dataset/derived-file.js';
import { splitOfFamily } from '../../../training/dataset/examples.js';
import { corpusPlugin } from '../../../training/testing/corpus-plugin.js';
import { folkCodec } from '../codec/codec.js';
import { writeNoveltyIndex } from '../codec/novelty-file.js';
import { NoveltyIndex } from '../codec/novelty-index.js';
import { melodyOf } from '../codec/novelty-melody.js';
import { noveltyOfTraining } from './novelty-index.js';

const folder = mkdtempSync(join(tmpdir(), 'continuo-novelty-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const split = { seed: 'folk-split-2', oneIn: 20 };
const families = Array.from({ length: 200 }, (_, family) => family);
const held = families.find((family) => splitOfFamily(String(family), split) === 'valid')!;
const learnt = families.find((family) => splitOfFamily(String(family), split) === 'train')!;

it('knows the training tunes alone, and says what the held-out ones share with them', async () => {
  mkdirSync(folder, { recursive: true });
  const setting = KESH.replace('K:G', 'K:A');
  writeFileSync(join(folder, 'mine.abc'), [KESH, COOLEYS, HORNPIPE, setting].join('\n'));
  writeFileSync(join(folder, 'mine.families.txt'), [learnt, held, learnt, held].join('\n'));
  const { bytes, words } = await derivedFile(await corpusPlugin(folkCodec.id), 'novelty', folder);
  expect(words).toMatch(/^2 tunes, .*; of 2 held-out tunes half share/);
  const index = new NoveltyIndex(bytes);
  expect(index.tunes).toBe(2);
  const cooleys = index.longestRun(melodyOf(readAbc(COOLEYS)[0]!.tune!))?.notes ?? 0;
  expect(index.heldOut).toMatchObject({ tunes: 2, median: cooleys });
  expect(index.longestRun(melodyOf(readAbc(KESH)[0]!.tune!))).toMatchObject({
    title: 'The Kesh',
    book: 'mine',
  });
});

describe('what a training writes', () => {
  const piece = (abc: string, line: number) => {
    const tune = readAbc(abc)[0]!.tune!;
    const tokens = Uint16Array.from([folkCodec.startToken, ...folkCodec.encode(tune).tokens!]);
    return { path: `mine.abc:${line}`, title: tune.titles[0]!, notes: 1, seconds: 1, tokens };
  };
  const runIn = (index: NoveltyIndex, abc: string) => index.longestRun(melodyOf(readAbc(abc)[0]!.tune!));

  it('knows each tune by what the tokens say, in whatever key it was', () => {
    const pieces = { train: [piece(KESH, 1), piece(COOLEYS, 20)], valid: [piece(HORNPIPE, 40)] };
    const index = new NoveltyIndex(noveltyOfTraining(pieces));
    for (const abc of [KESH, COOLEYS]) {
      const { tune } = readAbc(abc)[0]!;
      expect(runIn(index, abc)).toEqual({
        notes: melodyOf(tune!).length,
        title: tune!.titles[0],
        book: 'mine',
      });
    }
    const held = runIn(index, HORNPIPE)?.notes ?? 0;
    expect(index.heldOut).toEqual({ tunes: 1, median: held, p95: held });
  });

  it('carries on what the origin knows, once, with its figure of held-out tunes', () => {
    const heldOut = { tunes: 300, median: 9, p95: 14 };
    const kesh = { title: 'The Kesh', book: 'old', melody: melodyOf(readAbc(KESH)[0]!.tune!) };
    const origin = new NoveltyIndex(writeNoveltyIndex([kesh], heldOut));
    const pieces = { train: [piece(COOLEYS, 1)], valid: [piece(HORNPIPE, 20)] };
    const further = new NoveltyIndex(noveltyOfTraining(pieces, origin));
    expect(further.heldOut).toEqual(heldOut);
    expect(further.tunes).toBe(2);
    expect(runIn(further, KESH)).toEqual({ notes: kesh.melody.length, title: 'The Kesh', book: 'old' });
    expect(runIn(further, COOLEYS)).toMatchObject({ book: 'mine' });
    expect(new NoveltyIndex(noveltyOfTraining(pieces, further)).tunes).toBe(2);
  });
});
