import { ContinuoError } from '../../../errors.js';
import { defaultModel } from '../../../host/models/models.js';
import { openChosenModel, readModel } from '../../../host/models/open-model.js';
import { loadPlugin } from '../../../host/plugins/plugins.js';
import type { StepEngine } from '../../../model/engine.js';
import { TUNE_TYPES, type TuneType } from '../../../music/abc/tune-type.js';
import type { PluginDescriptor } from '../../../plugin/descriptor.js';
import { makesTunes, type TuneMaking } from '../compose/tunes.js';
import type { TuneCritic } from '../critic/critic.js';
import { parseTuneOdds, type TuneOdds } from '../odds/tune-odds.js';
import { folkPlanCodec } from '../plan/codec.js';
import { loadCritic } from './critic.js';

/** A network that makes tunes. */
export interface TuneModel {
  readonly id: string;
  /** Where it is from. */
  readonly folder: string;
  /** 16 hex digits: which weights, to the bit. */
  readonly hash: string;
  readonly engine: StepEngine;
  /** Whether it remembers bars that came before, where its folder says how. Default true. */
  readonly memory?: boolean;
  readonly descriptor: PluginDescriptor;
  readonly tunes: TuneMaking;
  /** It says the plan of a part before its music. */
  readonly planned?: boolean;
  /** How what it says is weighed, where its folder says so. */
  readonly odds: TuneOdds | undefined;
  /** Judges its tunes, where its folder says how. */
  readonly critic?: TuneCritic | undefined;
  /** Types that it was trained on often enough to be told of. */
  readonly learnt: readonly TuneType[];
}

/**
 * Loads a plugin that makes tunes, and a model for it: by id or path, else the plugin's best. Throws what loading either
 * throws, PLUGIN_BROKEN where the plugin makes no tunes, and MODEL_MISMATCH where the model speaks other tokens.
 */
export async function openTuneModel(
  plugin: string,
  model: string | undefined,
  { memory = true }: { readonly memory?: boolean } = {},
): Promise<TuneModel> {
  const { descriptor, definition } = await loadPlugin(plugin);
  const { compose: tunes } = definition;
  if (!makesTunes(tunes)) {
    throw new ContinuoError('PLUGIN_BROKEN', `The plugin ${plugin} makes no tunes.`, 'The plugin folk does.');
  }
  const chosen = await readModel(model ?? defaultModel(descriptor.models));
  const { id, path, metadata, hash } = chosen;
  const { codec, engine } = await openChosenModel(chosen, {
    memory,
    codec: ({ codec }) => tunes.codec(codec),
  });
  const critic = await loadCritic(path);
  return {
    id,
    folder: path,
    hash,
    engine,
    memory,
    descriptor,
    tunes,
    planned: codec === folkPlanCodec,
    odds: parseTuneOdds(metadata.odds),
    critic,
    learnt: learntTypes(metadata.typesTrainedOn),
  };
}

/** A type with fewer training tunes is made by its meter and form alone. */
const ENOUGH_TUNES = 40;

/** Of the counts that a model.json states; where it states none, the network is told of every type. */
function learntTypes(counts: unknown): readonly TuneType[] {
  if (typeof counts !== 'object' || counts === null) return TUNE_TYPES;
  const of = counts as Readonly<Record<string, unknown>>;
  return TUNE_TYPES.filter((type) => Number(of[type] ?? 0) >= ENOUGH_TUNES);
}
