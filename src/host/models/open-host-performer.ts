import { ContinuoError } from '../../errors.js';
import type { EngineName, Precision } from '../../model/engine.js';
import { openPair } from '../../performer/pair-performer.js';
import {
  type OpenedPlugin,
  openPlugin,
  type Performer,
  pairOf,
  performerFrom,
  predictingPerformer,
} from '../../performer/performer.js';
import type { PluginDescriptor } from '../../plugin/descriptor.js';
import type { ModelPair } from '../../plugin/model-pair.js';
import type { Mode } from '../../session/commands.js';
import { codeHash } from '../plugins/code-files.js';
import type { LoadedPlugin } from '../plugins/load-plugin.js';
import { loadPlugin } from '../plugins/plugins.js';
import { chosenModel } from './chosen-model.js';
import { defaultModel } from './models.js';
import { type ChosenModel, readModel } from './read-model.js';
import { requireTfjsNode } from './tfjs-node.js';

/** What a session is made of, as plain data: it is posted to workers and stored in takes. */
export interface Setup {
  /** Id of a plugin, or path of its folder. */
  readonly plugin: string;
  /** Id or path of a model folder; null where the plugin predicts by itself. */
  readonly model: string | null;
  readonly engine: EngineName;
  readonly precision: Precision;
  /** false: the network alone, without the memories of its folder. Default true. */
  readonly memory?: boolean | undefined;
  /** An integer. The same seed, model, parameters and input give the same notes. */
  readonly seed: number;
  /** The further members of a band; absent where one plays alone. */
  readonly members?: readonly MemberSetup[] | undefined;
}

/** A further member of a band: what plays is opened as {@link Setup} says, with the engine of the first. */
export interface MemberSetup extends Pick<Setup, 'plugin' | 'model' | 'seed'> {
  /** Unique in the band; not `lead`, which is the first's. */
  readonly id: string;
  /** The mode that was asked for it. Default: a drummer plays along (`duet`), others do as the first. */
  readonly mode?: Mode | undefined;
}

/** What each member of a band is opened with, the first one first. */
export function setupsOf({ members = [], ...first }: Setup): Setup[] {
  return [first, ...members.map(({ plugin, model, seed }) => ({ ...first, plugin, model, seed }))];
}

/** A setup with a network. */
export type NetworkSetup = Setup & { readonly model: string };

/** A performer with the hash of its weights. */
export interface HostPerformer extends Performer {
  /** 16 hex digits over the model folder, or over the code of a plugin that predicts by itself. */
  readonly modelHash: string;
  /** 16 hex digits over the code of the plugin. */
  readonly code: string;
  /** Whether the plugin writes notation. */
  readonly notation: boolean;
}

/** The models that a plugin plays with: one, or a pair that plays as one. */
export interface PerformerModels {
  readonly pair: ModelPair | null;
  readonly first: ChosenModel;
  /** The one for music without a pulse; null where there is no pair. */
  readonly second: ChosenModel | null;
}

/** Reads the models of a plugin: `name`, or its first. Throws what `read` throws, and MODEL_NOT_FOUND. */
export async function modelsOf(
  { descriptor, definition }: LoadedPlugin,
  name: string | null,
  read: (idOrPath: string) => Promise<ChosenModel> = readModel,
): Promise<PerformerModels> {
  const first = await read(name ?? defaultModel(descriptor.models));
  const pair = pairOf(definition, first.metadata.codec);
  return { pair, first, second: pair && (await read(modelWithoutPulse(first, descriptor))) };
}

/** 16 hex digits over the model folder; of two, the first half of each. */
export function hashOfModels({ first, second }: PerformerModels): string {
  return second ? `${first.hash.slice(0, 8)}${second.hash.slice(0, 8)}` : first.hash;
}

/** Opens the models of a plugin with the engine of a setup. Throws what the engines throw, and MODEL_MISMATCH. */
export async function openModels(
  plugin: LoadedPlugin,
  { pair, first, second }: PerformerModels,
  { engine, precision, memory }: Pick<Setup, 'engine' | 'precision' | 'memory'>,
): Promise<OpenedPlugin> {
  const options = { engine, precision, memory, name: first.path, requireTfjsNode };
  return pair && second
    ? openPair(plugin, { pair, first, second }, { ...options, nameOfSecond: second.path })
    : openPlugin(plugin, first, options);
}

/** The performer of one session, from what sessions share. */
export function hostPerformer(
  opened: OpenedPlugin,
  {
    plugin,
    code,
    modelHash,
    seed,
  }: Pick<HostPerformer, 'code' | 'modelHash'> & Pick<Setup, 'seed'> & { readonly plugin: LoadedPlugin },
): HostPerformer {
  const notation = plugin.definition.live?.notation !== undefined;
  return { ...performerFrom(opened, seed), modelHash, code, notation };
}

/**
 * Loads plugin and model and puts them together. Throws what {@link loadPlugin}, {@link readModel} and the engines throw,
 * and MODEL_MISMATCH where model and codec have different vocabularies.
 */
export async function openHostPerformer(
  { plugin: id, model: name, ...setup }: Setup,
  watch: { loading(): void; loaded(): void } = { loading() {}, loaded() {} },
): Promise<HostPerformer> {
  const plugin = await loadPlugin(id, watch.loading);
  watch.loaded();
  const code = codeHash(plugin.folder);
  if (plugin.definition.predictor) {
    const notation = plugin.definition.live?.notation !== undefined;
    chosenModel(plugin.descriptor, name ?? undefined);
    return { ...predictingPerformer(plugin, setup.seed), modelHash: code, code, notation };
  }
  const models = await modelsOf(plugin, name);
  const opened = await openModels(plugin, models, setup);
  return hostPerformer(opened, { plugin, code, modelHash: hashOfModels(models), seed: setup.seed });
}

/** The model for music without a pulse: the one that the model's folder names, else the plugin's first. Throws MODEL_BROKEN. */
function modelWithoutPulse({ metadata, path, id }: ChosenModel, descriptor: PluginDescriptor): string {
  const { withoutPulse } = metadata;
  if (withoutPulse === undefined) return defaultModel(descriptor.models.filter((model) => model !== id));
  if (typeof withoutPulse === 'string') return withoutPulse;
  throw new ContinuoError(
    'MODEL_BROKEN',
    `${path}: model.json: userDefinedMetadata.continuo.withoutPulse: expected the id of a model, got ${JSON.stringify(withoutPulse)}.`,
  );
}
