import { join } from 'node:path';
import { ContinuoError } from '../../errors.js';
import type { CorpusChoice } from '../../host/plugins/corpus-plugins.js';
import { endsWith } from './corpus.js';
import { filesAt, isFile } from './files-at.js';

/** What a path contains: a data set, or files that a plugin can turn into training data. */
export type FoundMaterial = 'dataset' | CorpusChoice;

/**
 * Chooses the plugin with the most matching files at the path, a folder or a file; the first choice wins a tie. Returns
 * 'dataset' for a data set. Plugins whose corpus is a single file are considered only if the path is a file. Throws FILE_READ,
 * DATASET_EMPTY.
 */
export async function chooseCorpus(path: string, choices: readonly CorpusChoice[]): Promise<FoundMaterial> {
  const files = await filesAt(path);
  if (files.includes(join(path, 'meta.json'))) return 'dataset';
  const one = await isFile(path);
  // One choice was asked for. Of several, some wait to be asked for.
  const offered = choices.length === 1 ? choices : choices.filter(({ kind }) => !kind.byName);
  const possible = offered.filter(({ kind }) => one || kind.source === 'folder');
  const counted = possible.map((choice) => ({
    choice,
    count: files.filter(endsWith(choice.kind.endings)).length,
  }));
  const most = counted.reduce((best, next) => (next.count > best.count ? next : best), NONE);
  if (most.choice) return most.choice;
  const kinds = possible.map(({ kind }) => kind);
  throw new ContinuoError(
    'DATASET_EMPTY',
    `Expected ${orList(kinds.map(({ files }) => files))}, but ${path} has none (of ${files.length} files).`,
    `Give a folder of ${orList(kinds.flatMap(({ endings }) => endings.slice(0, 1).map((ending) => `.${ending}`)))} files, one such file, or a data set of continuo dataset build.`,
  );
}

const NONE: { readonly choice?: CorpusChoice; readonly count: number } = { count: 0 };

const orList = (words: readonly string[]): string =>
  [words.slice(0, -1).join(', '), ...words.slice(-1)].filter((part) => part !== '').join(' or ');
