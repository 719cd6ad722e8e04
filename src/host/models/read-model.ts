import { ContinuoError } from '../../errors.js';
import { type CodecMetadata, requireCodec } from '../../performer/codec-metadata.js';
import type { ModelEngineOptions } from '../../performer/model-engine.js';
import {
  type ModelCodec,
  type OpenModel,
  type OpenModelOptions,
  openParsedModel,
} from '../../performer/open-model.js';
import { type LoadedModel, loadModelFolder } from './model-files.js';
import { findModel, listModels } from './models.js';
import { requireTfjsNode } from './tfjs-node.js';

/** A parsed model folder that names its codec. */
export interface ChosenModel extends LoadedModel {
  readonly id: string;
  readonly path: string;
  readonly metadata: CodecMetadata;
}

/**
 * Reads a model by id or by the path of its folder. Throws MODEL_NOT_FOUND, MODEL_BROKEN, MODEL_UNSUPPORTED, and
 * MODEL_MISMATCH where it does not say which codec it was trained with.
 */
export async function readModel(idOrPath: string): Promise<ChosenModel> {
  const { id, path } = findModel(idOrPath);
  const loaded = await loadModelFolder(path);
  return { ...loaded, id, path, metadata: requireCodec(loaded.metadata, path) };
}

/** Opens a parsed model with any engine. Throws what `openModel` throws. */
export function openChosenModel<C extends ModelCodec>(
  model: ChosenModel,
  options: ModelEngineOptions & Pick<OpenModelOptions<C>, 'codec' | 'plugin'>,
): Promise<OpenModel<C>> {
  return openParsedModel(model, { ...options, name: model.path, requireTfjsNode });
}

/** The first model with a vocabulary, by its hash. Throws MODEL_NOT_FOUND where there is none. */
export async function modelWithVocabulary(vocabularyHash: string): Promise<ChosenModel> {
  for (const { path } of listModels()) {
    const model = await readModel(path).catch(() => null);
    if (model?.metadata.vocabularyHash === vocabularyHash) return model;
  }
  throw new ContinuoError(
    'MODEL_NOT_FOUND',
    `No model here speaks the vocabulary ${vocabularyHash}.`,
    'Give one with --model.',
  );
}
