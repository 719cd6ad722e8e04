import { readdir, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { EncodedPiece } from '../../codec/codec.js';
import type { Vocabulary } from '../../codec/vocabulary.js';
import { ContinuoError, type ErrorCode } from '../../errors.js';
import { licenceIn } from '../../licence.js';
import { readMidi } from '../../music/midi/read.js';
import { damageIn, type MidiWarning, MidiWarnings } from '../../music/midi/warnings.js';
import type { Performance } from '../../music/note.js';
import { pianoPerformance } from '../../music/to-performance.js';
import type { Seconds } from '../../music/units.js';
import { MOST_MUSIC, readRegularFile } from '../../read-file.js';
import { makeWholeFolder } from '../../whole-folder.js';
import { type Corpus, readCorpus, SPLITS, type Split } from './corpus.js';
import { type ShardSummary, ShardWriter, type TokenType, tokenTypeOf } from './shard.js';

/** How a performance becomes tokens: a performance codec, or one that knows more of each file. */
export interface PieceEncoder {
  readonly id: string;
  readonly vocabulary: Vocabulary;
  readonly startToken: number;
  /** Throws a ContinuoError where the file cannot be used; it is then left out, with that reason. */
  encode(performance: Performance, source: PieceSource): EncodedPiece;
}

export interface PieceSource {
  readonly path: string;
  /** The moment of the file that is 0 in the performance. */
  readonly from: Seconds;
}

export interface DatasetOptions {
  readonly codec: PieceEncoder;
  /** Folder of MIDI files with splits.csv. */
  readonly from: string;
  /** Folder that is made; one that holds a dataset is replaced. */
  readonly out: string;
  /** All pieces are held out, whatever the corpus says: a data set to measure on. */
  readonly heldOut?: boolean;
  /** The corpus's terms, for the cards of models trained on it; default: the first line of its LICENSE. */
  readonly licence?: string;
  /** Called after each file. */
  readonly progress?: (done: number, total: number) => void;
  /** Ends the work; nothing half made is left. */
  readonly signal?: AbortSignal;
}

/** The dataset's meta.json: all that a trainer needs to know of the tokens, and a reader of where they come from. */
export interface DatasetMeta {
  readonly version: 1;
  readonly codec: string;
  readonly vocabularyHash: string;
  /** Tokens in the vocabulary. */
  readonly size: number;
  /** Fed before each piece; not stored in the shards. */
  readonly startToken: number;
  readonly dtype: TokenType;
  /**
   * Consecutive tokens, each range packed in mixed radix, first field most significant: enough to move a `pitch` or stretch
   * the `steps` of a token without knowing music.
   */
  readonly ranges: readonly {
    readonly name: string;
    readonly first: number;
    readonly fields: readonly { readonly name: string; readonly radix: number }[];
  }[];
  readonly splits: Readonly<Record<Split, ShardSummary>>;
  readonly corpus: string;
  readonly licence: string;
  /** What was done to the pieces. */
  readonly options: {
    readonly drums: boolean;
    readonly leadingSilence: boolean;
    readonly pedal: 'where usable';
  };
  /** Notes moved by octaves into the codec's range, and notes that fell together with another of their pitch. */
  readonly folded: number;
  readonly merged: number;
  /** Files whose pedal was ignored, since it hardly ever comes up. */
  readonly pedalIgnored: readonly string[];
  /** Files that splits.csv names and that could not be used. */
  readonly skipped: readonly { readonly path: string; readonly code: ErrorCode; readonly message: string }[];
  /** Files that are odd or damaged, and what was made of that. */
  readonly damaged: readonly { readonly path: string; readonly warnings: readonly MidiWarning[] }[];
  /** MIDI files in the folder that splits.csv does not name. */
  readonly unlisted: readonly string[];
}

/** What the meta.json of every data set says, whatever its pieces are. */
export type TokenDatasetMeta = Pick<
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
>;

/**
 * Builds token shards from a corpus: `meta.json` ({@link DatasetMeta}), and for each split `NAME.bin`, the tokens of its
 * pieces in the order of their paths, and `NAME.index.json`, a list of {path, offset, length, notes, seconds}. All or nothing:
 * made in a folder beside `out` that takes its place at the end.
 * Throws FILE_READ, FILE_WRITE, CORPUS_SPLITS, DATASET_EMPTY, and the signal's reason.
 */
export async function buildDataset(options: DatasetOptions): Promise<DatasetMeta> {
  const corpus = await readCorpus(options.from, { heldOut: options.heldOut === true });
  return makeDatasetFolder(options.out, options.signal, (folder) => fill(folder, corpus, options));
}

/**
 * Makes a dataset folder all or nothing: `fill` writes into a folder beside `out` that takes its place at the end. Only a
 * dataset, or nothing, is replaced. Throws FILE_WRITE, the signal's reason, and what `fill` throws.
 */
export async function makeDatasetFolder<Meta>(
  folder: string,
  signal: AbortSignal | undefined,
  fill: (part: string) => Promise<Meta>,
): Promise<Meta> {
  const out = resolve(folder);
  await refuseOtherFolders(out);
  try {
    return await makeWholeFolder(out, async (part) => {
      const meta = await fill(part);
      signal?.throwIfAborted();
      return meta;
    });
  } catch (error) {
    throw isSystemError(error) ? cannotWrite(out, error) : error;
  }
}

async function fill(folder: string, corpus: Corpus, options: DatasetOptions): Promise<DatasetMeta> {
  const { codec, progress, signal } = options;
  const { vocabulary } = codec;
  const dtype = tokenTypeOf(vocabulary.size);
  const shards = {
    train: await ShardWriter.create(folder, 'train', dtype),
    valid: await ShardWriter.create(folder, 'valid', dtype),
  } satisfies Record<Split, ShardWriter>;
  const skipped: DatasetMeta['skipped'][number][] = [];
  const damaged: DatasetMeta['damaged'][number][] = [];
  const pedalIgnored: string[] = [];
  let folded = 0;
  let merged = 0;

  try {
    for (const [index, { path, split }] of corpus.files.entries()) {
      signal?.throwIfAborted();
      const warnings = new MidiWarnings();
      try {
        const bytes = await readRegularFile(join(options.from, path), MOST_MUSIC);
        const read = pianoPerformance(readMidi(bytes, warnings));
        const performance = withoutLeadingSilence(read.performance);
        if (read.pedalIgnored) pedalIgnored.push(path);
        const from = read.performance.notes[0]!.start;
        const piece = codec.encode(performance, { path, from });
        folded += piece.folded;
        merged += piece.merged;
        const seconds = performance.notes.reduce((latest, note) => Math.max(latest, note.end), 0);
        const notes = performance.notes.length - piece.merged;
        await shards[split].add(piece.tokens, { path, notes, seconds });
      } catch (error) {
        if (!(error instanceof ContinuoError)) throw error;
        skipped.push({ path, code: error.code, message: error.message });
      }
      const damage = damageIn(warnings.list());
      if (damage.length > 0) damaged.push({ path, warnings: damage });
      progress?.(index + 1, corpus.files.length);
    }
  } catch (error) {
    for (const split of SPLITS) await shards[split].close();
    throw error;
  }

  const splits = { train: await shards.train.finish(), valid: await shards.valid.finish() };
  if (splits.train.tokens + splits.valid.tokens === 0) throw empty(options.from, skipped);
  const meta: DatasetMeta = {
    version: 1,
    codec: codec.id,
    vocabularyHash: vocabulary.hash,
    size: vocabulary.size,
    startToken: codec.startToken,
    dtype,
    ranges: metaRanges(vocabulary),
    splits,
    corpus: basename(resolve(options.from)),
    licence: options.licence ?? licenceOf(options.from),
    options: { drums: false, leadingSilence: false, pedal: 'where usable' },
    folded,
    merged,
    pedalIgnored,
    skipped,
    damaged,
    unlisted: corpus.unlisted,
  };
  await writeFile(join(folder, 'meta.json'), `${JSON.stringify(meta, null, 2)}\n`);
  return meta;
}

/** A vocabulary's ranges as meta.json lists them. */
export function metaRanges(vocabulary: Vocabulary): DatasetMeta['ranges'] {
  return vocabulary.ranges.map(({ name, first, fields }) => ({
    name,
    first,
    fields: Object.entries(fields).map(([field, radix]) => ({ name: field, radix })),
  }));
}

/** A piece begins with its first note: what a recorder waited for is no music. */
export function withoutLeadingSilence({ notes, pedal }: Performance): Performance {
  const begin = notes[0]!.start;
  return {
    notes: notes.map((note) => ({ ...note, start: note.start - begin, end: note.end - begin })),
    pedal: pedal.map((change) => ({ ...change, time: Math.max(0, change.time - begin) })),
  };
}

/** Only a dataset, or nothing, is replaced. */
async function refuseOtherFolders(out: string): Promise<void> {
  const names: string[] = await readdir(out).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw cannotWrite(out, cause);
  });
  if (names.length > 0 && !(names.includes('meta.json') && names.includes('train.index.json'))) {
    throw new ContinuoError(
      'FILE_WRITE',
      `${out} holds other files than a dataset.`,
      'Give a folder that is not there yet.',
    );
  }
}

/** What the file system says: disk full, no permission. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

function cannotWrite(out: string, cause: NodeJS.ErrnoException): ContinuoError {
  return new ContinuoError(
    'FILE_WRITE',
    `Expected to make a dataset folder at ${out}, but it ${cause.code === 'ENOTDIR' ? 'is no folder' : `cannot be written (${cause.code})`}.`,
    'May you write there, and is there room? --out names another place.',
    { cause },
  );
}

/** The terms of a corpus, in words. */
export function licenceOf(folder: string): string {
  return licenceIn(folder) ?? 'not stated';
}

function empty(from: string, skipped: DatasetMeta['skipped']): ContinuoError {
  const first = skipped[0];
  return new ContinuoError(
    'DATASET_EMPTY',
    `Expected music to train on or to measure on, but no file of ${from} could be used${first ? `: ${first.path}: ${first.message}` : '.'}`,
    'Look at splits.csv: are its paths relative to its folder?',
  );
}
