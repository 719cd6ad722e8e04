import { writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fnv1a64 } from '../../../codec/hash.js';
import { ContinuoError, type ErrorCode } from '../../../errors.js';
import { DropCount, type Dropped } from '../../../music/abc/dropped.js';
import { add, type Fraction, ZERO } from '../../../music/abc/fraction.js';
import { readAbc } from '../../../music/abc/read.js';
import { soundingDurations } from '../../../music/abc/timing.js';
import type { Tune } from '../../../music/abc/tune.js';
import { tuneTypeOf } from '../../../music/abc/tune-type.js';
import { MOST_MUSIC, readRegularFile } from '../../../read-file.js';
import { readFolder } from '../../../read-folder.js';
import { SPLIT_NAMES, SPLITS, type Split, splitOf } from '../../../training/dataset/corpus.js';
import {
  licenceOf,
  makeDatasetFolder,
  metaRanges,
  type TokenDatasetMeta,
} from '../../../training/dataset/dataset.js';
import { ShardWriter, tokenTypeOf } from '../../../training/dataset/shard.js';
import { type FolkCodec, folkCodec } from '../codec/codec.js';
import { folkBars } from '../codec/vocabulary.js';
import { folkPlanCodec } from '../plan/codec.js';
import { folkPlanning } from '../plan/vocabulary.js';

export interface FolkDatasetOptions {
  /** Default: folk-session-1. */
  readonly codec?: FolkCodec;
  /** Folder of NAME.abc; see {@link readBooks}. */
  readonly from: string;
  readonly out: string;
  readonly licence?: string;
  /** All tunes are held out, whatever the lists say. */
  readonly heldOut?: boolean;
  readonly progress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** meta.json of a folk dataset: what a trainer reads is as in {@link TokenDatasetMeta}. A piece's path is `NAME.abc:LINE`. */
export interface FolkDatasetMeta extends TokenDatasetMeta {
  readonly options: { readonly split: string; readonly secondsPerEighth: number };
  /** Families in each split; no family is in both. */
  readonly families: Readonly<Record<Split, number>>;
  /** Training tunes of each type that has a token; `untyped` for those without R: or with another. */
  readonly types: Readonly<Record<string, number>>;
  /** Tokens that count the bars of a part, for trainers that feed them by their numbers. */
  readonly counting: typeof folkBars;
  /** Of tunes with their plans: which tokens are a plan's. */
  readonly planning?: typeof folkPlanning;
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

export interface Book {
  readonly file: string;
  readonly text: string;
  /** A number a tune, in the book's order; without one, tunes of one title are a family. */
  readonly families?: readonly number[];
  /** Overrides what follows from the families. */
  readonly splits?: readonly Split[];
}

/**
 * Books of a folk corpus, by name: NAME.abc, and beside it NAME.families.txt (a number a tune) or NAME.splits.txt (train or
 * valid a tune), or neither. Throws FILE_READ, CORPUS_SPLITS.
 */
export async function readBooks(from: string): Promise<Book[]> {
  const names = await readFolder(from, 'Give a folder of .abc files.');
  const read = (name: string) =>
    readRegularFile(join(from, name), MOST_MUSIC).then((bytes) => bytes.toString('utf8'));
  const lines = async (name: string) => (await read(name)).split('\n').filter((line) => line.trim() !== '');
  const books: Book[] = [];
  for (const file of names.filter((name) => name.endsWith('.abc')).sort()) {
    const families = file.replace(/\.abc$/, '.families.txt');
    const splits = file.replace(/\.abc$/, '.splits.txt');
    const book = { file, text: await read(file) };
    if (names.includes(splits)) books.push({ ...book, splits: parseTuneSplits(splits, await lines(splits)) });
    else if (names.includes(families))
      books.push({ ...book, families: parseFamilies(families, await lines(families)) });
    else books.push(book);
  }
  return books;
}

function parseFamilies(name: string, lines: readonly string[]): number[] {
  const families = lines.map(Number);
  if (families.every((family) => Number.isSafeInteger(family))) return families;
  throw new ContinuoError('CORPUS_SPLITS', `${name}: expected a whole number on each line.`);
}

function parseTuneSplits(name: string, lines: readonly string[]): Split[] {
  return lines.map((line, index) => {
    const split = splitOf(line);
    if (split) return split;
    throw new ContinuoError(
      'CORPUS_SPLITS',
      `${name}, line ${index + 1}: expected ${SPLIT_NAMES}, got ${JSON.stringify(line.slice(0, 40))}.`,
    );
  });
}

async function fill(
  folder: string,
  books: readonly Book[],
  { codec = folkCodec, from, licence, heldOut = false, progress, signal }: FolkDatasetOptions,
): Promise<FolkDatasetMeta> {
  const { vocabulary } = codec;
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
      for (const { path, tune, refused, counts, family, split: own } of tunesOf(book)) {
        signal?.throwIfAborted();
        const split = heldOut ? 'valid' : own;
        const encoded = tune ? codec.encode(tune) : { refusal: refused! };
        if (encoded.refusal) {
          const { place, reason } = encoded.refusal;
          skipped.push({ path, code: 'ABC_TUNE', message: `${place.line}:${place.column}: ${reason}` });
          continue;
        }
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
  if (splits.train.tokens + splits.valid.tokens === 0) {
    throw new ContinuoError(
      'DATASET_EMPTY',
      `Expected tunes to train on or to measure on, but none of ${from} could be used.`,
      'Are there .abc files in it? continuo abc check FILE says what is wrong with them.',
    );
  }
  const meta: FolkDatasetMeta = {
    version: 1,
    codec: codec.id,
    vocabularyHash: vocabulary.hash,
    size: vocabulary.size,
    startToken: codec.startToken,
    dtype,
    ranges: metaRanges(vocabulary),
    splits,
    corpus: basename(resolve(from)),
    licence: licence ?? licenceOf(from),
    options: {
      split: heldOut
        ? 'all held out'
        : books.some(({ splits }) => splits)
          ? 'as NAME.splits.txt says'
          : `by ${books.some(({ families }) => families) ? 'family' : 'title'}: fnv1a64("${SPLIT_SEED} FAMILY") modulo ${HELD_OUT} is 0 in valid`,
      secondsPerEighth: SECONDS_PER_EIGHTH,
    },
    families: { train: families.train.size, valid: families.valid.size },
    types: types.counts,
    counting: folkBars,
    ...(codec === folkPlanCodec ? { planning: folkPlanning } : {}),
    dropped: dropped.counts,
    skipped,
  };
  await writeFile(join(folder, 'meta.json'), `${JSON.stringify(meta, null, 2)}\n`);
  return meta;
}

/** The tunes of a book, or why they cannot be read, each with its family and its split. Throws CORPUS_SPLITS. */
export function* tunesOf({ file, text, families, splits }: Book) {
  const tunes = readAbc(text);
  const list = splits ?? families;
  if (list && tunes.length !== list.length) {
    throw new ContinuoError(
      'CORPUS_SPLITS',
      `${file} has ${tunes.length} tunes, but the list beside it (${splits ? 'splits' : 'families'}.txt) has ${list.length} lines.`,
      'There must be a line a tune, in the order of the book.',
    );
  }
  for (const [index, { line, title, tune, refusal, dropped }] of tunes.entries()) {
    const family = families?.[index] ?? familyOfTitle(title);
    const split = splits?.[index] ?? splitOfFamily(family);
    yield { path: `${file}:${line}`, tune, refused: refusal, counts: dropped, family, split };
  }
}

/** A number for a title, the same for "The X", "X, The" and another case. 52 bits, so that it is a safe integer. */
function familyOfTitle(title: string): number {
  const plain = title
    .toLowerCase()
    .replace(/\b(the|a|an)\b/g, '')
    .replace(/[^\p{L}\p{N}]/gu, '');
  return Number.parseInt(fnv1a64(plain).slice(-13), 16);
}

/** Notes as written, a chord as one; seconds at a nominal tempo, repeats not unfolded. */
export function measure(tune: Tune): { notes: number; seconds: number } {
  const notes = tune.body.filter(({ kind }) => kind === 'note' || kind === 'chord').length;
  const eighths = soundingDurations(tune.body).reduce((sum: Fraction, duration) => add(sum, duration), ZERO);
  return { notes, seconds: Number(((SECONDS_PER_EIGHTH * eighths.num) / eighths.den).toFixed(2)) };
}
