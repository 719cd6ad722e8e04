import type { ParsedModel } from '../model/folder.js';
import type { ModelPair, PairedModel } from '../plugin/model-pair.js';
import { isMemoryOn } from './model-engine.js';
import { openParsedModel } from './open-model.js';
import {
  type LoadedPlugin,
  liveExtension,
  type OpenedPlugin,
  type Performer,
  type PerformerOptions,
  performerFrom,
} from './performer.js';

/** Two models that are opened as one, and how. */
export interface PairParts {
  readonly pair: ModelPair;
  readonly first: ParsedModel;
  readonly second: ParsedModel;
}

/**
 * Opens two models for a plugin, one of them for music without a pulse. Throws what {@link openParsedModel} throws,
 * CODEC_UNKNOWN where the plugin does not play live with the second, and MODEL_MISMATCH where the two do not go together.
 */
export async function openPair(
  plugin: LoadedPlugin,
  { pair, ...models }: PairParts,
  { nameOfSecond, ...options }: Omit<PerformerOptions, 'seed'> & { readonly nameOfSecond?: string },
): Promise<OpenedPlugin> {
  const { descriptor, definition } = plugin;
  const live = liveExtension(definition, descriptor.id);
  const opened = { ...options, plugin: definition };
  const first = await openParsedModel(models.first, { ...opened, codec: () => pair.codec });
  const isOn = (name: string) => isMemoryOn(options.memory, name);
  const { codec, engine } = await openParsedModel(models.second, {
    ...opened,
    ...(nameOfSecond !== undefined && { name: nameOfSecond }),
    codec: ({ codec }) => live.codec(codec),
  })
    .then((second) => joined(pair, { ...first, isOn }, { ...second, isOn }))
    .catch((error: unknown) => {
      first.engine.dispose();
      throw error;
    });
  return { plugin, metadata: first.metadata, codec, engine };
}

/** The performer of a plugin and two models. Throws what {@link openPair} throws. */
export async function pairPerformer(
  plugin: LoadedPlugin,
  parts: PairParts,
  { seed, ...options }: PerformerOptions & { readonly nameOfSecond?: string },
): Promise<Performer> {
  return performerFrom(await openPair(plugin, parts, options), seed);
}

function joined(pair: ModelPair, first: PairedModel, second: Parameters<ModelPair['join']>[1]) {
  try {
    return pair.join(first, second);
  } catch (error) {
    second.engine.dispose();
    throw error;
  }
}
