import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ContinuoError } from '../errors.js';
import { type ParsedModel, parseModel } from '../model/folder.js';

export interface LoadedModel extends ParsedModel {
  /** 16 hex digits over model.json and the weight files: equal hashes mean the same model to the bit. */
  readonly hash: string;
}

/**
 * Reads the model folder at `path`. Throws MODEL_NOT_FOUND where there is no model.json, MODEL_BROKEN where one of its
 * weight files is missing or anything in it is not as it should be, MODEL_UNSUPPORTED for other networks.
 */
export async function loadModelFolder(path: string): Promise<LoadedModel> {
  const hash = createHash('sha256');
  const modelJson = await readFile(join(path, 'model.json'), 'utf8').catch((cause) => {
    throw new ContinuoError(
      'MODEL_NOT_FOUND',
      `there is no model.json that can be read in ${path} (${reason(cause)})`,
      'A model is a folder with model.json and its weight files; give the path of the folder.',
      { cause },
    );
  });
  try {
    hash.update(modelJson);
    const parsed = await parseModel(modelJson, async (shard) => {
      const bytes = await readShard(path, shard);
      hash.update(bytes);
      return bytes;
    });
    return { ...parsed, hash: hash.digest('hex').slice(0, 16) };
  } catch (error) {
    if (error instanceof ContinuoError)
      throw new ContinuoError(error.code, `${path}: ${error.message}`, error.hint, { cause: error });
    throw error;
  }
}

async function readShard(path: string, shard: string): Promise<Uint8Array> {
  try {
    return await readFile(join(path, shard));
  } catch (cause) {
    throw new ContinuoError(
      'MODEL_BROKEN',
      `the weight file ${shard} cannot be read (${reason(cause)})`,
      'Fetch or export the model folder again: model.json and all of its weight files.',
      { cause },
    );
  }
}

function reason(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
