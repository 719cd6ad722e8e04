import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { ContinuoError } from '../../errors.js';
import { type ParsedModel, parseModel } from '../../model/folder.js';
import { MOST_MODEL_JSON } from '../../performer/open-model.js';
import { isAbsent, readRegularFile } from '../../read-file.js';

export interface LoadedModel extends ParsedModel {
  /** 16 hex digits over model.json and the weight files: equal hashes mean the same model to the bit. */
  readonly hash: string;
}

/**
 * Reads the model folder at `path`. Throws MODEL_NOT_FOUND where there is no model.json, MODEL_BROKEN where a weight file is
 * missing or anything is invalid, MODEL_UNSUPPORTED for networks that no engine runs.
 */
export async function loadModelFolder(path: string): Promise<LoadedModel> {
  const hash = createHash('sha256');
  const modelJson = await readModelJson(path);
  try {
    hash.update(modelJson);
    const parsed = await parseModel(modelJson, async (shard, most) => {
      const bytes = await readShard(path, shard, most);
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

const WHOLE = 'Fetch or export the model folder again: model.json and all of its weight files.';

async function readModelJson(path: string): Promise<string> {
  try {
    return (await readRegularFile(join(path, 'model.json'), MOST_MODEL_JSON)).toString('utf8');
  } catch (cause) {
    if (!isAbsent(cause)) throw new ContinuoError('MODEL_BROKEN', (cause as Error).message, WHOLE, { cause });
    throw new ContinuoError(
      'MODEL_NOT_FOUND',
      `there is no model.json that can be read in ${path} (ENOENT)`,
      'A model is a folder with model.json and its weight files; give the path of the folder.',
      { cause },
    );
  }
}

async function readShard(path: string, shard: string, most: number): Promise<Uint8Array> {
  try {
    return await readRegularFile(join(path, shard), most);
  } catch (cause) {
    throw new ContinuoError(
      'MODEL_BROKEN',
      `the weight file ${shard} cannot be read: ${(cause as Error).message}`,
      WHOLE,
      { cause },
    );
  }
}
