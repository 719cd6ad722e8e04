import { existsSync } from 'node:fs';
import { ContinuoError } from '../../errors.js';
import { FOLDERS } from '../../host/folders.js';
import { defaultModel } from '../../host/models/models.js';
import { type ChosenModel, readModel } from '../../host/models/read-model.js';
import {
  type CorpusChoice,
  type CorpusPlugin,
  choiceByCodec,
  corpusChoices,
  loadCorpus,
} from '../../host/plugins/corpus-plugins.js';
import { readTake } from '../../host/takes/read-take.js';
import { parseCounting } from '../../model/memory/counting.js';
import { keptPhrases } from '../../session/kept-phrases.js';
import { chooseCorpus } from '../dataset/choose-corpus.js';
import { openCodec } from '../dataset/open-codec.js';
import { readDatasetMeta } from '../dataset/read-dataset.js';
import {
  datasetMaterial,
  filesMaterial,
  type Material,
  oneFileMaterial,
  takesMaterial,
} from '../fit/material.js';

/** The music to train on, and the tokens to encode it as. */
export interface MaterialChoice {
  /** Folder of files for a plugin (MIDI files, ABC tunes), one such file, or a data set. */
  readonly on?: string | undefined;
  /** Train on what the user played: the takes in `on`; default: the folder of recorded takes. */
  readonly takes?: boolean | undefined;
  /** Codec id, for training from scratch. Default: the plugin's first codec. */
  readonly codec?: string | undefined;
  /** The plugin that reads the files, by id or folder path. Default: the one that matches the files. */
  readonly plugin?: string | undefined;
}

/** Training material, with the plugin that made it. */
export interface ChosenMaterial {
  readonly material: Material;
  readonly plugin: CorpusPlugin;
}

/** The model to fine-tune; undefined for training from scratch. Throws what reading a model throws. */
export async function originOf({
  from,
  takes,
  plugin,
}: Pick<MaterialChoice, 'takes' | 'plugin'> & { from?: string | undefined }): Promise<
  ChosenModel | undefined
> {
  if (from === 'scratch') return undefined;
  if (from !== undefined) return readModel(from);
  if (!takes) return undefined;
  const { descriptor } = forTakes(await corpusChoices(plugin));
  return readModel(defaultModel(descriptor.models));
}

/**
 * Loads the training material. Throws OPTION_VALUE, DATASET_EMPTY, MODEL_MISMATCH, CODEC_UNKNOWN and what reading the files
 * throws.
 */
export async function materialOf(
  args: MaterialChoice,
  origin: ChosenModel | undefined,
): Promise<ChosenMaterial> {
  if (origin && args.codec !== undefined) {
    throw new ContinuoError(
      'OPTION_VALUE',
      `--codec is for training from scratch: ${origin.id} keeps its codec, ${origin.metadata.codec}.`,
    );
  }
  const all = await corpusChoices(args.plugin);
  const asked = origin?.metadata.codec ?? args.codec;
  const wanted = asked === undefined ? undefined : choiceByCodec(all, asked);
  const { plugin, material } = args.takes
    ? await ofTakes(args, wanted?.choice ?? forTakes(all), wanted?.codec)
    : await ofFiles(args, { all, wanted, origin });
  return { plugin, material: speaking(material, origin) };
}

async function ofTakes(
  { on = FOLDERS.takes }: MaterialChoice,
  choice: CorpusChoice,
  codec = choice.kind.codecs[0]!,
): Promise<ChosenMaterial> {
  if (on === FOLDERS.takes && !existsSync(on)) {
    throw new ContinuoError(
      'DATASET_EMPTY',
      `There are no takes yet in ${on}.`,
      'Play with continuo start or continuo jam: everything is recorded as a take.',
    );
  }
  const { kind, descriptor } = choice;
  if (!kind.takes) {
    throw new ContinuoError(
      'OPTION_VALUE',
      `--takes trains on performances, as they were played; ${codec}, of the plugin ${descriptor.id}, is learnt from ${kind.files} alone.`,
      `Where a jam left files of that kind (.${kind.endings[0]}) beside its take: --on ${on}, without --takes.`,
    );
  }
  const plugin = await loadCorpus(choice);
  const opened = await openTrainable(plugin, codec);
  return { plugin, material: await takesMaterial(opened, on, phrasesOfTake) };
}

/** The first plugin that can train on takes. Throws CODEC_UNKNOWN if there is none. */
function forTakes(choices: readonly CorpusChoice[]): CorpusChoice {
  const learning = choices.find(({ kind }) => kind.takes);
  if (learning) return learning;
  throw new ContinuoError(
    'CODEC_UNKNOWN',
    `${choices.map(({ descriptor }) => descriptor.id).join(', ')}: none of these plugins learns from takes.`,
    'Leave --plugin out, or give files with --on.',
  );
}

interface FilesWanted {
  readonly all: readonly CorpusChoice[];
  readonly wanted: ReturnType<typeof choiceByCodec> | undefined;
  readonly origin: ChosenModel | undefined;
}

async function ofFiles(
  { on }: MaterialChoice,
  { all, wanted, origin }: FilesWanted,
): Promise<ChosenMaterial> {
  if (on === undefined) {
    throw new ContinuoError(
      'OPTION_VALUE',
      'Expected music to train on: --on FOLDER, or --takes for what you played.',
      'continuo train --on my-tunes --from folk-session',
    );
  }
  // If a folder has pieces both as performances and as scores, train on the performances.
  const played = all.toSorted((a, b) => Number(b.kind.takes) - Number(a.kind.takes));
  const found = await chooseCorpus(on, wanted ? [wanted.choice] : played);
  if (found === 'dataset') return ofDataset(on, all);
  const plugin = await loadCorpus(found);
  const id = wanted?.codec ?? found.kind.codecs[0]!;
  if (found.kind.source === 'folder')
    return { plugin, material: await filesMaterial(await openTrainable(plugin, id), on) };
  const said = origin?.metadata ?? {};
  return { plugin, material: await oneFileMaterial({ plugin, codec: { id, said }, from: on }) };
}

async function ofDataset(folder: string, all: readonly CorpusChoice[]): Promise<ChosenMaterial> {
  const { codec, planning } = await readDatasetMeta(folder);
  const { choice } = choiceByCodec(all, codec);
  if (planning !== undefined) throw planned(codec, choice.kind.codecs);
  const plugin = await loadCorpus(choice);
  return { plugin, material: await datasetMaterial(folder, choice.kind.learns) };
}

/** Opens a codec all of whose tokens are predicted. Throws OPTION_VALUE, CODEC_UNKNOWN. */
async function openTrainable(plugin: CorpusPlugin, id: string) {
  const { aids, codecs } = plugin.kind;
  const aid = Object.keys(aids).find((name) => aids[name]!.codec === id && !aids[name]!.optional);
  if (aid !== undefined) {
    throw new ContinuoError(
      'OPTION_VALUE',
      `${id} is made of files and of ${aid} beside them, which continuo train does not read.`,
      `Make a data set with continuo dataset build --codec ${id} --${aid} FOLDER, and train on that.`,
    );
  }
  const opened = await openCodec(plugin, { id });
  if (opened.codec.trainer?.planning === undefined) return opened;
  throw planned(id, codecs);
}

function planned(codec: string, codecs: readonly string[]): ContinuoError {
  const others = codecs.filter((id) => id !== codec);
  return new ContinuoError(
    'OPTION_VALUE',
    `continuo train cannot train on tokens that are given to the network and not predicted, such as those of the plan in ${codec}.`,
    `training/torch does${others.length > 0 ? `; continuo train --codec ${others[0]} trains without them` : ''}.`,
  );
}

async function phrasesOfTake(path: string) {
  const { header, records } = await readTake(path);
  return keptPhrases(records, header.mode);
}

/** Matches the material to the original model, with its counting tokens. Throws MODEL_MISMATCH if the vocabularies differ. */
export function speaking(material: Material, origin: ChosenModel | undefined): Material {
  const { codec, vocabularyHash } = material.metadata;
  if (!origin) return material;
  if (origin.metadata.vocabularyHash === vocabularyHash) {
    const { inputClasses, outputClasses } = origin.network.spec;
    const counting = parseCounting(origin.metadata.counting, inputClasses, outputClasses);
    return counting ? { ...material, counting } : material; // joined tokens are the codec's, so the material has them
  }
  throw new ContinuoError(
    'MODEL_MISMATCH',
    `${material.corpus} has tokens of ${codec} (${vocabularyHash}); ${origin.id} takes those of ${origin.metadata.codec} (${origin.metadata.vocabularyHash}).`,
    'Train a model of the same codec further, or one from scratch.',
  );
}
