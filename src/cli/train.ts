import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ArgsDef, defineCommand } from 'citty';
import { folkCodec } from '../codec/folk/codec.js';
import { codecById } from '../codec/index.js';
import { ContinuoError } from '../errors.js';
import { FOLDERS } from '../host/folders.js';
import { defaultModel } from '../host/models.js';
import { type ChosenModel, readModel } from '../host/open-model.js';
import { readDescriptor } from '../host/plugins.js';
import { kerasNetwork } from '../model/keras-init.js';
import type { Network } from '../model/network.js';
import type { CellKind } from '../model/spec.js';
import {
  abcMaterial,
  datasetMaterial,
  kindOf,
  type Material,
  midiMaterial,
  takesMaterial,
} from '../training/fit/material.js';
import { FIT_DEFAULTS, type FitSettings } from '../training/fit/settings.js';
import { choiceOption, integerOption, numberOption } from './options.js';
import { runTraining } from './train-run.js';

/** Options of everything that trains. */
export const TRAIN_ARGS = {
  from: {
    type: 'string',
    description: 'Train this model further (default: from scratch; for takes the default piano)',
    valueHint: 'ID|FOLDER',
  },
  out: { type: 'string', description: 'Folder of the model that is made', valueHint: 'FOLDER' },
  replace: { type: 'boolean', default: false, description: 'Write over a training that is in --out' },
  cell: { type: 'string', description: 'From scratch: lstm, gru or rnn (default: lstm)', valueHint: 'KIND' },
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

export default defineCommand({
  meta: {
    name: 'train',
    description:
      'Train a network on your own music: MIDI files, ABC tunes, or what you played. Ctrl-C stops it; the same command goes on.',
  },
  args: {
    on: {
      type: 'string',
      description:
        'Folder of MIDI files or ABC tunes, one such file, or a data set of continuo dataset build',
      valueHint: 'FOLDER',
    },
    takes: {
      type: 'boolean',
      default: false,
      description:
        'On what you played: the takes that Continuo recorded (with --on: those of another folder)',
    },
    codec: {
      type: 'string',
      description: 'How MIDI becomes tokens, from scratch (default: performance-packed-16)',
      valueHint: 'ID',
    },
    ...TRAIN_ARGS,
  },
  async run({ args }) {
    const origin = await originOf(args);
    const material = await materialOf(args, origin);
    const { codec } = material.metadata;
    const kind = args.takes ? 'takes' : codec.startsWith('performance') ? 'piano' : codec.split('-')[0]!;
    await runTraining({
      material,
      origin,
      network: networkFor(args, material, origin),
      settings: settingsOf(args, material, origin),
      out: args.out ?? join(FOLDERS.userModels, `my-${kind}`),
      replace: args.replace,
      json: args.json,
    });
  },
});

/** The model that is trained further. Throws what reading one throws. */
async function originOf({
  from,
  takes,
}: {
  from?: string | undefined;
  takes?: boolean | undefined;
}): Promise<ChosenModel | undefined> {
  if (from === 'scratch') return undefined;
  if (from !== undefined) return readModel(from);
  return takes ? readModel(defaultModel((await readDescriptor('piano')).models)) : undefined;
}

async function materialOf(
  args: { on?: string | undefined; takes: boolean; codec?: string | undefined },
  origin: ChosenModel | undefined,
): Promise<Material> {
  if (origin && args.codec !== undefined) {
    throw new ContinuoError(
      'OPTION_VALUE',
      `--codec is for training from scratch: ${origin.id} speaks ${origin.metadata.codec}.`,
    );
  }
  const wanted = origin?.metadata.codec ?? args.codec;
  const performance = () => codecById(wanted ?? DEFAULT_CODEC);
  if (args.takes && args.on === undefined && !existsSync(FOLDERS.takes)) {
    throw new ContinuoError(
      'DATASET_EMPTY',
      `There are no takes yet in ${FOLDERS.takes}.`,
      'Play with continuo start or continuo jam: everything is recorded as a take.',
    );
  }
  if (args.takes) return speaking(await takesMaterial(args.on ?? FOLDERS.takes, performance()), origin);
  if (args.on === undefined) {
    throw new ContinuoError(
      'OPTION_VALUE',
      'Expected music to train on: --on FOLDER, or --takes for what you played.',
      'continuo train --on my-tunes --from folk-session',
    );
  }
  const kind = await kindOf(
    args.on,
    wanted === undefined ? undefined : wanted === folkCodec.id ? 'abc' : 'midi',
  );
  if (kind === 'dataset') return speaking(await datasetMaterial(args.on), origin);
  const material = kind === 'abc' ? abcMaterial(args.on, folkCodec) : midiMaterial(args.on, performance());
  return speaking(await material, origin);
}

const DEFAULT_CODEC = 'performance-packed-16';

/** Throws MODEL_MISMATCH where the music is in other tokens than the model's. */
export function speaking(material: Material, origin: ChosenModel | undefined): Material {
  const { codec, vocabularyHash } = material.metadata;
  if (!origin || origin.metadata.vocabularyHash === vocabularyHash) return material;
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
  const cell: CellKind = choiceOption('cell', String(args.cell ?? 'lstm'), ['lstm', 'gru', 'rnn']);
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
  { train }: Pick<Material, 'train'>,
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
    seed: integerOption('seed', args.seed, 0, Number.MAX_SAFE_INTEGER),
    ...(args.minutes === undefined
      ? {}
      : { seconds: 60 * numberOption('minutes', String(args.minutes), 0.01, 100_000) }),
  };
}
