import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ContinuoError } from '../errors.js';
import { type ParsedModel, parseModel } from '../model/folder.js';

/**
 * Reads the model folder at `path`. Throws MODEL_NOT_FOUND where there is no model.json, MODEL_BROKEN where one of its
 * weight files is missing or anything in it is not as it should be, MODEL_UNSUPPORTED for other networks.
 */
export async function loadModelFolder(path: string): Promise<ParsedModel> {
  const modelJson = await readFile(join(path, 'model.json'), 'utf8').catch((cause) => {
    throw new ContinuoError(
      'MODEL_NOT_FOUND',
      `there is no model.json that can be read in ${path} (${reason(cause)})`,
      'A model is a folder with model.json and its weight files; give the path of the folder.',
      { cause },
    );
  });
  try {
    return await parseModel(modelJson, (shard) => readShard(path, shard));
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
