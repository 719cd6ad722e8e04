import { existsSync } from 'node:fs';
import { corpusRecord } from '../../corpora/fetch.js';
import { corpusFolder, manifestOf } from '../../corpora/manifest.js';
import { ContinuoError } from '../../errors.js';
import { type CorpusChoice, choiceByCodec, corpusChoices } from '../../host/plugins/corpus-plugins.js';
import { chooseCorpus } from '../../training/dataset/choose-corpus.js';

/** A corpus named by the user, with what is known of it. */
export interface NamedCorpus {
  readonly folder: string;
  /** The plugin that reads the corpus. */
  readonly choice: CorpusChoice;
  /** Id of the codec for its files. */
  readonly codec: string;
  readonly licence?: string;
}

/** The codec id and plugin that the user chose; both default to what suits the corpus. */
export interface CorpusAsked {
  readonly codec?: string | undefined;
  readonly plugin?: string | undefined;
}

export const CORPUS_ARGS = {
  codec: {
    type: 'string',
    description:
      'Codec that turns the files into tokens (default: the one of the corpus, else the first of the plugin)',
    valueHint: 'ID',
  },
  plugin: {
    type: 'string',
    description:
      'Plugin that reads the files, by id or folder (default: the one whose files the folder holds)',
    valueHint: 'ID|FOLDER',
  },
} as const;

/**
 * Finds a corpus by name, wherever it is stored, or by folder. The codec is the user's choice, else the corpus's own, else one
 * that suits the files. Throws CORPUS_UNKNOWN, CODEC_UNKNOWN, FILE_READ, DATASET_EMPTY.
 */
export async function namedCorpus(nameOrFolder: string, asked: CorpusAsked): Promise<NamedCorpus> {
  const isFolder = /[\\/.]/.test(nameOrFolder) || existsSync(nameOrFolder);
  if (isFolder) return corpusIn(nameOrFolder, asked);
  const manifest = await manifestOf(nameOrFolder);
  const folder = corpusFolder(manifest);
  if (!existsSync(folder)) {
    throw new ContinuoError(
      'CORPUS_UNKNOWN',
      `${manifest.name} is not on this machine yet.`,
      `Download it with: continuo dataset fetch ${manifest.name}`,
    );
  }
  const codec = asked.codec ?? manifest.codec;
  if (codec === undefined && asked.plugin === undefined) {
    throw new ContinuoError(
      'CODEC_UNKNOWN',
      `No bundled codec is made for ${manifest.name}.`,
      'Give one with --codec ID; the codecs of the piano leave out drums (channel 10).',
    );
  }
  const choices = await corpusChoices(asked.plugin);
  return { folder, ...inCodec(choices, codec, choices[0]!), licence: manifest.licence.name };
}

/**
 * The corpus in a folder or single file, with the codec chosen as in {@link namedCorpus}. Throws FILE_READ, CODEC_UNKNOWN,
 * DATASET_EMPTY.
 */
export async function corpusIn(folder: string, asked: CorpusAsked): Promise<NamedCorpus> {
  const record = await corpusRecord(folder);
  const licence = record === null ? {} : { licence: record.licence };
  const choices = await corpusChoices(asked.plugin);
  const codec = asked.codec ?? (asked.plugin === undefined ? record?.codec : undefined);
  if (codec !== undefined) return { folder, ...inCodec(choices, codec, choices[0]!), ...licence };
  const found = await chooseCorpus(folder, choices);
  if (found !== 'dataset') return { folder, ...inCodec(choices, undefined, found), ...licence };
  throw new ContinuoError(
    'FILE_READ',
    `Expected a corpus, but ${folder} is a data set already.`,
    'continuo train --on, continuo evaluate and training/torch take it as it is.',
  );
}

function inCodec(
  choices: readonly CorpusChoice[],
  codec: string | undefined,
  otherwise: CorpusChoice,
): Pick<NamedCorpus, 'choice' | 'codec'> {
  return codec === undefined
    ? { choice: otherwise, codec: otherwise.kind.codecs[0]! }
    : choiceByCodec(choices, codec);
}
