import { join, posix, sep } from 'node:path';
import { decodeText } from '../../decode-text.js';
import { ContinuoError } from '../../errors.js';
import { MOST_MUSIC, readRegularFile } from '../../read-file.js';
import { readFolder } from '../../read-folder.js';
import { CsvFault, type CsvRow, parseCsv } from './csv.js';

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

/** What people call them: MAESTRO says validation and test, of which both are held out. */
const SPLIT_WORDS: Readonly<Record<string, Split>> = {
  train: 'train',
  training: 'train',
  valid: 'valid',
  validation: 'valid',
  val: 'valid',
  test: 'valid',
};
export const SPLIT_NAMES = 'train or valid (also validation, test)';

/** The split that a word means, if it means one. */
export function splitOf(word: string): Split | undefined {
  const plain = word.trim().toLowerCase();
  return Object.hasOwn(SPLIT_WORDS, plain) ? SPLIT_WORDS[plain] : undefined;
}

const SPLITS_FILE = 'splits.csv';
const COLUMNS = ['path', 'piece', 'split'] as const;

/**
 * Lists a folder of MIDI files with a `splits.csv` (path,piece,split) beside them; with `heldOut` all its MIDI files, whatever
 * that says. Throws FILE_READ, CORPUS_SPLITS.
 */
export async function readCorpus(
  folder: string,
  { heldOut = false }: { readonly heldOut?: boolean } = {},
): Promise<Corpus> {
  const present = await midiFilesIn(folder);
  if (heldOut) {
    const files = [...present].sort().map((path): CorpusFile => ({ path, piece: path, split: 'valid' }));
    return { files, unlisted: [] };
  }
  const bytes = await readRegularFile(join(folder, SPLITS_FILE), MOST_MUSIC).catch((cause: Error) => {
    throw new ContinuoError(
      'FILE_READ',
      `A corpus is a folder of MIDI files with a ${SPLITS_FILE}: ${cause.message}`,
      `Make one with the columns path, piece, split, where split is ${SPLIT_NAMES}; or hold out all with --held-out.`,
      { cause },
    );
  });
  const files = parseSplits(decodeText(bytes), (path) => asPresent(path, present)).sort((a, b) =>
    a.path < b.path ? -1 : 1,
  );
  const listed = new Set(files.map(({ path }) => path));
  return { files, unlisted: [...present].filter((path) => !listed.has(path)).sort() };
}

async function midiFilesIn(folder: string): Promise<ReadonlySet<string>> {
  const names = await readFolder(folder, `Give a folder of MIDI files with a ${SPLITS_FILE}.`, {
    recursive: true,
  });
  return new Set(names.map((path) => path.split(sep).join('/')).filter((path) => /\.midi?$/i.test(path)));
}

/**
 * A path as the folder has it: lists that were made on Windows have backslashes, those of shells begin with a dot, of macOS write é as
 * two characters, of spreadsheets have blanks around.
 */
function asPresent(path: string, present: ReadonlySet<string>): string {
  const forms = [path, path.trim(), path.trim().replaceAll('\\', '/')].flatMap((form) => {
    const plain = posix.normalize(form);
    return [form, plain, plain.normalize('NFC'), plain.normalize('NFD')];
  });
  return forms.find((form) => present.has(form)) ?? path;
}

/**
 * Rows of `splits.csv`, a CSV file (RFC 4180) whose first line names its columns: path, piece and split, in any order, beside
 * others. `found`: the file that a path means. Throws CORPUS_SPLITS, also where a file or a piece would stand in two splits.
 */
export function parseSplits(text: string, found = (path: string) => path): CorpusFile[] {
  const [header, ...rows] = rowsOf(text);
  const names = header?.fields.map((name) => name.trim().toLowerCase()) ?? [];
  const [pathAt, pieceAt, splitAt] = COLUMNS.map((name) => names.indexOf(name)) as [number, number, number];
  if (Math.min(pathAt, pieceAt, splitAt) < 0)
    throw wrong(header?.line ?? 1, `the columns ${COLUMNS.join(', ')}`, header?.fields ?? []);
  const files: CorpusFile[] = [];
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
    'Mend that line; the splits decide what a model is measured on.',
  );
}
