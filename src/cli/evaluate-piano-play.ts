import { continuePerformance } from '../ensemble/continuation.js';
import { drawsOf } from '../ensemble/draws.js';
import { assemble, type NetworkSetup } from '../host/assemble.js';
import type { ParamValues } from '../plugin/definition.js';
import type { defaultValues } from '../plugin/params.js';
import { type Excerpt, excerpt } from '../training/piano-excerpts.js';
import type { Continuations } from '../training/piano-report.js';
import { progressBar } from './progress.js';

/** What one model made of all prompts. */
export interface Player {
  readonly model: string;
  readonly modelHash: string;
  readonly params: ParamValues;
  readonly secondsTaken: number;
  readonly continuations: Continuations;
}

/** Each prompt is continued as `continuo continue --seed` does it: the plugin, its grammar and sampler, a fresh state. */
export async function play(
  setup: NetworkSetup,
  excerpts: readonly Excerpt[],
  seconds: number,
  paramsFrom: (specs: Parameters<typeof defaultValues>[0]) => ParamValues,
): Promise<Player> {
  const ensemble = await assemble(setup);
  const bar = progressBar(setup.model);
  const began = performance.now();
  try {
    const params = paramsFrom(ensemble.descriptor.params);
    const continuations = excerpts.map(({ prompt, end }, index) => {
      const draws = drawsOf(ensemble.codec.vocabulary.size, setup.seed + index, ensemble.descriptor.params);
      const notes = continuePerformance(
        { ...ensemble, draws },
        { notes: prompt, pedal: [] },
        { seconds, params, progress: (share) => bar.show((index + share) / excerpts.length) },
      );
      return excerpt(notes, end, seconds);
    });
    const secondsTaken = Number(((performance.now() - began) / 1000).toFixed(1));
    return { model: setup.model, modelHash: ensemble.modelHash, params, secondsTaken, continuations };
  } finally {
    bar.done();
    ensemble.engine.dispose();
  }
}
