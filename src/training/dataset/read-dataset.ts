import { join } from 'node:path';
import { ContinuoError } from '../../errors.js';
import { readRegularFile } from '../../read-file.js';
import type { DatasetMeta } from './dataset.js';
import type { ShardEntry } from './shard.js';

/** One piece of a data set. */
export interface DatasetPiece {
  readonly path: string;
  /** Only for a piece with a title that was read from its file. */
  readonly title?: string;
  readonly notes: number;
  readonly seconds: number;
  /** Tokens, beginning with the start token. */
  readonly tokens: Uint16Array | Uint32Array;
}

/** Size limit for meta.json and indexes, in bytes: a piece takes about a hundred. */
const MOST_JSON = 256 * 2 ** 20;

/**
 * Reads one split of a data set written by `continuo dataset build`. Throws FILE_READ if the folder is not a complete data set.
 */
export async function readDataset(
  folder: string,
  split: string,
): Promise<{ meta: DatasetMeta; vocabularyHash: string; pieces: DatasetPiece[] }> {
  const meta = await readDatasetMeta(folder);
  const index = indexOf(await readJson(folder, `${split}.index.json`), folder, split);
  const Tokens = meta.dtype === 'uint32' ? Uint32Array : Uint16Array;
  const length = index.reduce((end, entry) => Math.max(end, entry.offset + entry.length), 0);
  const bytes = await read(folder, `${split}.bin`, length * Tokens.BYTES_PER_ELEMENT);
  if (bytes.length !== length * Tokens.BYTES_PER_ELEMENT)
    throw damaged(folder, `${split}.bin has ${bytes.length} bytes; its index says ${length} tokens`);
  // Copied, because a Buffer may start at an unaligned address.
  const tokens = new Tokens(new Uint8Array(bytes).buffer);
  const stray = tokens.findIndex((token) => token >= meta.size);
  if (stray >= 0)
    throw damaged(
      folder,
      `token ${stray} of ${split}.bin is ${tokens[stray]}, beyond the vocabulary of ${meta.size}`,
    );
  return {
    meta,
    vocabularyHash: meta.vocabularyHash,
    pieces: index.map(({ path, offset, length, notes, seconds }) => {
      const piece = new Tokens(length + 1);
      piece[0] = meta.startToken;
      piece.set(tokens.subarray(offset, offset + length), 1);
      return { path, notes, seconds, tokens: piece };
    }),
  };
}

/** Reads the meta.json of a data set. Throws FILE_READ if the folder is not a data set. */
export async function readDatasetMeta(folder: string): Promise<DatasetMeta> {
  return metaOf(await readJson(folder, 'meta.json'), folder);
}

async function read(folder: string, name: string, most: number): Promise<Buffer> {
  return readRegularFile(join(folder, name), most).catch((cause: Error) => {
    throw damaged(folder, cause.message, cause);
  });
}

async function readJson(folder: string, name: string): Promise<unknown> {
  const text = String(await read(folder, name, MOST_JSON));
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw damaged(folder, `${name} is no JSON: ${(cause as Error).message}`, cause);
  }
}

/** Validates the fields that are used here; the others are for people. */
function metaOf(value: unknown, folder: string): DatasetMeta {
  const meta = (value ?? {}) as Partial<DatasetMeta>;
  const whole =
    Number.isSafeInteger(meta.size) &&
    Number.isSafeInteger(meta.startToken) &&
    typeof meta.vocabularyHash === 'string' &&
    (meta.dtype === 'uint16' || meta.dtype === 'uint32');
  if (!whole) throw damaged(folder, 'meta.json lacks size, startToken, vocabularyHash or dtype');
  return meta as DatasetMeta;
}

function indexOf(value: unknown, folder: string, split: string): readonly ShardEntry[] {
  const isCount = (count: unknown) => typeof count === 'number' && Number.isSafeInteger(count) && count >= 0;
  const whole =
    Array.isArray(value) &&
    value.every((entry) => typeof entry?.path === 'string' && isCount(entry.offset) && isCount(entry.length));
  if (!whole) throw damaged(folder, `${split}.index.json is no list of pieces with path, offset and length`);
  return value as ShardEntry[];
}

function damaged(folder: string, why: string, cause?: unknown): ContinuoError {
  return new ContinuoError(
    'FILE_READ',
    `${folder} is not a complete data set: ${why}`,
    'Make the data set with: continuo dataset build',
    { cause },
  );
}
