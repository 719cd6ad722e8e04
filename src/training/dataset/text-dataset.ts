import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { charactersOf, plainText, textCodec } from '../../codec/text.js';
import { ContinuoError } from '../../errors.js';
import { readRegularFile } from '../../read-file.js';
import { SPLITS, type Split } from './corpus.js';
import { makeDatasetFolder, metaRanges, type TokenDatasetMeta } from './dataset.js';
import { ShardWriter, tokenTypeOf } from './shard.js';

export interface TextDatasetOptions {
  /** A text file, UTF-8; where `bytes` are given, only its name. */
  readonly from: string;
  /** What was read already: standard input. */
  readonly bytes?: Uint8Array;
  readonly out: string;
  readonly licence?: string;
  /** The vocabulary, of a model that is to be trained further; else the characters of the text. */
  readonly characters?: string;
  readonly progress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** meta.json of a text dataset: what a trainer reads is as in {@link TokenDatasetMeta}. A piece's path is `FILE:LINE`. */
export interface TextDatasetMeta extends TokenDatasetMeta {
  /** What the tokens after the start token say, joined. */
  readonly characters: string;
}

/** Characters of a piece, about; it ends where a line does. A network begins each piece with a zero state. */
const PIECE = 4000;
/** One piece in so many is held out, spread evenly over the text. */
const HELD_OUT = 20;
/** A text this short is cut finer, so that something can be held out. */
const LEAST_PIECES = 40;
const LEAST_CHARACTERS = 400;

/**
 * Builds token shards from a text. The vocabulary is all its characters, those of the held-out pieces too: a character that no
 * training piece has costs dear, but costs. Throws FILE_READ, FILE_WRITE, TEXT_ENCODING, DATASET_EMPTY,
 * TEXT_CHARACTER where the text has a character that is not among those given.
 */
export async function buildTextDataset(options: TextDatasetOptions): Promise<TextDatasetMeta> {
  const text = textOf(options.bytes ?? (await readRegularFile(options.from, MOST_TEXT)), options.from);
  if (text.length < LEAST_CHARACTERS) {
    throw new ContinuoError(
      'DATASET_EMPTY',
      `Expected a text to learn from, of ${LEAST_CHARACTERS} characters or more; ${options.from} has ${text.length}.`,
      'A network needs some 100,000 characters before it writes words.',
    );
  }
  return makeDatasetFolder(options.out, options.signal, (folder) => fill(folder, text, options));
}

/** Bytes: a string of more letters than V8 has room for. */
const MOST_TEXT = 2 ** 29;

/** UTF-8 in {@link plainText}'s form. Throws TEXT_ENCODING. */
function textOf(bytes: Uint8Array, path: string): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const zero = text.indexOf('\0');
    if (zero < 0) return plainText(text);
  } catch {}
  throw new ContinuoError(
    'TEXT_ENCODING',
    `Expected text in UTF-8, but ${path} has other bytes from byte ${firstOther(bytes)} on.`,
    'Save it as UTF-8, or give another file.',
  );
}

/** Where the bytes cease to be text: a zero byte, or the first that does not decode. */
function firstOther(bytes: Uint8Array): number {
  const text = new TextDecoder('utf-8').decode(bytes);
  const at = text.search(/[\0\uFFFD]/);
  return new TextEncoder().encode(text.slice(0, at)).length;
}

async function fill(folder: string, text: string, options: TextDatasetOptions): Promise<TextDatasetMeta> {
  const codec = textCodec(options.characters ?? charactersOf(text));
  // Before it is cut: the place of a character is then that in the whole text.
  codec.encode(text);
  const dtype = tokenTypeOf(codec.vocabulary.size);
  const shards = {
    train: await ShardWriter.create(folder, 'train', dtype),
    valid: await ShardWriter.create(folder, 'valid', dtype),
  } satisfies Record<Split, ShardWriter>;
  const name = basename(options.from);
  const pieces = piecesOf(text, Math.min(PIECE, Math.ceil(text.length / LEAST_PIECES)));
  try {
    let line = 1;
    for (const [index, piece] of pieces.entries()) {
      options.signal?.throwIfAborted();
      const split = index % HELD_OUT === HELD_OUT / 2 ? 'valid' : 'train';
      await shards[split].add(codec.encode(piece), { path: `${name}:${line}`, notes: 0, seconds: 0 });
      line += piece.split('\n').length - 1;
      options.progress?.(index + 1, pieces.length);
    }
  } catch (error) {
    for (const split of SPLITS) await shards[split].close();
    throw error;
  }
  const meta: TextDatasetMeta = {
    version: 1,
    codec: codec.id,
    vocabularyHash: codec.vocabulary.hash,
    size: codec.vocabulary.size,
    startToken: codec.startToken,
    dtype,
    ranges: metaRanges(codec.vocabulary),
    splits: { train: await shards.train.finish(), valid: await shards.valid.finish() },
    corpus: name,
    licence: options.licence ?? 'not stated',
    characters: codec.characters.join(''),
  };
  await writeFile(join(folder, 'meta.json'), `${JSON.stringify(meta, null, 2)}\n`);
  return meta;
}

/** Pieces of at least `length` UTF-16 units, each ended by a line's end; a line of more than ten times that is cut. */
export function piecesOf(text: string, length: number): string[] {
  const pieces: string[] = [];
  let from = 0;
  while (from < text.length) {
    const newline = text.indexOf('\n', from + length - 1);
    let to = newline < 0 ? text.length : newline + 1;
    if (to - from > 10 * length) to = from + length;
    // Not between the two halves of a character.
    if (/[\uD800-\uDBFF]/.test(text[to - 1]!) && to < text.length) to++;
    pieces.push(text.slice(from, to));
    from = to;
  }
  return pieces;
}
