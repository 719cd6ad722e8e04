import { ContinuoError } from '../../errors.js';
import type { ChosenModel } from '../../host/models/read-model.js';
import { kerasNetwork } from '../../model/keras-init.js';
import { jointClasses } from '../../model/memory/joint.js';
import type { Network } from '../../model/network.js';
import type { CellKind } from '../../model/spec.js';
import { isPlayed } from '../fit/augment.js';
import type { Material } from '../fit/material.js';
import { FIT_DEFAULTS, type FitSettings } from '../fit/settings.js';

/** The architecture of a network trained from scratch. */
export interface NetworkChoice {
  /** Default: gru. models/piano-pop/README.md compares learning speed and step cost. */
  readonly cell?: CellKind | undefined;
  /** 1 to 4, default 2. */
  readonly layers?: number | undefined;
  /** Units per layer, default 256. */
  readonly units?: number | undefined;
  /** Embedding width; 0: one-hot. Default: half the units. */
  readonly embedding?: number | undefined;
}

/** The initial weights of a training. Throws OPTION_VALUE if an architecture is chosen for fine-tuning. */
export function networkFor(
  choice: NetworkChoice,
  { size, joint }: Pick<Material, 'size' | 'joint'>,
  origin: ChosenModel | undefined,
  seed: number,
): Network {
  const given = Object.entries(choice).find(([, value]) => value !== undefined);
  if (origin) {
    if (given === undefined) return origin.network;
    throw new ContinuoError(
      'OPTION_VALUE',
      `--${given[0]} is for training from scratch: a model that is trained further keeps its network.`,
    );
  }
  const { cell = 'gru', layers = 2, units = 256, embedding = Math.ceil(units / 2) } = choice;
  return kerasNetwork(
    {
      ...(joint ? jointClasses(joint) : { inputClasses: size, outputClasses: size }),
      embedding,
      layers: Array.from({ length: layers }, () => ({ cell, units })),
    },
    seed,
  );
}

const RATE_FROM_SCRATCH = 2e-3;
const RATE_FURTHER = 5e-4;
const LEAST_UPDATES_FROM_SCRATCH = 1000;
const LEAST_UPDATES_FURTHER = 100;
export const MOST_EPOCHS = 10_000;

/**
 * Transposition to twelve keys. In short trainings of piano-pop on little music it helped wherever it was tried; tempo changes
 * helped a little on performances, and did harm where notes lay on a grid.
 */
const PLAYED = { transposeDown: 5, transposeUp: 6, stretch: 0 };
/** For tokens without pitches and waits, such as those of tunes or text. */
const WRITTEN = { transposeDown: 0, transposeUp: 0, stretch: 0 };

/** Fills in defaults by the amount of material and whether a model is fine-tuned (`further`). Throws OPTION_VALUE. */
export function settingsFor(
  given: Partial<FitSettings>,
  { train, ranges }: Pick<Material, 'train' | 'ranges'>,
  further: boolean,
): FitSettings {
  const { batch = FIT_DEFAULTS.batch, window = FIT_DEFAULTS.window } = given;
  // With little music, an epoch has few updates.
  const tokens = train.reduce((sum, piece) => sum + piece.tokens.length - 1, 0);
  const least = further ? LEAST_UPDATES_FURTHER : LEAST_UPDATES_FROM_SCRATCH;
  const enough = Math.max(FIT_DEFAULTS.epochs, Math.ceil((least * batch * window) / tokens));
  const { rate = further ? RATE_FURTHER : RATE_FROM_SCRATCH } = given;
  const played = isPlayed(ranges);
  const varied = (['transposeDown', 'transposeUp', 'stretch'] as const).find(
    (name) => given[name] !== undefined,
  );
  if (!played && varied !== undefined)
    throw new ContinuoError(
      'OPTION_VALUE',
      `--${varied === 'stretch' ? varied : 'transpose'} is for performances: what is trained on here has neither pitches nor seconds.`,
    );
  return {
    ...FIT_DEFAULTS,
    ...(played ? PLAYED : WRITTEN),
    epochs: Math.min(MOST_EPOCHS, enough),
    finalRate: rate / 100,
    ...given,
    rate,
  };
}
