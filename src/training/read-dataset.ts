import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ContinuoError } from '../errors.js';
import type { DatasetMeta } from './dataset.js';
import type { ShardEntry } from './shard.js';

/** One piece of a data set. */
export interface DatasetPiece {
  readonly path: string;
  /** Of a tune that has one and was read from its book. */
  readonly title?: string;
  readonly notes: number;
  readonly seconds: number;
  /** The start token first. */
  readonly tokens: Uint16Array | Uint32Array;
}

/** What `continuo dataset build` wrote of one split. Throws FILE_READ where the folder is not one of its own. */
export async function readDataset(
  folder: string,
  split: string,
): Promise<{ meta: DatasetMeta; vocabularyHash: string; pieces: DatasetPiece[] }> {
  const read = async (name: string) =>
    readFile(join(folder, name)).catch((cause) => {
      throw new ContinuoError(
        'FILE_READ',
        `${join(folder, name)} cannot be read.`,
        'Make the data set with: continuo dataset build',
        { cause },
      );
    });
  const json = async (name: string) => JSON.parse((await read(name)).toString('utf8'));
  const meta: DatasetMeta = await json('meta.json');
  const index: ShardEntry[] = await json(`${split}.index.json`);
  const bytes = await read(`${split}.bin`);
  const Tokens = meta.dtype === 'uint32' ? Uint32Array : Uint16Array;
  // A copy: a Buffer may begin at an odd address.
  const tokens = new Tokens(new Uint8Array(bytes).buffer);
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
