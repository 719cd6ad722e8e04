import { ContinuoError } from '../errors.js';
import { withCache } from '../model/cache.js';
import { parseCache } from '../model/cache-spec.js';
import { parseCounting, withCounting } from '../model/counting.js';
import type { StepEngine } from '../model/engine.js';
import type { ModelMetadata } from '../model/folder.js';
import type { Network } from '../model/network.js';
import { type EngineOptions, openEngine } from '../model/open.js';
import { withRecall } from '../model/recall.js';
import { parseRecall } from '../model/recall-odds.js';
import { type LoadedModel, loadModelFolder } from './model-files.js';
import { findModel, listModels } from './models.js';
import { requireTfjsNode } from './tfjs-node.js';

/** A model folder, read, that says which codec it speaks. */
export interface ChosenModel extends LoadedModel {
  readonly id: string;
  readonly path: string;
  readonly metadata: ModelMetadata & { readonly codec: string };
}

/**
 * Reads a model by id or by the path of its folder. Throws MODEL_NOT_FOUND, MODEL_BROKEN, MODEL_UNSUPPORTED, and
 * MODEL_MISMATCH where it does not say which codec it was trained with.
 */
export async function readModel(idOrPath: string): Promise<ChosenModel> {
  const { id, path } = findModel(idOrPath);
  const loaded = await loadModelFolder(path);
  const { metadata } = loaded;
  if (metadata?.codec === undefined) {
    throw new ContinuoError(
      'MODEL_MISMATCH',
      `${path} does not say which codec it was trained with.`,
      'Its model.json should have userDefinedMetadata.continuo with codec and vocabularyHash.',
    );
  }
  return { ...loaded, id, path, metadata: { ...metadata, codec: metadata.codec } };
}

/**
 * Makes a model ready to step, by any engine, with what its folder says of remembering unless `recall` is false. Throws
 * ENGINE_UNKNOWN, ENGINE_UNAVAILABLE, MODEL_BROKEN.
 */
export async function openModelEngine(
  { network, metadata }: { readonly network: Network; readonly metadata: ModelMetadata },
  { recall = true, ...choice }: Pick<EngineOptions, 'engine' | 'precision'> & { readonly recall?: boolean },
): Promise<StepEngine> {
  const { inputClasses, outputClasses } = network.spec;
  const counting = parseCounting(metadata.counting, inputClasses, outputClasses);
  const spec = recall ? parseRecall(metadata.recall, outputClasses) : undefined;
  const units = network.spec.layers.at(-1)!.units;
  const cache = recall ? parseCache(metadata.cache, units, outputClasses) : undefined;
  const engine = await openEngine(network, { ...choice, requireTfjsNode });
  return withCache(withRecall(withCounting(engine, counting), spec), cache);
}

/** The first model here that speaks a vocabulary. Throws MODEL_NOT_FOUND where none does. */
export async function modelThatSpeaks(vocabularyHash: string): Promise<ChosenModel> {
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
