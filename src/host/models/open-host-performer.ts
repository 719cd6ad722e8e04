import { ContinuoError } from '../../errors.js';
import type { EngineName, Precision } from '../../model/engine.js';
import { pairPerformer } from '../../performer/pair-performer.js';
import { type Performer, pairOf, performerOf, predictingPerformer } from '../../performer/performer.js';
import type { PluginDescriptor } from '../../plugin/descriptor.js';
import type { Mode } from '../../session/commands.js';
import { codeHash } from '../plugins/code-files.js';
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
  const notation = plugin.definition.live?.notation !== undefined;
  const code = codeHash(plugin.folder);
  if (plugin.definition.predictor) {
    chosenModel(plugin.descriptor, name ?? undefined);
    return { ...predictingPerformer(plugin, setup.seed), modelHash: code, code, notation };
  }
  const model = await readModel(name ?? defaultModel(plugin.descriptor.models));
  const options = { ...setup, name: model.path, requireTfjsNode };
  const pair = pairOf(plugin.definition, model.metadata.codec);
  if (pair === null)
    return { ...(await performerOf(plugin, model, options)), modelHash: model.hash, code, notation };
  const second = await readModel(modelWithoutPulse(model, plugin.descriptor));
  return {
    ...(await pairPerformer(
      plugin,
      { pair, first: model, second },
      { ...options, nameOfSecond: second.path },
    )),
    modelHash: `${model.hash.slice(0, 8)}${second.hash.slice(0, 8)}`,
    code,
    notation,
  };
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
