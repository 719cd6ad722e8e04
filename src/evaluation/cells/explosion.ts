import { ContinuoError } from '../../errors.js';
import type { Network } from '../../model/network.js';
import type { Tf } from '../../model/tfjs.js';
import { fitNetwork } from '../../training/fit/fit.js';
import type { FitSettings } from '../../training/fit/settings.js';
import type { ChosenMaterial } from '../../training/run/material-of.js';
import { gradientsByLag, PLACES_SEEN } from './gradients-by-lag.js';
import { scaled } from './initial-network.js';
import type { CellsOptions } from './plan.js';
import type { CellExplosion } from './result.js';

/** With it a vanilla network's matrix reaches far beyond the unit circle, whatever it begins as. */
const GAIN = 4;
/** Updates of the run: explosions come at its beginning. */
const UPDATES = 40;

interface Run {
  readonly tf: Tf;
  readonly chosen: ChosenMaterial;
  readonly options: Pick<CellsOptions, 'lags' | 'seed' | 'steps'>;
  readonly settings: FitSettings;
  readonly signal: AbortSignal | undefined;
}

/** Trains `network` with its recurrent matrices enlarged, for a few updates, and tells what the gradients do. */
export async function explosionOf(run: Run, network: Network): Promise<CellExplosion> {
  const { tf, chosen, options, settings, signal } = run;
  const { lags, seed, steps } = options;
  const large = scaled(network, GAIN);
  const { state } = gradientsByLag(tf, large, chosen.material.valid, { lags, seed, places: PLACES_SEEN });
  const norms: number[] = [];
  const share = Math.min(UPDATES, steps) / steps;
  let diverged = false;
  try {
    await fitNetwork(tf, large, chosen.material, {
      settings: { ...settings, epochs: settings.epochs * share, measureEvery: Number.MAX_SAFE_INTEGER },
      ...(signal && { signal }),
      progress: ({ gradientNorm }) => void norms.push(gradientNorm),
    });
  } catch (error) {
    if (!(error instanceof ContinuoError && error.code === 'TRAINING_DIVERGED')) throw error;
    diverged = true;
  }
  return { gain: GAIN, state, gradientNorms: norms.filter(Number.isFinite), diverged };
}
