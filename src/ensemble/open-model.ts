import type { ChordOdds } from '../codec/beats/chord-loop.js';
import { ContinuoError } from '../errors.js';
import type { StepEngine } from '../model/engine.js';
import { type ModelMetadata, type ParsedModel, parseModel } from '../model/folder.js';
import { parseCounting } from '../model/memory/counting.js';
import type { Network } from '../model/network.js';
import type { PluginDefinition } from '../plugin/definition.js';
import { parseChordOdds } from './chord-odds.js';
import { type CodecMetadata, requireCodec } from './codec-metadata.js';
import { codecOfPlugin, type SharedCodec, sharedCodec } from './codec-of-model.js';
import { isMemoryOn, type ModelEngineOptions, openModelEngine } from './model-engine.js';

/**
 * A model folder: gives the bytes of one of its files by the path within, such as `model.json`. `most` is how many bytes make sense:
 * a longer file need not be read.
 */
export type ReadModelFile = (path: string, most: number) => Uint8Array | Promise<Uint8Array>;

/** The largest model.json that is read, in bytes: a large model's, with all that it may say of memories, has a hundredth of that. */
export const MOST_MODEL_JSON = 16 * 2 ** 20;

/** What a model is checked against: any codec, live or not. */
export interface ModelCodec {
  readonly id: string;
  readonly vocabulary: { readonly size: number; readonly hash: string };
}

export interface OpenModelOptions<C extends ModelCodec> extends ModelEngineOptions {
  /** The codec for a model, by what its model.json says. Default: the plugin's, else the one that it names of {@link SharedCodec}. */
  readonly codec?: (metadata: CodecMetadata) => C;
  /** The plugin that the model's codec is of. */
  readonly plugin?: PluginDefinition;
  /** What messages call the model. Default: "the model". */
  readonly name?: string;
}

/** A model ready to play, with all that its model.json asks for. */
export interface OpenModel<C extends ModelCodec = SharedCodec> {
  readonly network: Network;
  readonly metadata: CodecMetadata;
  readonly codec: C;
  readonly engine: StepEngine;
  /** How far chords of bars before may be trusted; null where the model does not say, or that memory is off. */
  readonly chordOdds: ChordOdds | null;
}

/**
 * Opens a model folder, in Node or in a browser: reads it, finds its codec and checks that both speak the same tokens, and makes an
 * engine with the memories that model.json asks for.
 *
 * Throws MODEL_BROKEN, MODEL_UNSUPPORTED, MODEL_MISMATCH, CODEC_UNKNOWN, ENGINE_UNKNOWN, ENGINE_UNAVAILABLE; what `read` throws
 * passes through.
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises';
 * import { openModel } from 'continuo';
 *
 * const { engine, codec } = await openModel((path) => readFile(`models/piano-pop/${path}`));
 * const state = engine.createState();
 * const logits = engine.step([state], [codec.startToken]);
 * ```
 */
export async function openModel<C extends ModelCodec = SharedCodec>(
  read: ReadModelFile,
  options: OpenModelOptions<C> = {},
): Promise<OpenModel<C>> {
  return openParsedModel(await parseModelFolder(read), options);
}

/** Reads a model folder. Throws as {@link openModel} does. */
export async function parseModelFolder(read: ReadModelFile): Promise<ParsedModel> {
  const json = await read('model.json', MOST_MODEL_JSON);
  return parseModel(new TextDecoder().decode(json), read);
}

/** Opens a model folder that was read. Throws as {@link openModel} does. */
export async function openParsedModel<C extends ModelCodec>(
  parsed: ParsedModel,
  { codec: codecFor, plugin, name = 'the model', ...options }: OpenModelOptions<C>,
): Promise<OpenModel<C>> {
  const { network } = parsed;
  const metadata = requireCodec(parsed.metadata, name);
  const codec = codecFor ? codecFor(metadata) : defaultCodec<C>(plugin, metadata);
  checkVocabulary(codec, metadata, network, name);
  const odds = parseChordOdds(metadata.chordLoop);
  const chordOdds = isMemoryOn(options.memory, 'chordLoop') ? odds : null;
  return { network, metadata, codec, engine: await openModelEngine(parsed, options), chordOdds };
}

/** Without a choice of the caller's, C is what comes of the plugin, or of no plugin. */
function defaultCodec<C extends ModelCodec>(
  plugin: PluginDefinition | undefined,
  metadata: CodecMetadata,
): C {
  const codec: ModelCodec = plugin ? codecOfPlugin(plugin, metadata) : sharedCodec(metadata);
  return codec as C;
}

function checkVocabulary(
  codec: ModelCodec,
  metadata: ModelMetadata,
  { spec: { inputClasses, outputClasses } }: Network,
  name: string,
): void {
  const { size, hash } = codec.vocabulary;
  const numbers = parseCounting(metadata.counting, inputClasses, outputClasses)?.numbers ?? 0;
  if (metadata.vocabularyHash === hash && inputClasses === size + numbers && outputClasses === size) return;
  throw new ContinuoError(
    'MODEL_MISMATCH',
    `${name} was trained with vocabulary ${metadata.vocabularyHash} (${inputClasses} classes in, ${outputClasses} out); ` +
      `the codec ${codec.id} has ${hash} (${size} classes).`,
    'Use a model that was trained with this version of the codec, or train it again.',
  );
}
