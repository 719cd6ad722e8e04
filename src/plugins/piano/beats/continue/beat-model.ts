import type { ParamValues } from '../../../../plugin/definition.js';
import type { OfflineModel } from '../../../../plugin/index.js';
import type { BeatCritic } from '../critic/critic.js';
import type { ChordOdds } from '../memory/chord-loop.js';
import { chordOddsOf } from '../memory/chord-odds.js';
import { parseBeatCritic } from './beat-critic.js';

/** A model that counts in beats, as files are continued with it. */
export interface BeatModel extends Pick<OfflineModel, 'engine'> {
  createDraw(branch: number, params: ParamValues): ReturnType<OfflineModel['createDraw']>;
  /** Log-odds that chords of earlier bars come again; null where the model has none, or its memory is off. */
  readonly chordOdds: ChordOdds | null;
  /** The critic that chooses among continuations; null where the model has none. */
  readonly critic: BeatCritic | null;
}

/** Reads what model.json says of continuations. Throws MODEL_BROKEN. */
export function beatModel(
  { engine, metadata, createDraw }: Pick<OfflineModel, 'engine' | 'metadata'> & Pick<BeatModel, 'createDraw'>,
  memory: boolean,
): BeatModel {
  return {
    ...{ engine, createDraw },
    chordOdds: chordOddsOf(metadata, memory),
    critic: parseBeatCritic(metadata.beatCritic),
  };
}
