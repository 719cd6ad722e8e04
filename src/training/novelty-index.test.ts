import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { NoveltyIndex } from '../codec/folk/novelty-index.js';
import { melodyOf } from '../codec/folk/novelty-melody.js';
import { readAbc } from '../music/abc/read.js';
import { COOLEYS, HORNPIPE, KESH } from '../music/abc/testing/tunes.js';
import { splitOfFamily } from './folk-dataset.js';
import { buildNoveltyIndex } from './novelty-index.js';

const folder = mkdtempSync(join(tmpdir(), 'continuo-novelty-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const families = Array.from({ length: 200 }, (_, family) => family);
const held = families.find((family) => splitOfFamily(family) === 'valid')!;
const learnt = families.find((family) => splitOfFamily(family) === 'train')!;

it('knows the training tunes alone, and says what the held-out ones share with them', async () => {
  mkdirSync(folder, { recursive: true });
  const setting = KESH.replace('K:G', 'K:A');
  writeFileSync(join(folder, 'mine.abc'), [KESH, COOLEYS, HORNPIPE, setting].join('\n'));
  writeFileSync(join(folder, 'mine.families.txt'), [learnt, held, learnt, held].join('\n'));
  const { bytes, tunes, heldOut } = await buildNoveltyIndex(folder);
  expect(tunes).toBe(2);
  const index = new NoveltyIndex(bytes);
  expect(index.heldOut).toEqual(heldOut);
  const cooleys = index.longestRun(melodyOf(readAbc(COOLEYS)[0]!.tune!))?.notes ?? 0;
  expect(heldOut).toEqual({ tunes: 2, median: cooleys, p95: heldOut!.p95 });
  expect(index.longestRun(melodyOf(readAbc(KESH)[0]!.tune!))).toMatchObject({
    title: 'The Kesh',
    book: 'mine',
  });
});
