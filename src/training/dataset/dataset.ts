import { readdir, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Vocabulary } from '../../codec/vocabulary.js';
import { ContinuoError, type ErrorCode } from '../../errors.js';
import type { CorpusPlugin } from '../../host/plugins/corpus-plugins.js';
import { licenceIn } from '../../licence.js';
import type { CorpusSummary, CorpusWarning } from '../../plugin/corpus.js';
import { makeWholeFolder } from '../../whole-folder.js';
import { type Corpus, SPLITS, type Split } from './corpus.js';
import { corpusExamples, type FileExamples, listCorpus } from './corpus-examples.js';
import { encode, type ReadExample } from './examples.js';
import { type CodecChoice, type CorpusInCodec, checkAids, openCodec } from './open-codec.js';
import { type ShardSummary, ShardWriter, type TokenType, tokenTypeOf } from './shard.js';

export interface DatasetOptions {
  readonly plugin: CorpusPlugin;
  readonly codec: CodecChoice;
  /** Folder of files, or the file of a single-file corpus; with `bytes`, only its name. */
  readonly from: string;
  /** The contents of a single-file corpus that were already read, such as standard input. */
  readonly bytes?: Uint8Array;
  /** Output folder; an existing data set is replaced. */
  readonly out: string;
  /** Holds out all pieces, regardless of the corpus's splits: a data set for evaluation. */
  readonly heldOut?: boolean;
  /** The licence of the corpus, for the model cards of models trained on it; default: the first line of its LICENSE. */
  readonly licence?: string;
  /** Called after each file. */
  readonly progress?: (done: number, total: number) => void;
  /** Cancels the build; no partial output remains. */
  readonly signal?: AbortSignal;
}

/** The common fields of meta.json: what a trainer needs to know of the tokens, and where they come from. */
export interface TokenDatasetMeta {
  readonly version: 1;
  readonly codec: string;
  readonly vocabularyHash: string;
  /** Vocabulary size. */
  readonly size: number;
  /** Input before each piece; not stored in the shards. */
  readonly startToken: number;
  readonly dtype: TokenType;
  /**
   * Ranges of consecutive tokens, each packed in mixed radix with the most significant field first. With these a trainer can
   * transpose a `pitch` or stretch the `steps` of a token without musical knowledge.
   */
  readonly ranges: readonly {
    readonly name: string;
    readonly first: number;
    readonly fields: readonly { readonly name: string; readonly radix: number }[];
  }[];
  readonly splits: Readonly<Record<Split, ShardSummary>>;
  readonly corpus: string;
  readonly licence: string;
}

/**
 * The contents of meta.json. The corpus plugin adds what it learnt from the corpus (`learns` in its plugin.json), counts of the
 * examples, and the notation that has no token.
 */
export interface DatasetMeta extends TokenDatasetMeta {
  /** The processing of the examples, and how they were split if there is no splits.csv. */
  readonly options?: Readonly<Record<string, string | number | boolean>>;
  /** Number of families per split; no family is in both. */
  readonly families?: Readonly<Record<Split, number>>;
  /** Number tokens that trainers feed by value, and conditioning tokens that are not predicted. */
  readonly counting?: unknown;
  readonly planning?: unknown;
  /** Which tokens are fed packed with the one before, and not predicted. */
  readonly joint?: unknown;
  /** Unusable files and examples. */
  readonly skipped?: readonly SkippedExample[];
  /** Unusual or damaged files, and how they were read. */
  readonly damaged?: readonly DamagedFile[];
  /** Files in the folder that splits.csv does not name. */
  readonly unlisted?: readonly string[];
}

interface SkippedExample {
  readonly path: string;
  readonly code: ErrorCode;
  readonly message: string;
}

interface DamagedFile {
  readonly path: string;
  readonly warnings: readonly CorpusWarning[];
}

export interface BuiltDataset {
  readonly meta: DatasetMeta;
  /** Messages from the plugin about the data set, one per line. */
  readonly words: readonly string[];
}

/**
 * Builds token shards from a corpus: `meta.json` ({@link DatasetMeta}), and for each split `NAME.bin`, the tokens of its pieces
 * in file order, and `NAME.index.json`, a list of {path, offset, length, notes, seconds}. The build is atomic: it writes to a
 * folder beside `out` and moves it into place at the end. Unusable files are skipped and listed; in a single-file corpus they
 * throw. Throws FILE_READ, FILE_WRITE, CORPUS_SPLITS, DATASET_EMPTY, PLUGIN_CODE, the plugin's errors for a file, and the
 * signal's reason.
 */
export async function buildDataset(options: DatasetOptions): Promise<BuiltDataset> {
  const { from, plugin, heldOut = false } = options;
  checkAids(plugin.kind.aids, options.codec.id, options.codec.aids ?? {});
  const corpus = await listCorpus({ plugin, from }, { heldOut });
  const learnt = await learn(options, corpus);
  const opened = await openCodec(plugin, {
    ...options.codec,
    said: { ...options.codec.said, ...learnt },
  });
  return makeDatasetFolder(options.out, options.signal, async (folder) => {
    const writer = await DatasetWriter.create(folder, opened, options);
    return writer.write(corpus, learnt);
  });
}

/**
 * Metadata that the plugin learns from the whole corpus to build the codec; values of the model being fine-tuned take
 * precedence.
 */
async function learn(options: DatasetOptions, corpus: Corpus): Promise<Readonly<Record<string, unknown>>> {
  const { plugin, codec } = options;
  if (!plugin.corpus.learn) return {};
  const pieces: unknown[] = [];
  let first: SkippedExample | undefined;
  for await (const { examples } of corpusExamples(options, corpus)) {
    options.signal?.throwIfAborted();
    for (const { example } of examples) {
      if ('piece' in example) pieces.push(example.piece);
      else first ??= skippedExample(plugin, example);
    }
  }
  if (pieces.length === 0) throw empty(options, first);
  const learnt = plugin.corpus.learn(codec.id, pieces);
  return Object.fromEntries(
    Object.entries(learnt).map(([name, value]) => [name, codec.said?.[name] ?? value]),
  );
}

/**
 * Creates a data set folder atomically: `fill` writes to a folder beside `out`, which then takes its place. Replaces only an
 * existing data set. Throws FILE_WRITE, the signal's reason, and what `fill` throws.
 */
async function makeDatasetFolder<Meta>(
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

/** Writes the shards and meta.json of one data set. */
class DatasetWriter {
  readonly #skipped: SkippedExample[] = [];
  readonly #damaged: DamagedFile[] = [];
  readonly #families: Record<Split, Set<string>> = { train: new Set(), valid: new Set() };
  readonly #summary: CorpusSummary | undefined;
  /** Whether a list or an example named a family. */
  #saidFamily = false;

  private constructor(
    private readonly folder: string,
    private readonly opened: CorpusInCodec,
    private readonly options: DatasetOptions,
    private readonly shards: Readonly<Record<Split, ShardWriter>>,
  ) {
    this.#summary = opened.corpus.summary?.(opened.codec);
  }

  static async create(
    folder: string,
    opened: CorpusInCodec,
    options: DatasetOptions,
  ): Promise<DatasetWriter> {
    const dtype = tokenTypeOf(opened.codec.vocabulary.size);
    return new DatasetWriter(folder, opened, options, {
      train: await ShardWriter.create(folder, 'train', dtype),
      valid: await ShardWriter.create(folder, 'valid', dtype),
    });
  }

  async write(corpus: Corpus, learnt: Readonly<Record<string, unknown>>): Promise<BuiltDataset> {
    try {
      let done = 0;
      for await (const file of corpusExamples(this.options, corpus)) {
        await this.#file(file);
        this.options.progress?.(++done, corpus.files.length);
      }
    } catch (error) {
      for (const split of SPLITS) await this.shards[split].close();
      throw error;
    }
    const splits = { train: await this.shards.train.finish(), valid: await this.shards.valid.finish() };
    if (splits.train.tokens + splits.valid.tokens === 0) throw empty(this.options, this.#skipped[0]);
    const meta = { ...this.#tokens(splits), ...learnt, ...this.#about(corpus) };
    await writeFile(join(this.folder, 'meta.json'), `${JSON.stringify(meta, null, 2)}\n`);
    return { meta, words: this.#summary?.words?.() ?? [] };
  }

  async #file({ file, examples, warnings }: FileExamples): Promise<void> {
    const { heldOut, signal } = this.options;
    if (warnings.length > 0) this.#damaged.push({ path: file.path, warnings });
    this.#saidFamily ||= file.families !== undefined;
    for (const { example, split, family } of examples) {
      signal?.throwIfAborted();
      await this.#example(example, heldOut ? 'valid' : split, family);
    }
    signal?.throwIfAborted();
  }

  async #example(example: ReadExample, split: Split, family: string): Promise<void> {
    const encoded = encode(this.opened, example);
    if ('refused' in encoded || 'refused' in example) {
      const { refused } = encoded as { readonly refused: ContinuoError };
      this.#skipped.push(skippedExample(this.opened, { path: example.path, refused }));
      return;
    }
    this.#saidFamily ||= example.family !== undefined;
    this.#families[split].add(family);
    const { tokens, notes = 0, seconds = 0 } = encoded;
    this.#summary?.add({ path: example.path, piece: example.piece, encoded, split });
    await this.shards[split].add(tokens, { path: example.path, notes, seconds });
  }

  #tokens(splits: DatasetMeta['splits']): TokenDatasetMeta {
    const { codec, kind } = this.opened;
    const { from, licence } = this.options;
    const { vocabulary } = codec;
    return {
      version: 1,
      codec: codec.id,
      vocabularyHash: vocabulary.hash,
      size: vocabulary.size,
      startToken: codec.startToken,
      dtype: tokenTypeOf(vocabulary.size),
      ranges: metaRanges(vocabulary),
      splits,
      corpus: basename(kind.source === 'file' ? from : resolve(from)),
      licence: licence ?? licenceOf(from),
    };
  }

  /** The metadata about the examples. */
  #about(corpus: Corpus): Omit<DatasetMeta, keyof TokenDatasetMeta> {
    const { codec, kind } = this.opened;
    const options = { ...this.#splitWords(corpus), ...kind.options };
    const byFamily = kind.split.by === 'family';
    const byList = kind.split.by === 'list';
    const families = { train: this.#families.train.size, valid: this.#families.valid.size };
    return {
      ...(Object.keys(options).length > 0 && { options }),
      ...(byFamily && { families }),
      ...this.#summary?.counts?.(),
      ...codec.trainer,
      ...this.#summary?.lost?.(),
      ...(kind.source === 'folder' && { skipped: this.#skipped }),
      ...((byList || this.#damaged.length > 0) && { damaged: this.#damaged }),
      ...(byList && { unlisted: corpus.unlisted }),
    };
  }

  #splitWords({ files }: Corpus): { readonly split?: string } {
    const { split } = this.opened.kind;
    if (split.by === 'list' || this.opened.kind.source === 'file') return {};
    if (this.options.heldOut) return { split: 'all held out' };
    if (split.by === 'spread') return { split: `one in ${split.oneIn}` };
    if (files.some(({ splits }) => splits)) return { split: 'as NAME.splits.txt says' };
    const by = this.#saidFamily ? 'family' : 'title';
    return { split: `by ${by}: fnv1a64("${split.seed} FAMILY") modulo ${split.oneIn} is 0 in valid` };
  }
}

/** The record of an unusable example; throws if the file is the whole corpus. */
function skippedExample(
  { kind }: Pick<CorpusPlugin, 'kind'>,
  { path, refused }: { readonly path: string; readonly refused: ContinuoError },
): SkippedExample {
  if (kind.source === 'file') throw refused;
  return { path, code: refused.code, message: refused.message };
}

function empty({ plugin, from }: DatasetOptions, first: SkippedExample | undefined): ContinuoError {
  const { kind } = plugin;
  return new ContinuoError(
    'DATASET_EMPTY',
    `Expected ${kind.files} to train on or to measure on, but nothing of ${from} could be used${first ? `: ${first.path}: ${first.message}` : '.'}`,
    kind.split.by === 'list'
      ? 'Look at splits.csv: are its paths relative to its folder?'
      : `Are there ${kind.endings.map((ending) => `.${ending}`).join(' or ')} files in it?`,
  );
}

/** The ranges of a vocabulary in the format of meta.json. */
export function metaRanges(vocabulary: Vocabulary): DatasetMeta['ranges'] {
  return vocabulary.ranges.map(({ name, first, fields }) => ({
    name,
    first,
    fields: Object.entries(fields).map(([field, radix]) => ({ name: field, radix })),
  }));
}

/** Refuses to replace a folder that is not a data set. */
async function refuseOtherFolders(out: string): Promise<void> {
  const names: string[] = await readdir(out).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw cannotWrite(out, cause);
  });
  if (names.length > 0 && !(names.includes('meta.json') && names.includes('train.index.json'))) {
    throw new ContinuoError(
      'FILE_WRITE',
      `${out} holds files that do not belong to a data set.`,
      'Give a folder that does not exist yet.',
    );
  }
}

/** Whether this is a system error, such as disk full or permission denied. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

function cannotWrite(out: string, cause: NodeJS.ErrnoException): ContinuoError {
  return new ContinuoError(
    'FILE_WRITE',
    `Expected to create a data set at ${out}, but it ${cause.code === 'ENOTDIR' ? 'is no folder' : `cannot be written (${cause.code})`}.`,
    'Check the permissions and the free space, or give another place with --out.',
    { cause },
  );
}

/** The licence of a corpus as text. */
export function licenceOf(folder: string): string {
  return licenceIn(folder) ?? 'not stated';
}
