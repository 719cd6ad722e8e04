import type { Codec } from '../codec/codec.js';
import { ContinuoError } from '../errors.js';
import type { ParsedModel } from '../model/folder.js';
import type { PluginDefinition } from '../plugin/definition.js';
import type { PluginDescriptor } from '../plugin/descriptor.js';
import type { LiveExtension, PluginVoice } from '../plugin/live.js';
import type { ModelPair } from '../plugin/model-pair.js';
import { predictorEngine } from '../plugin/predictor-engine.js';
import type { SessionParts } from '../session/session.js';
import { drawFactory } from './draw-factory.js';
import type { ModelEngineOptions } from './model-engine.js';
import { type OpenModel, openParsedModel } from './open-model.js';

/** A plugin: its parsed plugin.json, and the definition that its code exports. */
export interface LoadedPlugin {
  readonly descriptor: PluginDescriptor;
  readonly definition: PluginDefinition;
}

export interface PerformerOptions extends ModelEngineOptions {
  /** An integer. The same seed, model, parameters and input give the same notes. */
  readonly seed: number;
  /** Name of the model in error messages. */
  readonly name?: string;
}

/** A plugin and a model put together: the parts of a session, without clock, output and log. */
export interface Performer
  extends Pick<SessionParts, 'engine' | 'codec' | 'grammar' | 'createDraw' | 'pluginParams' | 'ownState'>,
    Pick<OpenModel<Codec>, 'metadata'> {
  readonly descriptor: PluginDescriptor;
  /** The plugin's instruments; empty where it declares none. */
  readonly voices: readonly PluginVoice[];
}

/** A plugin with a model that is open: all that sessions of the two may share, since none of it belongs to one of them. */
export interface OpenedPlugin extends Pick<Performer, 'engine' | 'codec' | 'metadata'> {
  readonly plugin: LoadedPlugin;
}

/** Opens a model for a plugin. Throws what {@link openParsedModel} throws, and CODEC_UNKNOWN where the plugin does not play live with it. */
export async function openPlugin(
  plugin: LoadedPlugin,
  parsed: ParsedModel,
  options: Omit<PerformerOptions, 'seed'>,
): Promise<OpenedPlugin> {
  const { descriptor, definition } = plugin;
  const live = liveExtension(definition, descriptor.id);
  const { metadata, codec, engine } = await openParsedModel(parsed, {
    ...options,
    plugin: definition,
    codec: ({ codec }) => live.codec(codec),
  });
  return { plugin, metadata, codec, engine };
}

/** What one session plays with: its own grammar, learnt state and random numbers. */
export function performerFrom({ plugin, metadata, codec, engine }: OpenedPlugin, seed: number): Performer {
  const { descriptor, definition } = plugin;
  const live = liveExtension(definition, descriptor.id);
  const ownState = live.state?.();
  return {
    ...{ descriptor, metadata, codec, engine, ownState: ownState ?? null },
    pluginParams: descriptor.params,
    voices: checkedVoices(live, descriptor.id),
    grammar: live.grammar?.(codec, metadata, ownState) ?? null,
    createDraw: drawFactory(codec.vocabulary.size, seed, descriptor.params),
  };
}

/** Puts a plugin and a model that was read together. Throws what {@link openPlugin} throws. */
export async function performerOf(
  plugin: LoadedPlugin,
  parsed: ParsedModel,
  { seed, ...options }: PerformerOptions,
): Promise<Performer> {
  return performerFrom(await openPlugin(plugin, parsed, options), seed);
}

/** As {@link openPerformer}, for a plugin that predicts by itself. Throws CODEC_UNKNOWN where it has no predictor or does not play live. */
export function predictingPerformer({ descriptor, definition }: LoadedPlugin, seed: number): Performer {
  const live = liveExtension(definition, descriptor.id);
  const codec = live.codec(null);
  const { size, hash } = codec.vocabulary;
  if (!definition.predictor)
    throw new ContinuoError('CODEC_UNKNOWN', `The plugin ${descriptor.id} predicts nothing without a model.`);
  const ownState = live.state?.();
  return {
    ...{ descriptor, codec, pluginParams: descriptor.params, voices: checkedVoices(live, descriptor.id) },
    ownState: ownState ?? null,
    metadata: { codec: codec.id, vocabularyHash: hash },
    engine: predictorEngine(definition.predictor, codec, descriptor.id),
    grammar: live.grammar?.(codec, undefined, ownState) ?? null,
    createDraw: drawFactory(size, seed, descriptor.params),
  };
}

/** The pair that a plugin plays with where a model of this codec is one of two; null where it plays alone. */
export function pairOf({ live }: PluginDefinition, modelCodec: string | undefined): ModelPair | null {
  return (modelCodec !== undefined && live?.pair?.(modelCodec)) || null;
}

/** Checks a plugin's instruments. Throws PLUGIN_BROKEN for more than 16, ids that are not distinct, channels or programs out of range. */
export function checkedVoices(
  { voices = [] }: Pick<LiveExtension, 'voices'>,
  plugin: string,
): readonly PluginVoice[] {
  const within = (value: number | undefined, most: number) =>
    value === undefined || (Number.isInteger(value) && value >= 1 && value <= most);
  const wrong = voices.find(
    ({ id, channel, program }, index) =>
      !within(channel, 16) || !within(program, 128) || voices.findIndex((other) => other.id === id) !== index,
  );
  if (!wrong && voices.length <= 16) return voices;
  throw new ContinuoError(
    'PLUGIN_BROKEN',
    wrong
      ? `The voice ${JSON.stringify(wrong.id)} of the plugin ${plugin} is none: ids differ, a channel is 1 to 16, a program 1 to 128.`
      : `The plugin ${plugin} has ${voices.length} voices, and MIDI has 16 channels.`,
  );
}

/** The live extension of a plugin. Throws CODEC_UNKNOWN where it has none. */
export function liveExtension(definition: PluginDefinition, plugin: string): LiveExtension {
  if (definition.live) return definition.live;
  throw new ContinuoError(
    'CODEC_UNKNOWN',
    `The plugin ${plugin} has no codec to play live with.`,
    'continuo plugin list says which plugins play live.',
  );
}
