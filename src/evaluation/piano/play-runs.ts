import { drawFactory } from '../../ensemble/draw-factory.js';
import type { Ensemble } from '../../ensemble/ensemble.js';
import { assemble, type NetworkSetup } from '../../host/models/assemble.js';
import type { ParamValues } from '../../plugin/definition.js';
import type { StudyContext } from '../study.js';
import type { KeptRuns } from './kept-runs.js';

/** What one model made of all runs. */
export interface Player<Run> {
  readonly model: string;
  readonly modelHash: string;
  readonly params: ParamValues;
  readonly secondsTaken: number;
  readonly runs: readonly Run[];
}

/** Plays run `index`, with an ensemble whose random numbers are its own. */
export type PlayRun<Run> = (
  ensemble: Ensemble,
  index: number,
  options: { readonly params: ParamValues; readonly progress: (share: number) => void },
) => Run;

/** What is to be played, and what of it was played before. */
export interface Runs<Run> {
  readonly count: number;
  readonly play: PlayRun<Run>;
  readonly kept?: KeptRuns<Run> | undefined;
}

/** A model plays each run as a session with `--seed` plus its index would: the plugin, its grammar and sampler, a fresh state. */
export async function playRuns<Run>(
  setup: NetworkSetup,
  { count, play, kept }: Runs<Run>,
  { paramsFrom, bar: barOf }: Pick<StudyContext, 'paramsFrom' | 'bar'>,
): Promise<Player<Run>> {
  const ensemble = await assemble(setup);
  const { modelHash, descriptor } = ensemble;
  const bar = barOf(setup.model);
  const began = performance.now();
  try {
    const params = paramsFrom(descriptor.params);
    const known = kept?.of({ modelHash, plugin: descriptor.version, params });
    const runs = Array.from({ length: count }, (_, index) => {
      const before = known?.get(index);
      if (before !== undefined) return before;
      const draws = drawFactory(ensemble.codec.vocabulary.size, setup.seed + index, descriptor.params);
      const progress = (share: number) => bar.show((index + share) / count);
      const run = play({ ...ensemble, createDraw: draws }, index, { params, progress });
      known?.add(index, run);
      return run;
    });
    const secondsTaken = Number(((performance.now() - began) / 1000).toFixed(1));
    return { model: setup.model, modelHash, params, secondsTaken, runs };
  } finally {
    bar.done();
    ensemble.engine.dispose();
  }
}
