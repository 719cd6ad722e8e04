import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openComposerModel } from '../../../host/compose/open-composer.js';
import { filesOf } from '../../../host/models/model-file.js';
import type { ComposerModel } from '../../../plugin/composer.js';
import { writeNoveltyIndex } from '../codec/novelty-file.js';
import { NoveltyIndex } from '../codec/novelty-index.js';
import { melodyOf } from '../codec/novelty-melody.js';
import { type TuneModel, tuneModelOf } from './model.js';
import { judged, loadNovelty, mostShared, novelty } from './novelty.js';
import { resolveRequest } from './rules.js';
import { type MadeTune, makeTunes, type TuneOrder } from './tunes.js';

const request = { type: 'jig', key: 'G', form: 'AB', bars: 4, range: 'any' };
const order: TuneOrder = {
  asked: [{ request, rules: resolveRequest(request), prime: [] }],
  count: 2,
  bestOf: 1,
  temperature: 1,
  topP: 1,
  seed: 3,
};
let opened: ComposerModel;
let model: TuneModel;
let made: MadeTune[];
/** An index that contains the first tune. */
let index: NoveltyIndex;

beforeAll(async () => {
  opened = await openComposerModel('folk');
  model = await tuneModelOf(opened);
  made = [...makeTunes(model, order)];
  const melody = melodyOf(made[0]!.tune).map((pitch) => pitch + 3);
  index = new NoveltyIndex(writeNoveltyIndex([{ title: 'It', book: 'ours', melody }], null));
});
afterAll(() => model.engine.dispose());

describe('a tune says what it shares with training tunes', () => {
  it('in its N: lines and beside it', () => {
    const copy = judged(made[0]!, index);
    const notes = melodyOf(made[0]!.tune).length;
    expect(copy.sharedRun).toEqual({ notes, title: 'It', book: 'ours' });
    expect(copy.abc).toContain(
      `\nN:longest run shared with a training tune: ${notes} notes, "It" (ours)\nM:6/8\n`,
    );
    const empty = new NoveltyIndex(writeNoveltyIndex([], null));
    expect(judged(made[0]!, empty).abc).toContain('a training tune: fewer than 7 notes\n');
  });
});

describe('--novel', () => {
  it('draws another branch for what copies, and leaves the other tunes as they are', () => {
    const [first, second] = [...makeTunes(model, { ...order, admits: novelty(index, 12) })];
    expect(first!.abc).not.toBe(made[0]!.abc);
    expect(judged(first!, index).sharedRun?.notes ?? 0).toBeLessThanOrEqual(12);
    expect(first!.candidate).toBe(2);
    expect(second!.abc).toBe(made[1]!.abc);
  });

  it('comes to an end where all that is drawn copies', () => {
    const admits = novelty(index, 12);
    const draw = () => Array.from({ length: 100 }, () => admits(made[0]!));
    expect(draw).toThrow(expect.objectContaining({ code: 'TUNE_COPIES' }));
  });

  it('takes what is said, else what people keep within', () => {
    const known = new NoveltyIndex(writeNoveltyIndex([], { tunes: 5, median: 9, p95: 14 }));
    expect(mostShared(undefined, known)).toBe(14);
    expect(mostShared(20, known)).toBe(20);
    expect(() => mostShared(20, null)).toThrow(expect.objectContaining({ code: 'NOVELTY_UNKNOWN' }));
  });
});

describe('the index of a model folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'continuo-novelty-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is there for the bundled model', async () => {
    const bundled = (await loadNovelty(opened))!;
    expect(bundled.tunes).toBeGreaterThan(4000);
    expect(bundled.heldOut!.p95).toBeGreaterThanOrEqual(bundled.heldOut!.median);
  });

  it('may be absent, and is refused where it is broken', async () => {
    expect(await loadNovelty(filesOf(folder))).toBeNull();
    writeFileSync(join(folder, 'novelty.bin'), 'CNOV?');
    await expect(loadNovelty(filesOf(folder))).rejects.toMatchObject({ code: 'MODEL_BROKEN' });
  });

  it('may be that of a folder beside it, which must be there', async () => {
    const [own, other] = [join(folder, 'own'), join(folder, 'other')];
    mkdirSync(own);
    mkdirSync(other);
    const says = (novelty: unknown) =>
      writeFileSync(
        join(own, 'model.json'),
        JSON.stringify({ userDefinedMetadata: { continuo: { novelty } } }),
      );
    says(undefined);
    expect(await loadNovelty(filesOf(own))).toBeNull();
    says('other');
    await expect(loadNovelty(filesOf(own))).rejects.toMatchObject({
      code: 'MODEL_BROKEN',
      message: expect.stringContaining('takes novelty.bin from other'),
    });
    writeFileSync(join(other, 'novelty.bin'), writeNoveltyIndex([], { tunes: 5, median: 9, p95: 14 }));
    expect((await loadNovelty(filesOf(own)))!.heldOut!.p95).toBe(14);
    for (const wrong of ['../other', '', 7]) {
      says(wrong);
      await expect(loadNovelty(filesOf(own))).rejects.toMatchObject({ code: 'MODEL_BROKEN' });
    }
  });

  it('is that of folk-session for folk-plan, which learnt from the same tunes', async () => {
    const path = (id: string) => fileURLToPath(new URL(`../../../../models/${id}`, import.meta.url));
    expect((await loadNovelty(filesOf(path('folk-plan'))))!.tunes).toBe(
      (await loadNovelty(filesOf(path('folk-session'))))!.tunes,
    );
  });
});
