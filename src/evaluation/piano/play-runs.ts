import { type NetworkSetup, openHostPerformer } from '../../host/models/open-host-performer.js';
import { drawFactory } from '../../performer/draw-factory.js';
import type { Performer } from '../../performer/performer.js';
import type { ParamValues } from '../../plugin/definition.js';
import type { StudyContext } from '../study.js';
import type { KeptRuns } from './kept-runs.js';

/** One model's results for all runs. */
export interface Player<Run> {
  readonly model: string;
  readonly modelHash: string;
  readonly params: ParamValues;
  readonly secondsTaken: number;
  readonly runs: readonly Run[];
}

/** Plays run `index` with a performer that has its own random numbers. */
export type PlayRun<Run> = (
  performer: Performer,
  index: number,
  options: { readonly params: ParamValues; readonly progress: (share: number) => void },
) => Run;

/** The runs to play, and those saved earlier. */
export interface Runs<Run> {
  readonly count: number;
  readonly play: PlayRun<Run>;
  readonly kept?: KeptRuns<Run> | undefined;
}

/**
 * Plays all runs with a model. Each runs as a session with `--seed` plus its index would: with the plugin, its grammar and
 * sampler, and a fresh state.
 */
export async function playRuns<Run>(
  setup: NetworkSetup,
  { count, play, kept }: Runs<Run>,
  { paramsFrom, bar: barOf }: Pick<StudyContext, 'paramsFrom' | 'bar'>,
): Promise<Player<Run>> {
  const performer = await openHostPerformer(setup);
  const { modelHash, descriptor } = performer;
  const bar = barOf(setup.model);
  const began = performance.now();
  try {
    const params = paramsFrom(descriptor.params);
    const known = kept?.of({ modelHash, plugin: descriptor.version, params });
    const runs = Array.from({ length: count }, (_, index) => {
      const before = known?.get(index);
      if (before !== undefined) return before;
      const draws = drawFactory(performer.codec.vocabulary.size, setup.seed + index, descriptor.params);
      const progress = (share: number) => bar.show((index + share) / count);
      const run = play({ ...performer, createDraw: draws }, index, { params, progress });
      known?.add(index, run);
      return run;
    });
    const secondsTaken = Number(((performance.now() - began) / 1000).toFixed(1));
    return { model: setup.model, modelHash, params, secondsTaken, runs };
  } finally {
    bar.done();
    performer.engine.dispose();
  }
}
