import { ContinuoError } from '../../errors.js';
import type { LoadedPlugin } from '../../performer/performer.js';
import type { ComposesWithModel } from '../../plugin/compose.js';
import type { ComposeDescriptor } from '../../plugin/compose-descriptor.js';
import type { ComposerModel } from '../../plugin/composer.js';
import type { PluginDescriptor } from '../../plugin/descriptor.js';
import { filesOf } from '../models/model-file.js';
import { defaultModel } from '../models/models.js';
import { openChosenModel, readModel } from '../models/read-model.js';
import { loadPlugin } from '../plugins/load-plugin.js';
import { CheckedComposer, named } from './checked-composer.js';
import { watched } from './watched-engine.js';

export interface OpenComposerOptions {
  /** A model id or the path of its folder; default: the plugin's best. */
  readonly model?: string | undefined;
  /** Whether to use the model's memory of the piece so far, where its folder has one. Default: true. */
  readonly memory?: boolean | undefined;
  /** Called before every step of the network and before every piece; it throws to cancel. */
  readonly check?: () => void;
}

/** A loaded plugin that makes pieces. */
export interface OpenComposer {
  readonly descriptor: PluginDescriptor;
  readonly compose: ComposeDescriptor;
  /** null where the plugin needs no model. */
  readonly model: ComposerModel | null;
  /** Checks the options that it is given. */
  readonly composer: CheckedComposer;
  dispose(): void;
}

/**
 * Loads a plugin that makes pieces, by id or path, and a model for it. Throws what loading either throws, PLUGIN_BROKEN where the
 * plugin makes no pieces, MODEL_MISMATCH where the model has another vocabulary or the plugin uses no model.
 */
export async function openComposer(plugin: string, options: OpenComposerOptions = {}): Promise<OpenComposer> {
  const { descriptor, definition, extension, compose } = await loadComposing(plugin);
  if (extension.codec === undefined) {
    if (options.model !== undefined) throw withoutModel(descriptor.id, options.model);
    const made = await named(descriptor.id, () => extension.open());
    const composer = new CheckedComposer(made, descriptor.id, compose, options.check);
    return { ...{ descriptor, compose, composer }, model: null, dispose: () => {} };
  }
  const model = await openModel({ descriptor, definition }, extension, options);
  const dispose = () => model.engine.dispose();
  try {
    const made = await named(descriptor.id, () => extension.open(model));
    const composer = new CheckedComposer(made, descriptor.id, compose, options.check);
    return { ...{ descriptor, compose, composer, model, dispose } };
  } catch (error) {
    dispose();
    throw error;
  }
}

/**
 * Loads only the model that a plugin's composer would get. Throws as {@link openComposer} does, and MODEL_MISMATCH where the plugin
 * uses no model.
 */
export async function openComposerModel(
  plugin: string,
  options: OpenComposerOptions = {},
): Promise<ComposerModel> {
  const { extension, ...loaded } = await loadComposing(plugin);
  if (extension.codec === undefined) throw withoutModel(loaded.descriptor.id, options.model ?? 'one');
  return openModel(loaded, extension, options);
}

async function loadComposing(plugin: string) {
  const { descriptor, definition } = await loadPlugin(plugin);
  if (definition.compose && descriptor.compose)
    return { descriptor, definition, extension: definition.compose, compose: descriptor.compose };
  throw new ContinuoError(
    'PLUGIN_BROKEN',
    `The plugin ${descriptor.id} makes no pieces: it has no extension compose.`,
    'continuo generate --help lists the plugins that do.',
  );
}

function withoutModel(plugin: string, model: string): ContinuoError {
  return new ContinuoError(
    'MODEL_MISMATCH',
    `The plugin ${plugin} makes its pieces without a model; it was given ${model}.`,
    'Leave --model out.',
  );
}

async function openModel(
  { descriptor, definition }: LoadedPlugin,
  extension: ComposesWithModel,
  { model: asked, memory = true, check = () => {} }: OpenComposerOptions,
): Promise<ComposerModel> {
  const chosen = await readModel(asked ?? defaultModel(descriptor.models));
  const { id, path, metadata, hash } = chosen;
  const { engine } = await openChosenModel(chosen, {
    memory,
    plugin: definition,
    ...(extension.precision && { precision: extension.precision }),
    codec: (metadata) => extension.codec(metadata.codec, metadata),
  });
  return {
    ...{ id, hash, metadata, memory },
    engine: watched(engine, check),
    ...filesOf(path),
  };
}
