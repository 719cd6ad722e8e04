import { existsSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import type { TokenStream } from '../../codec/codec.js';
import type { Vocabulary } from '../../codec/vocabulary.js';
import { ContinuoError } from '../../errors.js';
import { openHostPerformer } from '../../host/models/open-host-performer.js';
import { type ChosenModel, openChosenModel, readModel } from '../../host/models/read-model.js';
import { type CorpusChoice, choiceByCodec, corpusChoices } from '../../host/plugins/corpus-plugins.js';
import { loadPlugin } from '../../host/plugins/load-plugin.js';
import { readTake } from '../../host/takes/read-take.js';
import type { EngineName, Precision, StepEngine } from '../../model/engine.js';
import type { CorpusCodec, CorpusExtension, TrainerFacts } from '../../plugin/corpus.js';
import type { PluginDescriptor } from '../../plugin/descriptor.js';
import type { LiveExtension } from '../../plugin/live.js';
import { defaultValues } from '../../plugin/params.js';
import { MOST_MUSIC, readRegularFile } from '../../read-file.js';
import { applyRecord } from '../../session/take.js';
import { chooseCorpus } from '../../training/dataset/choose-corpus.js';
import { encode, examplesIn, type ReadExample } from '../../training/dataset/examples.js';
import { type CorpusInCodec, openCodec } from '../../training/dataset/open-codec.js';
import { toldTokens } from './told.js';

export interface PieceOptions {
  /** A take (its folder or log), or a file that a plugin reads. */
  readonly path: string;
  /** Id or folder of a model. Default: that of the take, else the first of the plugin that reads the file. */
  readonly model?: string | undefined;
  readonly plugin?: string | undefined;
  /** Which example of a file with several, counted from 1. Default: a text is taken whole, of music the first. */
  readonly piece?: number | undefined;
  readonly engine: EngineName;
  readonly precision: Precision;
  readonly memory?: boolean | undefined;
}

/** Who made a token: the player, or the model. */
export type Maker = 'player' | 'model';

/** A piece in the tokens of a model, and the model that looks at it. */
export interface OpenedPiece {
  readonly title: string;
  readonly plugin: string;
  readonly model: string;
  readonly modelHash: string;
  readonly codec: {
    readonly id: string;
    readonly vocabulary: Vocabulary;
    readonly decode?: CorpusCodec['decode'];
  };
  readonly engine: StepEngine;
  /** The start token first. */
  readonly tokens: readonly number[];
  /** (token after the start) Who made it; null for a file. */
  readonly makers: readonly Maker[] | null;
  /** A fresh stream of the plugin's live codec for these tokens; null where it has none. */
  readonly stream: TokenStream | null;
  readonly features: CorpusExtension['features'];
  /** (token, the start token first) Whether it is told to the model, which foretells nothing there. */
  readonly told: readonly boolean[];
}

/**
 * Opens a take or a file with a model. Throws what reading them throws, OPTION_VALUE where there is no such piece or no model to look
 * at it, and MODEL_MISMATCH where the take was played with other weights.
 */
export async function openPiece(options: PieceOptions): Promise<OpenedPiece> {
  return isTake(options.path) ? ofTake(options) : ofFile(options);
}

function isTake(path: string): boolean {
  if (path.endsWith('.jsonl')) return true;
  const folder = existsSync(path) && statSync(path).isDirectory();
  if (!folder || existsSync(join(path, 'take.jsonl'))) return folder;
  throw new ContinuoError(
    'OPTION_VALUE',
    `${path} is a folder without a take (take.jsonl); one piece is looked at here.`,
    'Give the folder of a take, or one file: a MIDI file, ABC tunes, a text.',
  );
}

async function ofTake({ path, model, plugin, ...choice }: PieceOptions): Promise<OpenedPiece> {
  const { header, records } = await readTake(path);
  const { setup } = header;
  const performer = await openHostPerformer({
    ...setup,
    ...choice,
    memory: choice.memory === false ? false : setup.memory,
    ...(plugin !== undefined && { plugin }),
    ...(model !== undefined && { model }),
  });
  if (performer.modelHash !== header.modelHash && model === undefined)
    throw new ContinuoError(
      'MODEL_MISMATCH',
      `The take was played with weights ${header.modelHash}; ${setup.model ?? `the plugin ${setup.plugin}`} has ${performer.modelHash}.`,
      'Name the model that is to look at it with --model: one of the same codec.',
    );
  const { codec, engine, descriptor } = performer;
  const tokens = [codec.startToken];
  const makers: (Maker | null)[] = [null];
  for (const record of records) {
    applyRecord(tokens, record);
    const maker = record.type === 'sampled' ? 'model' : 'player';
    while (makers.length < tokens.length) makers.push(maker);
    makers.length = tokens.length;
  }
  requireSize(codec.vocabulary, tokens, path);
  const { definition } = await loadPlugin(plugin ?? setup.plugin);
  return {
    ...{ title: basename(path), plugin: descriptor.id, model: model ?? setup.model ?? 'no model' },
    ...{ modelHash: performer.modelHash, codec, engine, tokens },
    makers: makers.slice(1) as Maker[],
    stream: freshStream(codec, descriptor),
    features: definition.corpus?.features,
    told: toldTokens(trainerOf(definition.corpus, codec.id), tokens),
  };
}

/** What the corpus says of a live codec's tokens; nothing where it has no such codec. */
function trainerOf(corpus: CorpusExtension | undefined, codec: string): TrainerFacts {
  try {
    return corpus?.codec(codec, {}).trainer ?? {};
  } catch (error) {
    if (error instanceof ContinuoError) return {};
    throw error;
  }
}

function requireSize({ size }: Vocabulary, tokens: readonly number[], path: string): void {
  const stray = tokens.find((token) => token >= size);
  if (stray === undefined) return;
  throw new ContinuoError(
    'MODEL_MISMATCH',
    `${path} has the token ${stray}; the model knows 0 to ${size - 1}.`,
    'The take was played in the tokens of another codec: give a model of that.',
  );
}

async function ofFile(options: PieceOptions): Promise<OpenedPiece> {
  const { path, engine: name, precision, memory } = options;
  const bytes = await readRegularFile(path, MOST_MUSIC);
  const { choice, model } = await chooseFor(options);
  const { descriptor, definition } = await loadPlugin(choice.ref);
  const corpus = definition.corpus!;
  const { codec: id } = model.metadata;
  const plugin = { id: descriptor.id, descriptor, kind: choice.kind, corpus };
  const opened = await openCodec(plugin, { id, said: model.metadata });
  const examples = [...examplesIn(opened, { path, bytes }, () => {})];
  const { title, tokens } = takeExamples(opened, examples, options);
  const { codec } = opened;
  const all = [codec.startToken, ...tokens];
  const { engine } = await openChosenModel(model, { engine: name, precision, memory, codec: () => codec });
  return {
    ...{ title, plugin: descriptor.id, model: model.id, modelHash: model.hash },
    ...{ codec, engine, makers: null },
    tokens: all,
    told: toldTokens(codec.trainer ?? {}, all),
    stream: liveStream(definition.live, id, descriptor),
    features: corpus.features,
  };
}

/** The tokens of one example; of a text, which comes in passages, of all of them unless one is asked for. */
function takeExamples(
  opened: CorpusInCodec,
  examples: readonly ReadExample[],
  { path, piece }: PieceOptions,
): { readonly title: string; readonly tokens: readonly number[] } {
  const whole = piece === undefined && typeof opened.codec.decode?.([]) === 'string';
  const taken = whole ? examples : examples.slice((piece ?? 1) - 1, piece ?? 1);
  if (taken.length === 0)
    throw new ContinuoError(
      'OPTION_VALUE',
      `${path} has ${examples.length} ${examples.length === 1 ? 'piece' : 'pieces'}${piece === undefined ? '' : `; there is no number ${piece}`}.`,
      piece === undefined ? 'Give a file with music in it.' : '--number counts from 1.',
    );
  const tokens = taken.flatMap((example) => {
    const encoded = encode(opened, example);
    if ('refused' in encoded) throw encoded.refused;
    return encoded.tokens;
  });
  return { title: whole ? basename(path) : (taken[0]!.title ?? basename(taken[0]!.path)), tokens };
}

/** The plugin that reads the file, and the model that looks at it. */
async function chooseFor({ path, model, plugin }: PieceOptions): Promise<{
  readonly choice: CorpusChoice;
  readonly model: ChosenModel;
}> {
  const all = await corpusChoices(plugin);
  if (model !== undefined) {
    const chosen = await readModel(model);
    const { choice } = choiceByCodec(all, chosen.metadata.codec);
    requireEnding(path, choice);
    requireNoAid(chosen, choice);
    return { choice, model: chosen };
  }
  const found = await chooseCorpus(path, all);
  if (found === 'dataset') throw new Error('a file is no data set');
  for (const id of found.descriptor.models) {
    const chosen = await readModel(id).catch(() => null);
    if (chosen && found.kind.codecs.includes(chosen.metadata.codec) && !aidOf(chosen, found))
      return { choice: found, model: chosen };
  }
  throw new ContinuoError(
    'OPTION_VALUE',
    `--model is missing: the plugin ${found.descriptor.id} has no model here that could look at ${basename(path)}.`,
    `Train one: continuo train ${found.kind.source === 'file' ? `${found.descriptor.id} FILE` : '--on FOLDER'}.`,
  );
}

function requireEnding(path: string, { kind, descriptor }: CorpusChoice): void {
  const ending = extname(path).slice(1).toLowerCase();
  if (kind.endings.includes(ending)) return;
  throw new ContinuoError(
    'OPTION_VALUE',
    `Expected ${kind.files} (.${kind.endings.join(', .')}) for a model of the plugin ${descriptor.id}; ${basename(path)} is no such file.`,
    'Give a file of that kind, or another --model.',
  );
}

/** The files that the model's codec needs beside the music, by name; undefined where it needs none. */
function aidOf({ metadata }: ChosenModel, { kind }: CorpusChoice): string | undefined {
  return Object.keys(kind.aids).find((name) => {
    const { codec, optional } = kind.aids[name]!;
    return codec === metadata.codec && !optional;
  });
}

function requireNoAid(model: ChosenModel, choice: CorpusChoice): void {
  const aid = aidOf(model, choice);
  if (aid === undefined) return;
  throw new ContinuoError(
    'OPTION_VALUE',
    `${model.id} speaks ${model.metadata.codec}, which needs ${aid} that no file of music says.`,
    'Give a take that it played, or another --model.',
  );
}

/** A stream of the live codec for a model's tokens; null where the plugin does not play them. */
function liveStream(
  live: LiveExtension | undefined,
  codec: string,
  descriptor: PluginDescriptor,
): TokenStream | null {
  try {
    return live ? freshStream(live.codec(codec), descriptor) : null;
  } catch (error) {
    if (error instanceof ContinuoError) return null;
    throw error;
  }
}

function freshStream(codec: ReturnType<LiveExtension['codec']>, { params }: PluginDescriptor): TokenStream {
  const stream = codec.stream(0);
  stream.setParams?.(defaultValues(params));
  return stream;
}
