import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { defineCommand } from 'citty';
import { folkCodec } from '../codec/folk/codec.js';
import { folkPlanCodec } from '../codec/folk/plan/codec.js';
import { codecById } from '../codec/index.js';
import { ContinuoError } from '../errors.js';
import { FOLDERS } from '../host/folders.js';
import { defaultModel } from '../host/models.js';
import { type ChosenModel, readModel } from '../host/open-model.js';
import { readDescriptor } from '../host/plugins.js';
import { readTake } from '../host/read-take.js';
import { keptPhrases } from '../session/kept.js';
import {
  abcMaterial,
  datasetMaterial,
  kindOf,
  type Material,
  midiMaterial,
  takesMaterial,
} from '../training/fit/material.js';
import { networkFor, settingsOf, speaking, TRAIN_ARGS } from './train-options.js';
import { runTraining } from './train-run.js';

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
  subCommands: { text: () => import('./train-text.js').then(({ default: text }) => text) },
  async run({ args }) {
    const origin = await originOf(args);
    const material = await materialOf(args, origin);
    const { codec } = material.metadata;
    const kind = args.takes ? 'takes' : codec.startsWith('performance') ? 'piano' : codec.split('-')[0]!;
    await runTraining({
      material,
      origin,
      settings: settingsOf(args, material, origin),
      network: networkFor(args, material, origin),
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
  if (wanted === folkPlanCodec.id) {
    throw new ContinuoError(
      'OPTION_VALUE',
      `continuo train does not train on tunes with their plans, which ${wanted} is of.`,
      'training/torch does; continuo train --from folk-session trains on tunes alone.',
    );
  }
  const performance = () => codecById(wanted ?? DEFAULT_CODEC);
  if (args.takes && args.on === undefined && !existsSync(FOLDERS.takes)) {
    throw new ContinuoError(
      'DATASET_EMPTY',
      `There are no takes yet in ${FOLDERS.takes}.`,
      'Play with continuo start or continuo jam: everything is recorded as a take.',
    );
  }
  if (args.takes) {
    if (wanted === folkCodec.id) {
      throw new ContinuoError(
        'OPTION_VALUE',
        `--takes trains on performances, as they were played; ${wanted} is of tunes.`,
        `Jams on tunes are kept as tune.abc, your bars and the network's: --on ${args.on ?? FOLDERS.takes}, without --takes.`,
      );
    }
    const codec = performance();
    return speaking(await takesMaterial(args.on ?? FOLDERS.takes, codec, phrasesOfTake), origin);
  }
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

async function phrasesOfTake(path: string) {
  const { header, records } = await readTake(path);
  return keptPhrases(records, header.mode);
}

const DEFAULT_CODEC = 'performance-packed-16';
