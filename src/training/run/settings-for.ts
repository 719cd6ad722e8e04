import { ContinuoError } from '../../errors.js';
import type { ChosenModel } from '../../host/models/open-model.js';
import { kerasNetwork } from '../../model/keras-init.js';
import type { Network } from '../../model/network.js';
import type { CellKind } from '../../model/spec.js';
import { isPlayed } from '../fit/augment.js';
import type { Material } from '../fit/material.js';
import { FIT_DEFAULTS, type FitSettings } from '../fit/settings.js';

/** A network from scratch. */
export interface NetworkChoice {
  /** Default: gru. Which learns sooner, and steps cheaper: models/piano-pop/README.md. */
  readonly cell?: CellKind | undefined;
  /** 1 to 4, default 2. */
  readonly layers?: number | undefined;
  /** A layer, default 256. */
  readonly units?: number | undefined;
  /** Width; 0: one-hot. Default: half the units. */
  readonly embedding?: number | undefined;
}

/** The weights that a training begins with. Throws OPTION_VALUE where a network is chosen for a model that is trained further. */
export function networkFor(
  choice: NetworkChoice,
  { size }: Pick<Material, 'size'>,
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
      inputClasses: size,
      embedding,
      layers: Array.from({ length: layers }, () => ({ cell, units })),
      outputClasses: size,
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
 * Twelve keys. In short trainings of piano-pop on little music they helped wherever that was tried; other tempos
 * helped a little where people had played, and did harm where notes lay on a grid.
 */
const PLAYED = { transposeDown: 5, transposeUp: 6, stretch: 0 };
/** Of tokens without pitches and waits, such as those of tunes or text. */
const WRITTEN = { transposeDown: 0, transposeUp: 0, stretch: 0 };

/** What a setting is where it is not given, by how much there is to learn and whether a model is trained `further`. Throws OPTION_VALUE. */
export function settingsFor(
  given: Partial<FitSettings>,
  { train, ranges }: Pick<Material, 'train' | 'ranges'>,
  further: boolean,
): FitSettings {
  const { batch = FIT_DEFAULTS.batch, window = FIT_DEFAULTS.window } = given;
  // Little music gives few updates an epoch.
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
