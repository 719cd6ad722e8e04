import type { ParsedModel } from '../model/folder.js';
import type { ModelPair, PairedModel } from '../plugin/model-pair.js';
import { drawFactory } from './draw-factory.js';
import { isMemoryOn } from './model-engine.js';
import { openParsedModel } from './open-model.js';
import {
  checkedVoices,
  type LoadedPlugin,
  liveExtension,
  type Performer,
  type PerformerOptions,
} from './performer.js';

/**
 * The performer of a plugin and two models, one of them for music without a pulse. Throws what {@link openParsedModel} throws,
 * CODEC_UNKNOWN where the plugin does not play live with the second, and MODEL_MISMATCH where the two do not go together.
 */
export async function pairPerformer(
  { descriptor, definition }: LoadedPlugin,
  {
    pair,
    ...models
  }: { readonly pair: ModelPair; readonly first: ParsedModel; readonly second: ParsedModel },
  { seed, nameOfSecond, ...options }: PerformerOptions & { readonly nameOfSecond?: string },
): Promise<Performer> {
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
  const ownState = live.state?.();
  return {
    ownState: ownState ?? null,
    ...{ descriptor, metadata: first.metadata, codec, engine },
    pluginParams: descriptor.params,
    voices: checkedVoices(live, descriptor.id),
    grammar: live.grammar?.(codec, first.metadata, ownState) ?? null,
    createDraw: drawFactory(codec.vocabulary.size, seed, descriptor.params),
  };
}

function joined(pair: ModelPair, first: PairedModel, second: Parameters<ModelPair['join']>[1]) {
  try {
    return pair.join(first, second);
  } catch (error) {
    second.engine.dispose();
    throw error;
  }
}
