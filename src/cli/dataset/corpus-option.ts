import { existsSync } from 'node:fs';
import { corpusRecord } from '../../corpora/fetch.js';
import { corpusFolder, manifestOf } from '../../corpora/manifest.js';
import { ContinuoError } from '../../errors.js';
import { folkCodec } from '../../plugins/folk/codec/codec.js';
import { readFolder } from '../../read-folder.js';

/** A corpus that a user named, and what is known of it. */
export interface NamedCorpus {
  readonly folder: string;
  readonly codec: string;
  readonly licence?: string;
}

const DEFAULT_CODEC = 'performance-packed-16';

/**
 * A corpus by its name, wherever it lies, or a folder. `codec` is what the user asked for, else what the corpus is for, else
 * what suits its files. Throws CORPUS_UNKNOWN, FILE_READ.
 */
export async function namedCorpus(nameOrFolder: string, codec?: string): Promise<NamedCorpus> {
  const isFolder = /[\\/.]/.test(nameOrFolder) || existsSync(nameOrFolder);
  if (isFolder) return corpusIn(nameOrFolder, codec);
  const manifest = await manifestOf(nameOrFolder);
  const folder = corpusFolder(manifest);
  if (!existsSync(folder)) {
    throw new ContinuoError(
      'CORPUS_UNKNOWN',
      `${manifest.name} is not on this machine yet.`,
      `continuo dataset fetch ${manifest.name} brings it.`,
    );
  }
  if (codec === undefined && manifest.codec === undefined) {
    throw new ContinuoError(
      'CODEC_UNKNOWN',
      `No codec of ours is made for ${manifest.name}.`,
      'Give one with --codec ID; the codecs of the piano leave out drums (channel 10).',
    );
  }
  return { folder, codec: idOf((codec ?? manifest.codec)!), licence: manifest.licence.name };
}

/** The corpus in a folder, as {@link namedCorpus} finds it. Throws FILE_READ. */
export async function corpusIn(folder: string, codec?: string): Promise<NamedCorpus> {
  const record = await corpusRecord(folder);
  const licence = record === null ? {} : { licence: record.licence };
  return { folder, codec: idOf(codec ?? record?.codec ?? (await suiting(folder))), ...licence };
}

function idOf(codec: string): string {
  return codec === 'folk' ? folkCodec.id : codec;
}

async function suiting(folder: string): Promise<string> {
  const names = await readFolder(folder, 'Give a folder of music.');
  return names.some((name) => name.endsWith('.abc')) ? folkCodec.id : DEFAULT_CODEC;
}
