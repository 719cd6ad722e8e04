import type { CardFacts } from '../fit/card.js';
import type { FitSettings } from '../fit/settings.js';
import { type MaterialChoice, materialOf, originOf } from './material-of.js';
import { runTraining, type TrainingHooks } from './run-training.js';
import { type NetworkChoice, networkFor, settingsFor } from './settings-for.js';

/** Options of a training; all but `on` (or `takes`) and `out` have defaults. */
export interface TrainOptions extends MaterialChoice, NetworkChoice {
  /**
   * Id or folder of a model to fine-tune. Default: train from scratch; with `takes`, the best model of the plugin that trains on
   * takes.
   */
  readonly from?: string;
  /** Output folder for the model. */
  readonly out: string;
  /** Whether to overwrite an existing training. Default: resume if it is the same training, otherwise refuse. */
  readonly replace?: boolean;
  readonly settings?: Partial<FitSettings>;
}

/**
 * Trains a model, writes its folder and returns the facts of its model card. A signal stops early: the folder then holds the best
 * model so far, and the same call resumes. Throws ContinuoError, with the codes of `continuo train`.
 *
 * @example
 * ```ts
 * import { train } from 'continuo/training';
 *
 * const { written } = await train(
 *   { on: 'my-midi', from: 'piano-pop', out: 'my-piano', settings: { seconds: 60 } },
 *   { progress: ({ share }) => console.log(`${Math.round(100 * share)} %`) },
 * );
 * console.log(`${written} nats a token on held-out music`);
 * ```
 */
export async function train(options: TrainOptions, hooks: TrainingHooks = {}): Promise<CardFacts> {
  const { out, replace = false, settings = {} } = options;
  const { cell, layers, units, embedding } = options;
  const origin = await originOf(options);
  const { material, plugin } = await materialOf(options, origin);
  const all = settingsFor(settings, material, origin !== undefined);
  const network = networkFor({ cell, layers, units, embedding }, material, origin, all.seed);
  return runTraining({ material, plugin, network, origin, settings: all, out, replace }, hooks);
}
