import type { FitPoint } from '../../training/fit/fit.js';
import type { FitSettings } from '../../training/fit/settings.js';
import type { LagGradients } from './gradients-by-lag.js';
import type { MemoryProbe } from './memory-probe.js';
import type { CellPlan, CellsOptions } from './plan.js';
import type { RecurrentBlock } from './recurrent-eigenvalues.js';
import type { CellSample } from './samples.js';

/** What is said of a network before its training and after it. */
export interface CellStage {
  readonly gradients: LagGradients;
  /** (layer)(block) */
  readonly eigenvalues: readonly (readonly RecurrentBlock[])[];
}

/** A short training that begins with large recurrent matrices, so that gradients may explode. */
export interface CellExplosion {
  /** The recurrent matrices begin so many times as large. */
  readonly gain: number;
  /** (lag - 1) As {@link LagGradients.state}, before the first update. */
  readonly state: readonly number[];
  /** (update) Norms before clipping. */
  readonly gradientNorms: readonly number[];
  /** The training ended because its numbers grew beyond bounds. */
  readonly diverged: boolean;
}

/** All that was measured of one network. */
export interface CellResult extends CellPlan {
  /** Number of weights. */
  readonly weights: number;
  readonly curve: readonly FitPoint[];
  /** Held out, of the best measurement: nats a token. */
  readonly natsPerToken: number;
  readonly bestStep: number;
  /** Updates made; fewer than asked for where the time was over. */
  readonly steps: number;
  readonly seconds: number;
  /** (update) Norm of the gradients by all weights before clipping. */
  readonly gradientNorms: readonly number[];
  /** Share of the updates whose gradients were clipped. */
  readonly clipped: number;
  readonly before: CellStage;
  /** After the last update, whichever measurement was best. */
  readonly after: CellStage;
  /** Of the network of each cell with the fewest layers; else null. */
  readonly explosion: CellExplosion | null;
  /** Null where no probe was asked for. */
  readonly probe: MemoryProbe | null;
  readonly sample: CellSample;
}

export interface CellComparison {
  readonly corpus: string;
  readonly codec: string;
  readonly tokens: { readonly train: number; readonly valid: number; readonly vocabulary: number };
  readonly backend: string;
  readonly options: CellsOptions;
  readonly settings: FitSettings;
  readonly networks: readonly CellResult[];
}
