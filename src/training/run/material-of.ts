import { existsSync } from 'node:fs';
import { codecById } from '../../codec/index.js';
import { ContinuoError } from '../../errors.js';
import { FOLDERS } from '../../host/folders.js';
import { defaultModel } from '../../host/models/models.js';
import { type ChosenModel, readModel } from '../../host/models/open-model.js';
import { readDescriptor } from '../../host/plugins/plugins.js';
import { readTake } from '../../host/takes/read-take.js';
import { parseCounting } from '../../model/memory/counting.js';
import { folkCodec } from '../../plugins/folk/codec/codec.js';
import { folkPlanCodec } from '../../plugins/folk/plan/codec.js';
import { keptPhrases } from '../../session/kept-phrases.js';
import {
  abcMaterial,
  datasetMaterial,
  kindOf,
  type Material,
  midiMaterial,
  takesMaterial,
} from '../fit/material.js';

/** Where the music is from, and which tokens it becomes. */
export interface MaterialChoice {
  /** Folder of MIDI files or ABC tunes, one such file, or a data set. */
  readonly on?: string | undefined;
  /** On what the user played: the takes in `on`, or where takes are recorded. */
  readonly takes?: boolean | undefined;
  /** How MIDI becomes tokens, from scratch. Default: performance-packed-16. */
  readonly codec?: string | undefined;
}

/** The model that is trained further. Throws what reading one throws. */
export async function originOf({
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

/** What is trained on. Throws OPTION_VALUE, DATASET_EMPTY, MODEL_MISMATCH, CODEC_UNKNOWN and what reading it throws. */
export async function materialOf(args: MaterialChoice, origin: ChosenModel | undefined): Promise<Material> {
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
