import { loadModelFolder } from '../host/models/model-files.js';
import { findModel } from '../host/models/models.js';
import { pluginMemoryOf } from '../host/models/plugin-memory.js';
import type { Precision } from '../model/engine.js';
import { openEngine } from '../model/open.js';
import { openModelEngine } from '../performer/model-engine.js';
import { type Timing, timeInRounds } from './rounds.js';
import { stepper } from './step.js';

/** Times of one step of a model on the kernel: the network alone and, for a model with a memory, int8 with the memory full. */
export interface ModelTiming {
  readonly model: string;
  readonly timings: Readonly<Record<Precision, Timing> & { remembering?: Timing }>;
}

/** Tokens that fill any memory. */
const FULL = 4200;

const CALLS = 20;
const PRECISIONS = ['int8', 'float32'] as const;

/**
 * Times one step of each model (ids or paths of folders) in interleaved rounds. Throws MODEL_NOT_FOUND, MODEL_BROKEN,
 * MODEL_UNSUPPORTED.
 */
export async function benchModels(models: readonly string[], rounds: number): Promise<ModelTiming[]> {
  const contestants = [];
  for (const [index, model] of models.entries()) {
    const { id, path } = findModel(model);
    const { network, metadata } = await loadModelFolder(path);
    for (const precision of PRECISIONS) {
      const run = stepper(await openEngine(network, { precision }), 1);
      contestants.push({ name: `${index} ${precision}`, calls: CALLS, run });
    }
    if (metadata?.cache === undefined && metadata?.recall === undefined) continue;
    const own = await pluginMemoryOf({ id, codec: metadata?.codec });
    const run = stepper(await openModelEngine({ network, metadata }, { own }), 1);
    for (let token = 0; token < FULL; token++) run();
    contestants.push({ name: `${index} remembering`, calls: CALLS, run });
  }
  const timings = timeInRounds(contestants, rounds);
  return models.map((model, index) => ({
    model,
    timings: {
      int8: timings[`${index} int8`]!,
      float32: timings[`${index} float32`]!,
      ...(timings[`${index} remembering`] && { remembering: timings[`${index} remembering`]! }),
    },
  }));
}
