import { fnv1a64 } from '../../codec/hash.js';
import { ContinuoError } from '../../errors.js';
import type { CorpusPlugin } from '../../host/plugins/corpus-plugins.js';
import type { CorpusSource, CorpusWarning, EncodedExample } from '../../plugin/corpus.js';
import type { CorpusSplit } from '../../plugin/corpus-descriptor.js';
import type { CorpusFile, Split } from './corpus.js';
import type { CorpusInCodec } from './open-codec.js';

/** An example from a file, or the reason that it was refused. */
export type ReadExample = {
  /** Path of the file, with the example's position. */
  readonly path: string;
  readonly title?: string;
  readonly family?: string;
} & (
  | { readonly piece: unknown }
  /** `rest`: everything from there to the end of the file was refused. */
  | { readonly refused: ContinuoError; readonly rest?: true }
);

/** A file with its contents. */
export interface FileBytes extends Pick<CorpusSource, 'path'> {
  readonly bytes: Uint8Array;
  /** Prefix of the examples' paths; default: the path. */
  readonly name?: string;
}

/** Reads the examples of a file. A ContinuoError of the plugin becomes a refused example; any other error throws PLUGIN_CODE. */
export function* examplesIn(
  { id, corpus }: CorpusPlugin,
  { path, bytes, name = path }: FileBytes,
  warn: (warning: CorpusWarning) => void,
): Generator<ReadExample> {
  try {
    for (const { place, ...example } of corpus.examples(bytes, { path, warn }))
      yield { ...example, path: place === undefined ? name : `${name}:${place}` };
  } catch (error) {
    yield { path: name, refused: refusalOf(error, id, name), rest: true };
  }
}

/** Encodes an example as tokens of the codec, or returns why it was refused. Throws PLUGIN_CODE. */
export function encode(
  { id, corpus, codec }: CorpusInCodec,
  example: ReadExample,
): EncodedExample | { readonly refused: ContinuoError } {
  if ('refused' in example) return example;
  let encoded: EncodedExample;
  try {
    encoded = corpus.tokens(example.piece, codec);
  } catch (error) {
    return { refused: refusalOf(error, id, example.path) };
  }
  const { size } = codec.vocabulary;
  const stray = encoded.tokens.find((token) => !(Number.isInteger(token) && token >= 0 && token < size));
  if (stray === undefined) return encoded;
  throw new ContinuoError(
    'PLUGIN_CODE',
    `The plugin ${id} gave the token ${stray} for ${example.path}; ${codec.id} has 0 to ${size - 1}.`,
    'Its author can mend it: continuo plugin check tries it.',
  );
}

function refusalOf(error: unknown, id: string, path: string): ContinuoError {
  if (error instanceof ContinuoError) return error;
  throw new ContinuoError(
    'PLUGIN_CODE',
    `The plugin ${id} failed at ${path}: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}.`,
    'Its author can mend it: what it cannot use it should refuse with a ContinuoError.',
    { cause: error },
  );
}

/**
 * The split and family of each example of a file; `before` is the number of examples in earlier files. Throws CORPUS_SPLITS if a
 * list beside the file does not fit it.
 */
export function placeExamples(
  examples: readonly ReadExample[],
  file: CorpusFile,
  { split, before }: { readonly split: CorpusSplit; readonly before: number },
): { readonly split: Split; readonly family: string }[] {
  const list = file.splits ?? file.families;
  const last = examples.at(-1);
  const cutOff = last !== undefined && 'rest' in last;
  if (list && (cutOff ? examples.length > list.length + 1 : examples.length !== list.length)) {
    throw new ContinuoError(
      'CORPUS_SPLITS',
      `${file.path} has ${examples.length} examples, but the list beside it (${file.splits ? 'splits' : 'families'}.txt) has ${list.length} lines.`,
      'The list needs one line for each example, in their order.',
    );
  }
  return examples.map((example, index) => {
    const family = file.families?.[index] ?? file.piece ?? familyOf(example);
    return { family, split: file.splits?.[index] ?? file.split ?? splitOf(family, before + index, split) };
  });
}

function splitOf(family: string, index: number, split: CorpusSplit): Split {
  switch (split.by) {
    case 'family':
      return splitOfFamily(family, split);
    case 'spread':
      return index % split.oneIn === Math.floor(split.oneIn / 2) ? 'valid' : 'train';
    case 'list':
      return 'train';
  }
}

/** Holds out about one family in `oneIn`, by a hash of the family's name alone. */
export function splitOfFamily(
  family: string,
  { seed, oneIn }: Pick<Extract<CorpusSplit, { by: 'family' }>, 'seed' | 'oneIn'>,
): Split {
  return BigInt(`0x${fnv1a64(`${seed} ${family}`)}`) % BigInt(oneIn) === 0n ? 'valid' : 'train';
}

function familyOf({ family, title, path }: ReadExample): string {
  return family ?? (title === undefined ? path : familyOfTitle(title));
}

/**
 * A number for a title, the same for "The X", "X, The" and any case. Kept at 52 bits: earlier data sets were split by such
 * numbers.
 */
function familyOfTitle(title: string): string {
  const plain = title
    .toLowerCase()
    .replace(/\b(the|a|an)\b/g, '')
    .replace(/[^\p{L}\p{N}]/gu, '');
  return String(Number.parseInt(fnv1a64(plain).slice(-13), 16));
}
