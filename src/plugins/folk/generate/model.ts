import type { StepEngine } from '../../../model/engine.js';
import { TUNE_TYPES, type TuneType } from '../../../music/abc/tune-type.js';
import type { ComposerModel } from '../../../plugin/composer.js';
import type { TuneCritic } from '../critic/critic.js';
import { parseTuneOdds, type TuneOdds } from '../odds/tune-odds.js';
import { folkPlanCodec } from '../plan/codec.js';
import { loadCritic } from './critic.js';

/** A network that generates tunes, with the settings and files of its model folder. */
export interface TuneModel {
  readonly id: string;
  /** Hash of the weights, 16 hex digits. */
  readonly hash: string;
  readonly engine: StepEngine;
  /** Whether to use the memory of earlier bars (recall), if the model folder configures it. Default true. */
  readonly memory?: boolean;
  /** Whether the network generates a plan of each part before its music. */
  readonly planned?: boolean;
  /** Corrections to the network's output, if the model folder has any. */
  readonly odds: TuneOdds | undefined;
  /** Ranks the candidates, if the model folder has a critic. */
  readonly critic?: TuneCritic | undefined;
  /** The types with enough training tunes to condition on. */
  readonly learnt: readonly TuneType[];
}

/** Reads the tune settings of a model folder. Throws MODEL_BROKEN, FILE_READ. */
export async function tuneModelOf(model: ComposerModel): Promise<TuneModel> {
  const { id, hash, engine, memory, metadata } = model;
  return {
    ...{ id, hash, engine, memory },
    planned: metadata.codec === folkPlanCodec.id,
    odds: parseTuneOdds(metadata.odds),
    critic: await loadCritic(model),
    learnt: learntTypes(metadata.typesTrainedOn),
  };
}

/** A type with fewer training tunes is generated from its meter and form alone. */
const ENOUGH_TUNES = 40;

/** The types with enough tunes by the counts in model.json; without counts, all types. */
function learntTypes(counts: unknown): readonly TuneType[] {
  if (typeof counts !== 'object' || counts === null) return TUNE_TYPES;
  const of = counts as Readonly<Record<string, unknown>>;
  return TUNE_TYPES.filter((type) => Number(of[type] ?? 0) >= ENOUGH_TUNES);
}
