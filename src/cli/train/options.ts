import type { ArgsDef } from 'citty';
import { ContinuoError } from '../../errors.js';
import type { ChosenModel } from '../../host/models/read-model.js';
import type { Network } from '../../model/network.js';
import type { CellKind } from '../../model/spec.js';
import type { Material } from '../../training/fit/material.js';
import type { FitSettings } from '../../training/fit/settings.js';
import * as train from '../../training/run/settings-for.js';
import { choiceOption, integerOption, numberOption } from '../options.js';

/** Options shared by all training commands. */
export const TRAIN_ARGS = {
  from: {
    type: 'string',
    description: 'Model to train further (default: train from scratch; with --takes the default piano model)',
    valueHint: 'ID|FOLDER',
  },
  out: { type: 'string', description: 'Folder of the new model', valueHint: 'FOLDER' },
  replace: { type: 'boolean', default: false, description: 'Overwrite a training in --out' },
  cell: {
    type: 'string',
    description: 'From scratch: type of cell, gru, lstm or rnn (default: gru)',
    valueHint: 'KIND',
  },
  layers: {
    type: 'string',
    description: 'From scratch: recurrent layers, 1 to 4 (default: 2)',
    valueHint: 'N',
  },
  units: { type: 'string', description: 'From scratch: units per layer (default: 256)', valueHint: 'N' },
  embedding: {
    type: 'string',
    description: 'From scratch: width of the embedding, 0 for one-hot (default: half the units)',
    valueHint: 'N',
  },
  epochs: {
    type: 'string',
    description: 'Epochs: passes over the training pieces (default: 10, more for little music)',
    valueHint: 'N',
  },
  minutes: { type: 'string', description: 'Time limit in minutes (default: none)', valueHint: 'N' },
  batch: {
    type: 'string',
    description: 'Batch size: pieces trained side by side (default: 16)',
    valueHint: 'N',
  },
  window: {
    type: 'string',
    description: 'Length of truncated backpropagation in tokens (default: 64)',
    valueHint: 'N',
  },
  rate: {
    type: 'string',
    description: 'Peak learning rate (default: 0.002 from scratch, 0.0005 for further training)',
    valueHint: 'N',
  },
  dropout: {
    type: 'string',
    description: 'Dropout: share of units that are dropped (default: 0.2)',
    valueHint: 'SHARE',
  },
  transpose: {
    type: 'string',
    description:
      'Performances: transpose each piece at random, at most so many semitones down and up, each time anew (default: 5,6; 0: none)',
    valueHint: 'DOWN,UP',
  },
  stretch: {
    type: 'string',
    description:
      'Performances: change the tempo of each piece at random, by at most this share (default: 0; played freely: 0.05)',
    valueHint: 'SHARE',
  },
  patience: {
    type: 'string',
    description: 'Early stopping: end after so many measurements without improvement; 0: never (default: 3)',
    valueHint: 'N',
  },
  seed: {
    type: 'string',
    default: '1',
    description: 'Seed of the random numbers, a whole number',
    valueHint: 'N',
  },
  json: { type: 'boolean', default: false, description: 'Print one JSON object at the end' },
} as const satisfies ArgsDef;

/** Values of {@link TRAIN_ARGS} from the command line. */
export type TrainValues = {
  readonly [Name in keyof typeof TRAIN_ARGS]?: (typeof TRAIN_ARGS)[Name]['type'] extends 'boolean'
    ? boolean
    : string | undefined;
} & { readonly seed: string };

/** The initial weights of the training. Throws OPTION_VALUE. */
export function networkFor(args: TrainValues, material: Material, origin: ChosenModel | undefined): Network {
  const whole = (name: 'units' | 'layers' | 'embedding', min: number, max: number) => {
    const text = args[name];
    return text === undefined ? undefined : integerOption(name, String(text), min, max);
  };
  return train.networkFor(
    {
      cell:
        args.cell === undefined
          ? undefined
          : choiceOption<CellKind>('cell', args.cell, ['gru', 'lstm', 'rnn']),
      units: whole('units', 1, 2048),
      layers: whole('layers', 1, 4),
      embedding: whole('embedding', 0, 2048),
    },
    material,
    origin,
    seedOf(args),
  );
}

function seedOf({ seed }: TrainValues): number {
  return integerOption('seed', seed, 0, Number.MAX_SAFE_INTEGER);
}

/** The training settings from the command line. Throws OPTION_VALUE. */
export function settingsOf(
  args: TrainValues,
  material: Pick<Material, 'train' | 'ranges'>,
  origin: ChosenModel | undefined,
): FitSettings {
  const { transpose, minutes } = args;
  const number = (
    name: 'epochs' | 'batch' | 'window' | 'patience' | 'rate' | 'dropout' | 'stretch',
    option: typeof numberOption,
    min: number,
    max: number,
  ) => {
    const text = args[name];
    return text === undefined ? {} : { [name]: option(name, String(text), min, max) };
  };
  const given: Partial<FitSettings> = {
    ...number('epochs', integerOption, 1, train.MOST_EPOCHS),
    ...number('batch', integerOption, 1, 1024),
    ...number('window', integerOption, 2, 2048),
    ...number('patience', integerOption, 0, 10_000),
    ...number('rate', numberOption, 1e-9, 10),
    ...number('dropout', numberOption, 0, 0.95),
    ...number('stretch', numberOption, 0, 0.5),
    ...(transpose !== undefined && transposition(String(transpose))),
    ...(minutes !== undefined && { seconds: 60 * numberOption('minutes', String(minutes), 0.01, 100_000) }),
    seed: seedOf(args),
  };
  return train.settingsFor(given, material, origin !== undefined);
}

const MOST_SEMITONES = 24;

/** Parses semitones down and up; one number sets both. Throws OPTION_VALUE. */
function transposition(given: string): Pick<FitSettings, 'transposeDown' | 'transposeUp'> {
  const shifts = given.split(',');
  if (shifts.length > 2) {
    throw new ContinuoError(
      'OPTION_VALUE',
      `--transpose takes semitones down and up, such as 5,6; it was given "${given}".`,
    );
  }
  const [transposeDown, transposeUp] = [shifts[0]!, shifts[1] ?? shifts[0]!].map((text) =>
    integerOption('transpose', text, 0, MOST_SEMITONES),
  );
  return { transposeDown: transposeDown!, transposeUp: transposeUp! };
}
