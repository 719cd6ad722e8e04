import type { ArgsDef } from 'citty';
import { ContinuoError } from '../errors.js';
import type { ChosenModel } from '../host/open-model.js';
import { parseCounting } from '../model/counting.js';
import { kerasNetwork } from '../model/keras-init.js';
import type { Network } from '../model/network.js';
import type { CellKind } from '../model/spec.js';
import { isPlayed, type Ranges, type Variation } from '../training/fit/augment.js';
import type { Material } from '../training/fit/material.js';
import { FIT_DEFAULTS, type FitSettings } from '../training/fit/settings.js';
import { choiceOption, integerOption, numberOption } from './options.js';

/** Options of everything that trains. */
export const TRAIN_ARGS = {
  from: {
    type: 'string',
    description: 'Train this model further (default: from scratch; for takes the default piano)',
    valueHint: 'ID|FOLDER',
  },
  out: { type: 'string', description: 'Folder of the model that is made', valueHint: 'FOLDER' },
  replace: { type: 'boolean', default: false, description: 'Write over a training that is in --out' },
  cell: { type: 'string', description: 'From scratch: gru, lstm or rnn (default: gru)', valueHint: 'KIND' },
  layers: {
    type: 'string',
    description: 'From scratch: recurrent layers, 1 to 4 (default: 2)',
    valueHint: 'N',
  },
  units: { type: 'string', description: 'From scratch: units a layer (default: 256)', valueHint: 'N' },
  embedding: {
    type: 'string',
    description: 'From scratch: width of the embedding, 0 for one-hot (default: half the units)',
    valueHint: 'N',
  },
  epochs: {
    type: 'string',
    description: 'Times that every piece is seen (default: 10, more of little music)',
    valueHint: 'N',
  },
  minutes: { type: 'string', description: 'Most minutes (default: as long as it takes)', valueHint: 'N' },
  batch: { type: 'string', description: 'Pieces side by side (default: 16)', valueHint: 'N' },
  window: {
    type: 'string',
    description: 'Tokens that gradients flow back through (default: 64)',
    valueHint: 'N',
  },
  rate: {
    type: 'string',
    description: 'Highest learning rate (default: 0.002 from scratch, 0.0005 further)',
    valueHint: 'N',
  },
  dropout: {
    type: 'string',
    description: 'Share of units that are dropped (default: 0.2)',
    valueHint: 'SHARE',
  },
  transpose: {
    type: 'string',
    description:
      'Performances: semitones down and up by which each piece is moved at most, each time anew (default: 5,6; 0: none)',
    valueHint: 'DOWN,UP',
  },
  stretch: {
    type: 'string',
    description:
      'Performances: share by which each piece is played faster or slower at most (default: 0; played freely: 0.05)',
    valueHint: 'SHARE',
  },
  patience: {
    type: 'string',
    description: 'Measurements without a gain after which it ends; 0: it does not (default: 3)',
    valueHint: 'N',
  },
  seed: { type: 'string', default: '1', description: 'A whole number', valueHint: 'N' },
  json: { type: 'boolean', default: false, description: 'One JSON object at the end' },
} as const satisfies ArgsDef;

/** What the command line gave for {@link TRAIN_ARGS}. */
export type TrainValues = {
  readonly [Name in keyof typeof TRAIN_ARGS]?: (typeof TRAIN_ARGS)[Name]['type'] extends 'boolean'
    ? boolean
    : string | undefined;
} & { readonly seed: string };

/** The material as the model hears it. Throws MODEL_MISMATCH where it is in other tokens than the model's. */
export function speaking(material: Material, origin: ChosenModel | undefined): Material {
  const { codec, vocabularyHash } = material.metadata;
  if (!origin) return material;
  if (origin.metadata.vocabularyHash === vocabularyHash) {
    const { inputClasses, outputClasses } = origin.network.spec;
    const counting = parseCounting(origin.metadata.counting, inputClasses, outputClasses);
    return counting ? { ...material, counting } : material;
  }
  throw new ContinuoError(
    'MODEL_MISMATCH',
    `${material.corpus} is in the tokens of ${codec} (${vocabularyHash}); ${origin.id} speaks ${origin.metadata.codec} (${origin.metadata.vocabularyHash}).`,
    'Train a model of the same codec further, or one from scratch.',
  );
}

/** The weights that the training begins with. Throws OPTION_VALUE. */
export function networkFor(args: TrainValues, { size }: Material, origin: ChosenModel | undefined): Network {
  const given = (['cell', 'layers', 'units', 'embedding'] as const).filter(
    (name) => args[name] !== undefined,
  );
  if (origin) {
    if (given.length === 0) return origin.network;
    throw new ContinuoError(
      'OPTION_VALUE',
      `--${given[0]} is for training from scratch: a model that is trained further keeps its network.`,
    );
  }
  // Which learns sooner, and steps cheaper: models/piano-pop/README.md.
  const cell: CellKind = choiceOption('cell', String(args.cell ?? 'gru'), ['gru', 'lstm', 'rnn']);
  const units = integerOption('units', String(args.units ?? 256), 1, 2048);
  const layers = integerOption('layers', String(args.layers ?? 2), 1, 4);
  const embedding = integerOption('embedding', String(args.embedding ?? Math.ceil(units / 2)), 0, 2048);
  const seed = integerOption('seed', args.seed, 0, Number.MAX_SAFE_INTEGER);
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
const MOST_EPOCHS = 10_000;

/** Throws OPTION_VALUE. */
export function settingsOf(
  args: TrainValues,
  { train, ranges }: Pick<Material, 'train' | 'ranges'>,
  origin: ChosenModel | undefined,
): FitSettings {
  const text = (name: keyof TrainValues, fallback: number) => String(args[name] ?? fallback);
  const whole = (name: 'batch' | 'window' | 'patience', min: number, max: number) =>
    integerOption(name, text(name, FIT_DEFAULTS[name]), min, max);
  const [batch, window] = [whole('batch', 1, 1024), whole('window', 2, 2048)];
  // Little music gives few updates an epoch.
  const tokens = train.reduce((sum, piece) => sum + piece.tokens.length - 1, 0);
  const least = origin ? LEAST_UPDATES_FURTHER : LEAST_UPDATES_FROM_SCRATCH;
  const enough = Math.min(
    MOST_EPOCHS,
    Math.max(FIT_DEFAULTS.epochs, Math.ceil((least * batch * window) / tokens)),
  );
  const rate = numberOption('rate', text('rate', origin ? RATE_FURTHER : RATE_FROM_SCRATCH), 1e-9, 10);
  return {
    ...FIT_DEFAULTS,
    epochs: integerOption('epochs', text('epochs', enough), 1, MOST_EPOCHS),
    batch,
    window,
    patience: whole('patience', 0, 10_000),
    rate,
    finalRate: rate / 100,
    dropout: numberOption('dropout', text('dropout', FIT_DEFAULTS.dropout), 0, 0.95),
    ...variationOf(args, ranges),
    seed: integerOption('seed', args.seed, 0, Number.MAX_SAFE_INTEGER),
    ...(args.minutes === undefined
      ? {}
      : { seconds: 60 * numberOption('minutes', String(args.minutes), 0.01, 100_000) }),
  };
}

/**
 * Twelve keys. In short trainings of piano-pop on little music they helped wherever that was tried; other tempos
 * helped a little where people had played, and did harm where notes lay on a grid.
 */
const TRANSPOSE = '5,6';
const STRETCH = 0;
const MOST_SEMITONES = 24;

/** How pieces are varied: as little as tunes can be, which are in C all of them, or texts. Throws OPTION_VALUE. */
function variationOf(args: TrainValues, ranges: Ranges): Variation {
  const given = (['transpose', 'stretch'] as const).find((name) => args[name] !== undefined);
  if (!isPlayed(ranges)) {
    if (given === undefined) return { transposeDown: 0, transposeUp: 0, stretch: 0 };
    throw new ContinuoError(
      'OPTION_VALUE',
      `--${given} is for performances: what is trained on here has neither pitches nor seconds.`,
    );
  }
  const shifts = String(args.transpose ?? TRANSPOSE).split(',');
  const [down, up] = [shifts[0]!, shifts[1] ?? shifts[0]!].map((text) =>
    integerOption('transpose', text, 0, MOST_SEMITONES),
  );
  if (shifts.length > 2) {
    throw new ContinuoError(
      'OPTION_VALUE',
      `--transpose takes semitones down and up, such as 5,6; it was given "${args.transpose}".`,
    );
  }
  return {
    transposeDown: down!,
    transposeUp: up!,
    stretch: numberOption('stretch', String(args.stretch ?? STRETCH), 0, 0.5),
  };
}
