import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readAbc } from '../../../music/abc/read.js';
import { COOLEYS, HORNPIPE, KESH } from '../../../music/abc/testing/tunes.js';
import { buildDataset, type DatasetOptions } from '../../../training/dataset/dataset.js';
import { splitOfFamily } from '../../../training/dataset/examples.js';
import { readDataset } from '../../../training/dataset/read-dataset.js';
import { corpusPlugin } from '../../../training/testing/corpus-plugin.js';
import { folkCodec } from '../codec/codec.js';
import { folkPlanCodec } from '../plan/codec.js';
import { withoutPlan } from '../plan/interleave.js';
import { folkPlanning } from '../plan/vocabulary.js';

let folder: string;
let from: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'continuo-folk-'));
  from = join(folder, 'books');
  mkdirSync(from);
});
afterEach(() => rmSync(folder, { recursive: true }));

const split = { seed: 'folk-split-2', oneIn: 20 };
const build = async (options: Partial<DatasetOptions> = {}, id = folkCodec.id) => {
  const plugin = await corpusPlugin(id);
  const { meta } = await buildDataset({ plugin, codec: { id }, from, out: join(folder, 'out'), ...options });
  return meta;
};
const families = Array.from({ length: 200 }, (_, family) => family);
const held = families.find((family) => splitOfFamily(String(family), split) === 'valid')!;
const learnt = families.find((family) => splitOfFamily(String(family), split) === 'train')!;

function book(name: string, tunes: readonly string[], numbers: readonly number[]): void {
  writeFileSync(join(from, `${name}.abc`), tunes.join('\n'));
  writeFileSync(join(from, `${name}.families.txt`), numbers.map((number) => `${number}\n`).join(''));
}

it('holds out about a twentieth of the families', () => {
  const count = Array.from({ length: 10_000 }, (_, family) => splitOfFamily(String(family), split)).filter(
    (split) => split === 'valid',
  );
  expect(count.length).toBeGreaterThan(430);
  expect(count.length).toBeLessThan(570);
});

it('keeps a family on one side, across books, and says what it left out', async () => {
  book('a', [KESH, COOLEYS, 'X:9\nK:C\nC?\n'], [learnt, held, learnt]);
  book('b', [HORNPIPE], [held]);
  const out = join(folder, 'out');
  const meta = await build({ licence: 'ours' });
  expect(meta).toMatchObject({
    codec: 'folk-session-1',
    families: { train: 1, valid: 1 },
    types: { jig: 1 },
    skipped: [{ path: 'a.abc:23', code: 'ABC_TUNE', message: '25:2: "?" means nothing here' }],
  });
  const valid = await readDataset(out, 'valid');
  expect(valid.pieces.map(({ path }) => path)).toEqual(['a.abc:12', 'b.abc:1']);
  expect(Array.from(valid.pieces[0]!.tokens)).toEqual([
    folkCodec.startToken,
    ...folkCodec.encode(readAbc(COOLEYS)[0]!.tune!).tokens!,
  ]);
  expect(JSON.parse(readFileSync(join(out, 'meta.json'), 'utf8'))).toEqual(meta);
});

it('says the plan of each tune where the codec does', async () => {
  book('a', [KESH, COOLEYS], [learnt, held]);
  const out = join(folder, 'out');
  const meta = await build({ licence: 'ours' }, folkPlanCodec.id);
  expect(meta).toMatchObject({
    codec: 'folk-plan-1',
    size: folkPlanCodec.vocabulary.size,
    planning: folkPlanning,
  });
  const { tokens } = (await readDataset(out, 'valid')).pieces[0]!;
  expect(withoutPlan(tokens)).toEqual([
    folkCodec.startToken,
    ...folkCodec.encode(readAbc(COOLEYS)[0]!.tune!).tokens!,
  ]);
  expect(tokens.length).toBeGreaterThan(withoutPlan(tokens).length + 30);
});

it('refuses a book whose families do not fit it', async () => {
  book('a', [KESH, COOLEYS], [1]);
  const building = build();
  await expect(building).rejects.toMatchObject({ code: 'CORPUS_SPLITS' });
});

it('takes a split that is given tune by tune, and refuses one that is no split', async () => {
  writeFileSync(join(from, 'a.abc'), [KESH, COOLEYS, HORNPIPE].join('\n'));
  writeFileSync(join(from, 'a.splits.txt'), 'train\nvalid\ntrain\n');
  const { splits } = await build();
  expect([splits.train.pieces, splits.valid.pieces]).toEqual([2, 1]);
  writeFileSync(join(from, 'a.splits.txt'), 'train\nlater\ntrain\n');
  const building = build();
  await expect(building).rejects.toMatchObject({
    code: 'CORPUS_SPLITS',
    message: expect.stringContaining('2'),
  });
});

it('holds out what people call test and validation, or all of it', async () => {
  writeFileSync(join(from, 'a.abc'), [KESH, COOLEYS, HORNPIPE].join('\n'));
  writeFileSync(join(from, 'a.splits.txt'), '\uFEFFtrain\r\ntest\r\nvalidation\r\n');
  const part = await build();
  expect([part.splits.train.pieces, part.splits.valid.pieces]).toEqual([1, 2]);
  const { splits, options } = await build({ heldOut: true });
  expect([splits.train.pieces, splits.valid.pieces, options?.split]).toEqual([0, 3, 'all held out']);
});

it('takes tunes of one title for a family where no list says more', async () => {
  writeFileSync(
    join(from, 'a.abc'),
    [KESH.replace(/T:.*/, 'T:Kesh'), KESH.replace(/T:.*/, 'T:KESH, the')].join('\n'),
  );
  const named = KESH.replace(/T:.*/, 'T:The Kesh');
  writeFileSync(join(from, 'b.abc'), named);
  const { families } = await build();
  expect(families).toEqual({ train: 1, valid: 0 });
});

it('refuses a folder without tunes', async () => {
  await expect(build()).rejects.toMatchObject({
    code: 'DATASET_EMPTY',
  });
});
