import { ContinuoError } from '../../errors.js';
import { drawFactory } from '../../performer/draw-factory.js';
import { checkedVoices, type LoadedPlugin } from '../../performer/performer.js';
import type { PieceCodec } from '../../plugin/composer.js';
import type { PluginDescriptor } from '../../plugin/descriptor.js';
import type { PluginVoice } from '../../plugin/live.js';
import type { OfflineExtension, OfflineModel } from '../../plugin/offline.js';
import type { OfflineDescriptor } from '../../plugin/offline-descriptor.js';
import { watched } from '../compose/watched-engine.js';
import { filesOf } from '../models/model-file.js';
import type { Setup } from '../models/open-host-performer.js';
import { openChosenModel, readModel } from '../models/read-model.js';
import { loadPlugin } from '../plugins/load-plugin.js';

/** A loaded plugin that plays with whole files, and the model that it does so with. */
export interface OpenOffline {
  readonly descriptor: PluginDescriptor;
  readonly offline: OfflineDescriptor;
  readonly extension: OfflineExtension;
  readonly voices: readonly PluginVoice[];
  /** null where it plays without one. */
  readonly model: OfflineModel | null;
  readonly seed: number;
  /** Called before every step of the network; it throws to give up. */
  readonly check: () => void;
  dispose(): void;
}

/**
 * Loads a plugin that plays with whole files, and its model. null where it goes on from files by its live stream: it has no extension
 * `offline`, or none for this model. Throws what loading either throws.
 */
export async function openOffline(setup: Setup, check: () => void = () => {}): Promise<OpenOffline | null> {
  const { descriptor, definition } = await loadPlugin(setup.plugin);
  const { offline: extension, live } = definition;
  const { offline } = descriptor;
  if (!extension || !offline) return null;
  const voices = checkedVoices({ voices: extension.voices ?? live?.voices ?? [] }, descriptor.id);
  const opened = { descriptor, offline, extension, voices, seed: setup.seed, check };
  if (extension.codec === undefined) return { ...opened, model: null, dispose: () => {} };
  if (setup.model === null) throw withoutModel(descriptor.id);
  const chosen = await readModel(setup.model);
  const codec = extension.codec(chosen.metadata.codec, chosen.metadata);
  if (codec === null) return null;
  const model = await openModel(chosen, codec, { descriptor, definition }, { setup, check });
  return { ...opened, model, dispose: () => model.engine.dispose() };
}

async function openModel(
  chosen: Awaited<ReturnType<typeof readModel>>,
  codec: PieceCodec,
  { descriptor, definition }: LoadedPlugin,
  { setup, check }: { readonly setup: Setup; readonly check: () => void },
): Promise<OfflineModel> {
  const { engine } = await openChosenModel(chosen, { ...setup, plugin: definition, codec: () => codec });
  const { id, hash, metadata, path } = chosen;
  return {
    ...{ id, hash, metadata, codec, memory: setup.memory ?? true },
    engine: watched(engine, check),
    createDraw: drawFactory(codec.vocabulary.size, setup.seed, descriptor.params),
    ...filesOf(path),
  };
}

function withoutModel(plugin: string): ContinuoError {
  return new ContinuoError(
    'MODEL_NOT_FOUND',
    `Expected a model, since the plugin ${plugin} plays with one, but its plugin.json names none.`,
    'Name one with --model.',
  );
}
