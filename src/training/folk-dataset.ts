import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { folkCodec } from '../codec/folk/codec.js';
import { tuneTypeOf } from '../codec/folk/tune-type.js';
import { fnv1a64 } from '../codec/hash.js';
import { ContinuoError, type ErrorCode } from '../errors.js';
import { DropCount, type Dropped } from '../music/abc/dropped.js';
import { add, type Fraction, ZERO } from '../music/abc/fraction.js';
import { readAbc } from '../music/abc/read.js';
import { soundingDurations } from '../music/abc/timing.js';
import type { Tune } from '../music/abc/tune.js';
import { SPLITS, type Split } from './corpus.js';
import { type DatasetMeta, licenceOf, makeDatasetFolder, metaRanges } from './dataset.js';
import { ShardWriter, tokenTypeOf } from './shard.js';

export interface FolkDatasetOptions {
  /** Folder of NAME.abc, each with a NAME.families.txt: a number a tune, in the file's order. */
  readonly from: string;
  readonly out: string;
  readonly licence?: string;
  readonly progress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** meta.json of a folk dataset: what a trainer reads is as in {@link DatasetMeta}. A piece's path is `NAME.abc:LINE`. */
export interface FolkDatasetMeta
  extends Pick<
    DatasetMeta,
    | 'version'
    | 'codec'
    | 'vocabularyHash'
    | 'size'
    | 'startToken'
    | 'dtype'
    | 'ranges'
    | 'splits'
    | 'corpus'
    | 'licence'
  > {
  readonly options: { readonly split: string; readonly secondsPerEighth: number };
  /** Families in each split; no family is in both. */
  readonly families: Readonly<Record<Split, number>>;
  /** Training tunes of each type that has a token; `untyped` for those without R: or with another. */
  readonly types: Readonly<Record<string, number>>;
  readonly dropped: Dropped;
  readonly skipped: readonly { readonly path: string; readonly code: ErrorCode; readonly message: string }[];
}

/** Nominal, for lengths in the index: tunes say no tempo that could be relied on. */
const SECONDS_PER_EIGHTH = 0.25;

/** One family in twenty is held out. */
const HELD_OUT = 20n;
/** With this seed slides and strathspeys, 43 tunes each, still have 40 to learn from. */
const SPLIT_SEED = 'folk-split-2';

/** Tunes with one number are settings of one tune, or share long runs: they stay on one side, across all books. */
export function splitOfFamily(family: number): Split {
  return BigInt(`0x${fnv1a64(`${SPLIT_SEED} ${family}`)}`) % HELD_OUT === 0n ? 'valid' : 'train';
}

/** Builds token shards from books of tunes, a piece a tune. Throws FILE_READ, FILE_WRITE, CORPUS_SPLITS, DATASET_EMPTY. */
export async function buildFolkDataset(options: FolkDatasetOptions): Promise<FolkDatasetMeta> {
  const books = await readBooks(options.from);
  return makeDatasetFolder(options.out, options.signal, (folder) => fill(folder, books, options));
}

interface Book {
  readonly file: string;
  readonly text: string;
  readonly families: readonly number[];
}

/** Books of a folk corpus, by name. Throws FILE_READ, CORPUS_SPLITS. */
export async function readBooks(from: string): Promise<Book[]> {
  const read = (name: string) =>
    readFile(join(from, name), 'utf8').catch((cause: NodeJS.ErrnoException) => {
      throw new ContinuoError(
        'FILE_READ',
        `A folk corpus has for each book NAME.abc a NAME.families.txt; ${join(from, name)} cannot be read (${cause.code}).`,
        'NAME.families.txt has a number a tune, in the order of the book; settings of one tune share it.',
        { cause },
      );
    });
  const names: string[] = await readdir(from).catch((cause: NodeJS.ErrnoException) => {
    throw new ContinuoError(
      'FILE_READ',
      `${from} cannot be read (${cause.code}).`,
      'Give a folder of .abc files.',
      {
        cause,
      },
    );
  });
  const books: Book[] = [];
  for (const file of names.filter((name) => name.endsWith('.abc')).sort()) {
    const list = file.replace(/\.abc$/, '.families.txt');
    const families = (await read(list))
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map(Number);
    books.push({ file, text: await read(file), families });
    if (!families.every((family) => Number.isSafeInteger(family))) {
      throw new ContinuoError('CORPUS_SPLITS', `${list}: expected a whole number on each line.`);
    }
  }
  return books;
}

async function fill(
  folder: string,
  books: readonly Book[],
  { from, licence, progress, signal }: FolkDatasetOptions,
): Promise<FolkDatasetMeta> {
  const { vocabulary } = folkCodec;
  const dtype = tokenTypeOf(vocabulary.size);
  const shards = {
    train: await ShardWriter.create(folder, 'train', dtype),
    valid: await ShardWriter.create(folder, 'valid', dtype),
  } satisfies Record<Split, ShardWriter>;
  const skipped: FolkDatasetMeta['skipped'][number][] = [];
  const dropped = new DropCount();
  const types = new DropCount();
  const families: Record<Split, Set<number>> = { train: new Set(), valid: new Set() };
  try {
    for (const [index, book] of books.entries()) {
      for (const { path, tune, refused, counts, family } of tunesOf(book)) {
        signal?.throwIfAborted();
        const encoded = tune ? folkCodec.encode(tune) : { refusal: refused! };
        if (encoded.refusal) {
          const { place, reason } = encoded.refusal;
          skipped.push({ path, code: 'ABC_TUNE', message: `${place.line}:${place.column}: ${reason}` });
          continue;
        }
        const split = splitOfFamily(family);
        families[split].add(family);
        dropped.addAll(counts);
        dropped.addAll(encoded.dropped);
        if (split === 'train') types.add(tuneTypeOf(tune!.type) ?? 'untyped');
        await shards[split].add(encoded.tokens, { path, ...measure(tune!) });
      }
      progress?.(index + 1, books.length);
    }
  } catch (error) {
    for (const split of SPLITS) await shards[split].close();
    throw error;
  }
  const splits = { train: await shards.train.finish(), valid: await shards.valid.finish() };
  if (splits.train.tokens === 0) {
    throw new ContinuoError(
      'DATASET_EMPTY',
      `Expected tunes to train on, but none of ${from} could be used.`,
      'Are there .abc files in it? continuo abc check FILE says what is wrong with them.',
    );
  }
  const meta: FolkDatasetMeta = {
    version: 1,
    codec: folkCodec.id,
    vocabularyHash: vocabulary.hash,
    size: vocabulary.size,
    startToken: folkCodec.startToken,
    dtype,
    ranges: metaRanges(vocabulary),
    splits,
    corpus: basename(resolve(from)),
    licence: licence ?? (await licenceOf(from)),
    options: {
      split: `by family: fnv1a64("${SPLIT_SEED} FAMILY") modulo ${HELD_OUT} is 0 in valid`,
      secondsPerEighth: SECONDS_PER_EIGHTH,
    },
    families: { train: families.train.size, valid: families.valid.size },
    types: types.counts,
    dropped: dropped.counts,
    skipped,
  };
  await writeFile(join(folder, 'meta.json'), `${JSON.stringify(meta, null, 2)}\n`);
  return meta;
}

/** The tunes of a book, or why they cannot be read. Throws CORPUS_SPLITS. */
export function* tunesOf({ file, text, families }: Book) {
  const tunes = readAbc(text);
  if (tunes.length !== families.length) {
    throw new ContinuoError(
      'CORPUS_SPLITS',
      `${file} has ${tunes.length} tunes, but its families.txt has ${families.length} numbers.`,
      'There must be one number a tune, in the order of the book.',
    );
  }
  for (const [index, { line, tune, refusal, dropped }] of tunes.entries()) {
    yield { path: `${file}:${line}`, tune, refused: refusal, counts: dropped, family: families[index]! };
  }
}

function measure(tune: Tune): { notes: number; seconds: number } {
  const notes = tune.body.filter(({ kind }) => kind === 'note' || kind === 'chord').length;
  const eighths = soundingDurations(tune.body).reduce((sum: Fraction, duration) => add(sum, duration), ZERO);
  return { notes, seconds: Number(((SECONDS_PER_EIGHTH * eighths.num) / eighths.den).toFixed(2)) };
}
