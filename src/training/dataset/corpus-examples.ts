import { basename, join } from 'node:path';
import { ContinuoError } from '../../errors.js';
import type { CorpusPlugin } from '../../host/plugins/corpus-plugins.js';
import type { CorpusWarning } from '../../plugin/corpus.js';
import { MOST_MUSIC, readRegularFile } from '../../read-file.js';
import { type Corpus, type CorpusFile, readCorpus, type Split } from './corpus.js';
import { examplesIn, placeExamples, type ReadExample } from './examples.js';

/** A corpus, with the plugin that reads its files. */
export interface CorpusPlace {
  readonly plugin: CorpusPlugin;
  /** Folder of files, or the file of a single-file corpus; with `bytes`, only its name. */
  readonly from: string;
  readonly bytes?: Uint8Array;
}

/** The examples from one file of a corpus. */
export interface FileExamples {
  readonly file: CorpusFile;
  readonly examples: readonly {
    readonly example: ReadExample;
    readonly split: Split;
    readonly family: string;
  }[];
  readonly warnings: readonly CorpusWarning[];
}

/** Lists the files of a corpus without reading them. Throws FILE_READ, CORPUS_SPLITS. */
export async function listCorpus(
  { plugin, from }: Pick<CorpusPlace, 'plugin' | 'from'>,
  options: { readonly heldOut?: boolean } = {},
): Promise<Corpus> {
  if (plugin.kind.source === 'file') return { files: [{ path: from }], unlisted: [] };
  return readCorpus(from, plugin.kind, options);
}

/**
 * Reads the examples of a corpus, file by file. An unreadable file of a folder becomes a refused example; that of a single-file
 * corpus throws. Throws FILE_READ, CORPUS_SPLITS, PLUGIN_CODE.
 */
export async function* corpusExamples(place: CorpusPlace, { files }: Corpus): AsyncGenerator<FileExamples> {
  const { split } = place.plugin.kind;
  let before = 0;
  for (const file of files) {
    const warnings: CorpusWarning[] = [];
    const examples = await readExamples(place, file.path, (warning) => warnings.push(warning));
    const places = placeExamples(examples, file, { split, before });
    before += examples.length;
    yield { file, warnings, examples: examples.map((example, index) => ({ example, ...places[index]! })) };
  }
}

async function readExamples(
  { plugin, from, bytes }: CorpusPlace,
  path: string,
  warn: (warning: CorpusWarning) => void,
): Promise<ReadExample[]> {
  if (plugin.kind.source === 'file') {
    const file = { path, name: basename(path), bytes: bytes ?? (await readRegularFile(path, MOST_FILE)) };
    return [...examplesIn(plugin, file, warn)];
  }
  try {
    const file = { path, bytes: await readRegularFile(join(from, path), MOST_MUSIC) };
    return [...examplesIn(plugin, file, warn)];
  } catch (error) {
    if (!(error instanceof ContinuoError) || error.code !== 'FILE_READ') throw error;
    return [{ path, refused: error, rest: true }];
  }
}

/** Largest single-file corpus, in bytes: V8 cannot hold a longer string. */
const MOST_FILE = 2 ** 29;
