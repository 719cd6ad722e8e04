import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { FOLDERS } from '../../host/folders.js';
import { namedWeights, networkOf } from '../../model/named-weights.js';
import type { Network } from '../../model/network.js';
import type { Tf } from '../../model/tfjs.js';
import { bestOf, type FitResult, fitNetwork } from '../../training/fit/fit.js';
import { materialHash } from '../../training/fit/material.js';
import type { FitSettings } from '../../training/fit/settings.js';
import { type ChosenMaterial, materialOf } from '../../training/run/material-of.js';
import { type TrainingPlan, trainingBackend, writeTrained } from '../../training/run/run-training.js';
import { settingsFor } from '../../training/run/settings-for.js';
import { explosionOf } from './explosion.js';
import { gradientsByLag, PLACES_SEEN } from './gradients-by-lag.js';
import { initialNetwork } from './initial-network.js';
import { FIGURES, readKept, requirePlaces } from './kept.js';
import { type MemoryProbe, memoryProbe, PROBE_UNITS } from './memory-probe.js';
import { CELLS_DEFAULTS, type CellPlan, type CellsOptions, plansOf } from './plan.js';
import { Progress } from './progress.js';
import { recurrentEigenvalues } from './recurrent-eigenvalues.js';
import type { CellComparison, CellExplosion, CellResult, CellStage } from './result.js';
import { sampleTokens, shownSample } from './samples.js';

export interface CompareHooks {
  /** Stops between two updates; what is finished stays in `out`. The call then throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** Share of the whole, and what is being done. */
  readonly progress?: (share: number, doing: string) => void;
  /** After each network. */
  readonly finished?: (result: CellResult, secondsLeft: number) => void;
}

/**
 * Trains networks of several kinds of cell on one corpus, and measures what each remembers. The same options, corpus and seed give the
 * same figures on the same backend. Throws what {@link materialOf} throws, TRAINING_OTHER where `out` holds other
 * trainings, and TRAINING_DIVERGED.
 *
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises';
 * import { cellsPage, compareCells } from 'continuo/evaluation';
 *
 * const comparison = await compareCells({ layers: [1], steps: 60 });
 * await writeFile('cells.html', cellsPage(comparison));
 * ```
 */
export async function compareCells(
  given: Partial<CellsOptions> = {},
  hooks: CompareHooks = {},
): Promise<CellComparison> {
  const options = { ...CELLS_DEFAULTS, ...given };
  const { on = join(FOLDERS.datasets, 'tunes'), plugin, codec, out } = options;
  const chosen = await materialOf({ on, plugin, codec }, undefined);
  const settings = settingsOf(options, chosen);
  const plans = plansOf(options);
  const keys = new Map(plans.map((plan) => [plan, keyOf(plan, options, chosen)]));
  if (out !== undefined) await requirePlaces(out, plans, (plan) => keys.get(plan)!, options.replace ?? false);
  const { tf, backend } = await trainingBackend();
  const progress = new Progress(plans, options, hooks.progress);
  const networks: CellResult[] = [];
  for (const plan of plans) {
    const kept = out === undefined ? null : await readKept(join(out, plan.name), keys.get(plan)!);
    const work = { tf, backend, chosen, options, settings, plan, signal: hooks.signal, progress };
    const result = kept ?? (await compareOne(work, keys.get(plan)!));
    progress.finish(plan, kept !== null);
    networks.push(result);
    hooks.finished?.(result, progress.secondsLeft);
  }
  return { ...factsOf(chosen), backend, options, settings, networks };
}

function factsOf({ material }: ChosenMaterial): Pick<CellComparison, 'corpus' | 'codec' | 'tokens'> {
  const count = (pieces: typeof material.train) =>
    pieces.reduce((sum, { tokens }) => sum + tokens.length - 1, 0);
  return {
    corpus: material.corpus,
    codec: material.metadata.codec,
    tokens: { train: count(material.train), valid: count(material.valid), vocabulary: material.size },
  };
}

/** Measurements of the held-out pieces while a network learns. */
const MEASUREMENTS = 15;

function settingsOf(options: CellsOptions, { material }: ChosenMaterial): FitSettings {
  const { steps, lags, clip, rate, seed, minutes, cells, layers } = options;
  const batch = 16;
  const tokens = material.train.reduce((sum, piece) => sum + piece.tokens.length - 1, 0);
  const aStep = batch * lags;
  const given = {
    ...{ batch, window: lags, clip, rate, seed, dropout: 0, patience: 0 },
    epochs: (steps * aStep) / tokens,
    measureEvery: Math.ceil(steps / MEASUREMENTS) * aStep,
    ...(minutes !== undefined && { seconds: (60 * minutes) / (cells.length * layers.length) }),
  };
  return settingsFor(given, material, false);
}

/** What figures depend on: a folder with another key belongs to another comparison. */
function keyOf(plan: CellPlan, options: CellsOptions, { material }: ChosenMaterial): string {
  const { on: _on, out: _out, replace: _replace, cells: _cells, layers: _layers, ...same } = options;
  const what = [4, plan.name, same, material.metadata.vocabularyHash, materialHash(material)];
  return createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 16);
}

interface Work {
  readonly tf: Tf;
  readonly backend: string;
  readonly chosen: ChosenMaterial;
  readonly options: CellsOptions;
  readonly settings: FitSettings;
  readonly plan: CellPlan;
  readonly signal: AbortSignal | undefined;
  readonly progress: Progress;
}

async function compareOne(work: Work, key: string): Promise<CellResult> {
  const { chosen, options, settings, plan, backend } = work;
  const { material, plugin } = chosen;
  const { seed, out } = options;
  const network = initialNetwork(plan, material, options);
  const { fit, norms } = await train(work, network);
  const before = await stage(work, network, 'gradients before training');
  const after = await stage(work, lastNetwork(network, fit), 'gradients after training');
  const explosion = await exploded(work, network);
  const probe = await probed(work);
  const tokens = sampleTokens(fit.network, {
    ...{ seed, count: options.sample },
    startToken: material.metadata.startToken ?? 0,
  });
  const { codec: id, ...said } = material.metadata;
  const best = bestOf(fit.curve);
  const result: CellResult = {
    ...plan,
    weights: weightsOf(network),
    curve: fit.curve,
    natsPerToken: best.natsPerToken,
    bestStep: best.steps,
    steps: norms.length,
    seconds: fit.seconds,
    gradientNorms: norms,
    clipped: settings.clip > 0 ? norms.filter((norm) => norm > settings.clip).length / norms.length : 0,
    ...{ before, after, explosion, probe },
    sample: shownSample(plugin.corpus.codec(id, { said }), tokens),
  };
  if (out !== undefined) {
    const model: TrainingPlan = {
      ...{ material, plugin, network, settings },
      ...{ origin: undefined, out: join(out, plan.name), replace: true },
    };
    const figures = new TextEncoder().encode(`${JSON.stringify({ key, result })}\n`);
    await writeTrained(model, { result: fit, backend, beside: { [FIGURES]: figures } });
  }
  return result;
}

async function train(
  { tf, chosen, settings, plan, signal, progress }: Work,
  network: Network,
): Promise<{ fit: FitResult; norms: number[] }> {
  const norms: number[] = [];
  const fit = await fitNetwork(tf, network, chosen.material, {
    settings,
    ...(signal && { signal }),
    progress({ share, gradientNorm }) {
      norms.push(gradientNorm);
      progress.show(plan, 'training', share);
    },
  });
  signal?.throwIfAborted();
  return { fit, norms };
}

/** The network after the last update; the result's is that of the best measurement, which comes at another update for each cell. */
function lastNetwork(network: Network, { resume }: FitResult): Network {
  return networkOf(network.spec, resume.trainer.values.slice(0, namedWeights(network).length));
}

async function stage(
  { tf, chosen, options, plan, signal, progress }: Work,
  network: Network,
  doing: string,
): Promise<CellStage> {
  progress.show(plan, doing, 1);
  await breathe();
  signal?.throwIfAborted();
  const { lags, seed } = options;
  return {
    gradients: gradientsByLag(tf, network, chosen.material.valid, { lags, seed, places: PLACES_SEEN }),
    eigenvalues: recurrentEigenvalues(network),
  };
}

/** One run of each cell shows explosions, that of the network with the fewest layers. */
async function exploded(work: Work, network: Network): Promise<CellExplosion | null> {
  const { options, plan, progress, signal } = work;
  if (plan.layers !== Math.min(...options.layers)) return null;
  progress.show(plan, 'a run with large matrices', 1);
  await breathe();
  const explosion = await explosionOf(work, network);
  signal?.throwIfAborted();
  return explosion;
}

async function probed({ tf, options, plan, signal, progress }: Work): Promise<MemoryProbe | null> {
  const { probeSteps, longestWait, units, seed } = options;
  if (probeSteps === 0) return null;
  const layers = Array.from({ length: plan.layers }, () => ({
    cell: plan.cell,
    units: Math.min(units, PROBE_UNITS),
  }));
  const probe = await memoryProbe(tf, {
    ...{ layers, beginning: options, updates: probeSteps, longest: longestWait, seed, signal },
    progress: (share) => progress.show(plan, 'copy task', share),
  });
  signal?.throwIfAborted();
  return probe;
}

function weightsOf({ weights }: Network): number {
  const { embedding, layers, output } = weights;
  const arrays = [
    ...(embedding ? [embedding] : []),
    ...layers.flatMap(({ kernel, recurrent, bias }) => [kernel, recurrent, bias]),
    ...[output.kernel, output.bias],
  ];
  return arrays.reduce((sum, { length }) => sum + length, 0);
}
