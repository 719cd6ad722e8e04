import type { StepEngine } from '../../../model/engine.js';
import { TUNE_TYPES, type TuneType } from '../../../music/abc/tune-type.js';
import type { ComposerModel } from '../../../plugin/composer.js';
import type { TuneCritic } from '../critic/critic.js';
import { parseTuneOdds, type TuneOdds } from '../odds/tune-odds.js';
import { folkPlanCodec } from '../plan/codec.js';
import { loadCritic } from './critic.js';

/** A network that makes tunes. */
export interface TuneModel {
  readonly id: string;
  /** 16 hex digits: which weights, to the bit. */
  readonly hash: string;
  readonly engine: StepEngine;
  /** Whether it remembers bars that came before, where its folder says how. Default true. */
  readonly memory?: boolean;
  /** It says the plan of a part before its music. */
  readonly planned?: boolean;
  /** How what it says is weighed, where its folder says so. */
  readonly odds: TuneOdds | undefined;
  /** Judges its tunes, where its folder says how. */
  readonly critic?: TuneCritic | undefined;
  /** Types that it was trained on often enough to be told of. */
  readonly learnt: readonly TuneType[];
}

/** Reads what a model's folder says of tunes. Throws MODEL_BROKEN, FILE_READ. */
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

/** A type with fewer training tunes is made by its meter and form alone. */
const ENOUGH_TUNES = 40;

/** Of the counts that a model.json states; where it states none, the network is told of every type. */
function learntTypes(counts: unknown): readonly TuneType[] {
  if (typeof counts !== 'object' || counts === null) return TUNE_TYPES;
  const of = counts as Readonly<Record<string, unknown>>;
  return TUNE_TYPES.filter((type) => Number(of[type] ?? 0) >= ENOUGH_TUNES);
}
