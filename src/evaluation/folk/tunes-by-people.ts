import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ContinuoError } from '../../errors.js';
import { readAbc } from '../../music/abc/read.js';
import type { Tune } from '../../music/abc/tune.js';
import type { TuneType } from '../../music/abc/tune-type.js';
import { folkCodec } from '../../plugins/folk/codec/index.js';
import { askedLike } from '../../plugins/folk/generate/asked-like.js';
import type { Asked } from '../../plugins/folk/generate/tunes.js';
import type { Pattern } from '../../plugins/folk/odds/fit-odds.js';
import { readDataset } from '../../training/dataset/read-dataset.js';
import type { StudyContext } from '../study.js';
import { measuresOf, type TuneMeasures } from './statistics.js';

/** A held-out tune that a request can describe. */
export interface HumanTune {
  readonly type: string;
  readonly asked: Asked;
  readonly measures: TuneMeasures;
}

export interface HumanTunes {
  readonly from: string;
  readonly tunes: readonly HumanTune[];
  /** Number of tunes left out, by reason. */
  readonly leftOut: Readonly<Record<string, number>>;
}

/** Reads held-out tunes from the valid split of a data set, or from ABC. Throws FILE_READ, MODEL_MISMATCH, DATASET_EMPTY. */
export async function readHuman(
  from: { readonly data: string } | { readonly heldOut: string },
  learnt: readonly TuneType[],
  read: StudyContext['read'],
): Promise<HumanTunes> {
  const leftOut: Record<string, number> = {};
  const without = (reason: string) => {
    leftOut[reason] = (leftOut[reason] ?? 0) + 1;
  };
  const [place, all] =
    'data' in from
      ? [from.data, (await tunesOfDataset(from.data, 'valid')).map(({ tune }) => tune)]
      : [from.heldOut, await tunesOfAbc(from.heldOut, read, without)];
  const tunes: HumanTune[] = [];
  for (const tune of all) {
    const asked = askedLike(tune, learnt);
    const measures = measuresOf(tune);
    if ('not' in asked) without(asked.not);
    else if (measures === null) without('fewer than two notes');
    else tunes.push({ type: tune.type ?? 'untyped', asked, measures });
  }
  if (tunes.length >= 4) return { from: place, tunes, leftOut };
  throw new ContinuoError(
    'DATASET_EMPTY',
    `Expected at least 4 held-out tunes to compare with; ${place} has ${tunes.length} that one could ask for.`,
    Object.entries(leftOut)
      .map(([reason, count]) => `${count} left out: ${reason}.`)
      .join(' ') || 'Is it the right place?',
  );
}

/** The training tunes of a data set that a request can describe. Throws FILE_READ, MODEL_MISMATCH, DATASET_EMPTY. */
export async function readPatterns(data: string, learnt: readonly TuneType[]): Promise<Pattern[]> {
  const patterns = (await tunesOfDataset(data, 'train')).flatMap(({ tune, tokens }): Pattern[] => {
    const asked = askedLike(tune, learnt);
    return 'not' in asked ? [] : [{ asked, tokens }];
  });
  if (patterns.length > 0) return patterns;
  throw new ContinuoError('DATASET_EMPTY', `${data} has no training tune that one could ask for.`);
}

async function tunesOfDataset(folder: string, split: string): Promise<{ tune: Tune; tokens: number[] }[]> {
  const { vocabularyHash, pieces } = await readDataset(folder, split);
  const { hash } = folkCodec.vocabulary;
  if (vocabularyHash === hash)
    return pieces.map(({ tokens }) => ({ tune: folkCodec.decode(tokens), tokens: [...tokens.subarray(1)] }));
  throw new ContinuoError(
    'MODEL_MISMATCH',
    `${folder} is written in vocabulary ${vocabularyHash}; tunes are in ${hash} (${folkCodec.id}).`,
    'Make the data set with: continuo dataset build --codec folk',
  );
}

/** Reads ABC tunes through their tokens, which drop graces and ornaments, because generated tunes have none either. */
async function tunesOfAbc(
  path: string,
  read: StudyContext['read'],
  without: (reason: string) => void,
): Promise<Tune[]> {
  const folder = (await stat(path).catch(() => null))?.isDirectory() === true;
  const names = folder ? (await readdir(path)).filter((name) => /\.abc$/i.test(name)).sort() : [];
  const tunes: Tune[] = [];
  for (const file of folder ? names.map((name) => join(path, name)) : [path]) {
    for (const { tune } of readAbc(new TextDecoder().decode(await read(file)))) {
      const tokens = tune && folkCodec.encode(tune).tokens;
      if (tokens) tunes.push(folkCodec.decode(tokens));
      else without('cannot be read; continuo abc check FILE says why');
    }
  }
  return tunes;
}
