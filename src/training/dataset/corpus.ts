import { join, posix, sep } from 'node:path';
import { decodeText } from '../../decode-text.js';
import { ContinuoError } from '../../errors.js';
import type { CorpusPart } from '../../plugin/corpus.js';
import type { CorpusDescriptor } from '../../plugin/corpus-descriptor.js';
import { MOST_MUSIC, readRegularFile } from '../../read-file.js';
import { readFolder } from '../../read-folder.js';
import { CsvFault, type CsvRow, parseCsv } from './csv.js';

/** The splits of a corpus: the training set, and the held-out validation set. */
export const SPLITS = ['train', 'valid'] as const satisfies readonly CorpusPart[];
export type Split = CorpusPart;

/** A file that splits.csv names. Files with the same `piece` are performances of one piece, and always in the same split. */
export interface ListedFile {
  /** Relative to the corpus folder, with forward slashes. */
  readonly path: string;
  readonly piece: string;
  readonly split: Split;
}

/** A file of a corpus, with the lists beside it. */
export interface CorpusFile extends Pick<ListedFile, 'path'>, Partial<Omit<ListedFile, 'path'>> {
  /** The split of each example, in order. */
  readonly splits?: readonly Split[];
  /** The family of each example, in order. */
  readonly families?: readonly string[];
}

export interface Corpus {
  /** Sorted by path. */
  readonly files: readonly CorpusFile[];
  /** Matching files in the folder that splits.csv does not name, sorted. */
  readonly unlisted: readonly string[];
}

/** The file endings of a corpus and how it is split. */
export type CorpusKind = Pick<CorpusDescriptor, 'endings' | 'files' | 'split'>;

/** Names in use for the splits; MAESTRO has validation and test, both held out here. */
const SPLIT_WORDS: Readonly<Record<string, Split>> = {
  train: 'train',
  training: 'train',
  valid: 'valid',
  validation: 'valid',
  val: 'valid',
  test: 'valid',
};
const SPLIT_NAMES = 'train or valid (also validation, test)';

/** The split for a name; undefined if it names none. */
function splitOf(word: string): Split | undefined {
  const plain = word.trim().toLowerCase();
  return Object.hasOwn(SPLIT_WORDS, plain) ? SPLIT_WORDS[plain] : undefined;
}

const SPLITS_FILE = 'splits.csv';
const COLUMNS = ['path', 'piece', 'split'] as const;

/**
 * Lists the files of a corpus: those named by `splits.csv` (path,piece,split) in the folder, if the kind is split by such a
 * list; otherwise all files with its endings, each with the list beside it, if any. With `heldOut` no splits.csv is needed.
 * Throws FILE_READ, CORPUS_SPLITS.
 */
export async function readCorpus(
  folder: string,
  { endings, files: what, split }: CorpusKind,
  { heldOut = false }: { readonly heldOut?: boolean } = {},
): Promise<Corpus> {
  const beside = split.by === 'list' ? ` with a ${SPLITS_FILE}` : '';
  const present = await filesIn(folder, `Give a folder of ${what}${beside}.`);
  const own = present.filter(endsWith(endings));
  if (split.by === 'list') {
    if (!heldOut) return listed(folder, what, own);
    return { files: own.map((path) => ({ path, piece: path, split: 'valid' })), unlisted: [] };
  }
  const all = new Set(present);
  const files: CorpusFile[] = [];
  for (const path of own)
    files.push({ path, ...(split.by === 'family' ? await listsBeside(folder, path, all) : {}) });
  return { files, unlisted: [] };
}

/** Paths of all files in a folder, recursively; sorted, with forward slashes. Throws FILE_READ. */
async function filesIn(folder: string, hint: string): Promise<string[]> {
  const names = await readFolder(folder, hint, { recursive: true });
  return names.map((path) => path.split(sep).join('/')).sort();
}

/** Makes a test for paths with one of these endings. */
export function endsWith(endings: readonly string[]): (path: string) => boolean {
  return (path) => endings.includes(/\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase() ?? '');
}

async function listed(folder: string, what: string, own: readonly string[]): Promise<Corpus> {
  const bytes = await readRegularFile(join(folder, SPLITS_FILE), MOST_MUSIC).catch((cause: Error) => {
    throw new ContinuoError(
      'FILE_READ',
      `A corpus is a folder of ${what} with a ${SPLITS_FILE}: ${cause.message}`,
      `Make one with the columns path, piece, split, where split is ${SPLIT_NAMES}; or hold out all with --held-out.`,
      { cause },
    );
  });
  const present = new Set(own);
  const files = parseSplits(decodeText(bytes), (path) => asPresent(path, present)).sort((a, b) =>
    a.path < b.path ? -1 : 1,
  );
  const named = new Set(files.map(({ path }) => path));
  return { files, unlisted: own.filter((path) => !named.has(path)) };
}

/**
 * Reads the list beside a file: NAME.splits.txt (train or valid, one line per example), else NAME.families.txt (a number per
 * line). Throws FILE_READ, CORPUS_SPLITS.
 */
async function listsBeside(
  folder: string,
  path: string,
  present: ReadonlySet<string>,
): Promise<Pick<CorpusFile, 'splits' | 'families'>> {
  const name = path.replace(/\.[^./]+$/, '');
  const lines = async (file: string) => {
    const text = decodeText(await readRegularFile(join(folder, file), MOST_MUSIC));
    return text.split('\n').filter((line) => line.trim() !== '');
  };
  const [splits, families] = [`${name}.splits.txt`, `${name}.families.txt`];
  if (present.has(splits)) return { splits: parseExampleSplits(splits, await lines(splits)) };
  if (present.has(families)) return { families: parseFamilies(families, await lines(families)) };
  return {};
}

function parseFamilies(name: string, lines: readonly string[]): string[] {
  const families = lines.map(Number);
  if (families.every((family) => Number.isSafeInteger(family))) return families.map(String);
  throw new ContinuoError('CORPUS_SPLITS', `${name}: expected a whole number on each line.`);
}

function parseExampleSplits(name: string, lines: readonly string[]): Split[] {
  return lines.map((line, index) => {
    const split = splitOf(line);
    if (split) return split;
    throw new ContinuoError(
      'CORPUS_SPLITS',
      `${name}, line ${index + 1}: expected ${SPLIT_NAMES}, got ${JSON.stringify(line.slice(0, 40))}.`,
    );
  });
}

/**
 * The path as spelled in the folder. Lists made on Windows have backslashes, those from shells start with a dot, macOS writes é
 * as two characters, and spreadsheets add surrounding blanks.
 */
function asPresent(path: string, present: ReadonlySet<string>): string {
  const forms = [path, path.trim(), path.trim().replaceAll('\\', '/')].flatMap((form) => {
    const plain = posix.normalize(form);
    return [form, plain, plain.normalize('NFC'), plain.normalize('NFD')];
  });
  return forms.find((form) => present.has(form)) ?? path;
}

/**
 * Parses `splits.csv`, a CSV file (RFC 4180) whose header names the columns path, piece and split, in any order, among others.
 * `found` maps a path to its file. Throws CORPUS_SPLITS, also if a file or a piece is in two splits.
 */
export function parseSplits(text: string, found = (path: string) => path): ListedFile[] {
  const [header, ...rows] = rowsOf(text);
  const names = header?.fields.map((name) => name.trim().toLowerCase()) ?? [];
  const [pathAt, pieceAt, splitAt] = COLUMNS.map((name) => names.indexOf(name)) as [number, number, number];
  if (Math.min(pathAt, pieceAt, splitAt) < 0)
    throw wrong(header?.line ?? 1, `the columns ${COLUMNS.join(', ')}`, header?.fields ?? []);
  const files: ListedFile[] = [];
  const paths = new Set<string>();
  const splits = new Map<string, Split>();
  for (const { line, fields } of rows) {
    if (fields.every((field) => field.trim() === '')) continue;
    const [path, piece] = [found(fields[pathAt] ?? ''), fields[pieceAt]?.trim()];
    const split = splitOf(fields[splitAt] ?? '');
    if (fields.length > names.length)
      throw wrong(line, `${names.length} fields (a comma within one needs "quotes" around it)`, fields);
    if (!path || !piece || !split) throw wrong(line, `a path, a piece, and ${SPLIT_NAMES}`, fields);
    if (paths.has(path)) throw wrong(line, 'each path once', fields);
    if ((splits.get(piece) ?? split) !== split)
      throw wrong(line, 'all files of a piece in one split', fields);
    paths.add(path);
    splits.set(piece, split);
    files.push({ path, piece, split });
  }
  return files;
}

function rowsOf(text: string): CsvRow[] {
  try {
    return parseCsv(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    if (!(error instanceof CsvFault)) throw error;
    throw wrong(error.line, error.expected, [text.split(/\r\n|\r|\n/)[error.line - 1] ?? '']);
  }
}

function wrong(line: number, expected: string, fields: readonly string[]): ContinuoError {
  return new ContinuoError(
    'CORPUS_SPLITS',
    `Expected ${expected}, but line ${line} of ${SPLITS_FILE} says ${JSON.stringify(fields.join(',').slice(0, 80))}.`,
    'Correct that line; the splits decide what a model is measured on.',
  );
}
