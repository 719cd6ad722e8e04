import { readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { ContinuoError } from '../errors.js';
import { MOST_MUSIC, readRegularFile } from '../read-file.js';

/** The parts of a corpus: what a network learns from, and what it is measured on. */
export const SPLITS = ['train', 'valid'] as const;
export type Split = (typeof SPLITS)[number];

/** A file of a corpus. Files with the same `piece` are performances of one piece, and always in the same split. */
export interface CorpusFile {
  /** Relative to the corpus folder, with forward slashes. */
  readonly path: string;
  readonly piece: string;
  readonly split: Split;
}

export interface Corpus {
  /** Sorted by path. */
  readonly files: readonly CorpusFile[];
  /** MIDI files in the folder that splits.csv does not name, sorted. */
  readonly unlisted: readonly string[];
}

const SPLITS_FILE = 'splits.csv';

/** Lists a folder of MIDI files with a `splits.csv` (path,piece,split) beside them. Throws FILE_READ, CORPUS_SPLITS. */
export async function readCorpus(folder: string): Promise<Corpus> {
  const bytes = await readRegularFile(join(folder, SPLITS_FILE), MOST_MUSIC).catch((cause: Error) => {
    throw new ContinuoError(
      'FILE_READ',
      `A corpus is a folder of MIDI files with a ${SPLITS_FILE}: ${cause.message}`,
      `Make one with the columns path, piece, split, where split is ${SPLITS.join(' or ')}.`,
      { cause },
    );
  });
  const files = parseSplits(bytes.toString('utf8')).sort((a, b) => (a.path < b.path ? -1 : 1));
  const listed = new Set(files.map(({ path }) => path));
  const present = (await readdir(folder, { recursive: true })).map((path) => path.split(sep).join('/'));
  const unlisted = present.filter((path) => /\.midi?$/i.test(path) && !listed.has(path)).sort();
  return { files, unlisted };
}

/** Rows of `splits.csv`. Throws CORPUS_SPLITS, also where a path or a piece would stand in two splits. */
export function parseSplits(text: string): CorpusFile[] {
  const [header, ...rows] = text.split(/\r?\n/);
  if (header !== 'path,piece,split') throw wrong(1, 'the columns path,piece,split', header ?? '');
  const files: CorpusFile[] = [];
  const paths = new Set<string>();
  const splitOf = new Map<string, Split>();
  for (const [index, row] of rows.entries()) {
    if (row === '') continue;
    const line = index + 2;
    const [path, piece, word, ...more] = row.split(',');
    const split = SPLITS.find((known) => known === word);
    if (!path || !piece || !split || more.length > 0) {
      throw wrong(line, `a path, a piece and ${SPLITS.join(' or ')}, without quotes`, row);
    }
    if (paths.has(path)) throw wrong(line, 'each path once', row);
    if ((splitOf.get(piece) ?? split) !== split) throw wrong(line, 'all files of a piece in one split', row);
    paths.add(path);
    splitOf.set(piece, split);
    files.push({ path, piece, split });
  }
  return files;
}

function wrong(line: number, expected: string, row: string): ContinuoError {
  return new ContinuoError(
    'CORPUS_SPLITS',
    `Expected ${expected}, but line ${line} of ${SPLITS_FILE} says ${JSON.stringify(row.slice(0, 80))}.`,
    'Mend that line; the splits decide what a model is measured on.',
  );
}
