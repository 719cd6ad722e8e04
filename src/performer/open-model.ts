import { ContinuoError } from '../errors.js';
import type { StepEngine } from '../model/engine.js';
import { type ModelMetadata, type ParsedModel, parseModel } from '../model/folder.js';
import { parseCounting } from '../model/memory/counting.js';
import { jointClasses, jointSize, parseJoint } from '../model/memory/joint.js';
import type { Network } from '../model/network.js';
import type { PluginDefinition } from '../plugin/definition.js';
import { type CodecMetadata, requireCodec } from './codec-metadata.js';
import { codecOfPlugin, type SharedCodec, sharedCodec } from './codec-of-model.js';
import { type ModelEngineOptions, openModelEngine } from './model-engine.js';

/** Reads a file of a model folder by its path there, such as `model.json`. A file of more than `most` bytes need not be read: it is broken. */
export type ReadModelFile = (path: string, most: number) => Uint8Array | Promise<Uint8Array>;

/** The largest model.json that is read, in bytes. That of a large model with all memories is a hundredth of it. */
export const MOST_MODEL_JSON = 16 * 2 ** 20;

/** A codec, as far as a model is checked against it. */
export interface ModelCodec {
  readonly id: string;
  readonly vocabulary: { readonly size: number; readonly hash: string };
}

export interface OpenModelOptions<C extends ModelCodec> extends ModelEngineOptions {
  /** Returns the codec for the metadata of a model.json. Default: the plugin's, else the {@link SharedCodec} that it names. */
  readonly codec?: (metadata: CodecMetadata) => C;
  /** The plugin that the model is of: its codec, where no other is given, and its memory. */
  readonly plugin?: PluginDefinition;
  /** Name of the model in error messages. Default: "the model". */
  readonly name?: string;
}

/** A model with its codec and its engine, with the memories that its model.json declares. */
export interface OpenModel<C extends ModelCodec = SharedCodec> {
  readonly network: Network;
  readonly metadata: CodecMetadata;
  readonly codec: C;
  readonly engine: StepEngine;
}

/**
 * Opens a model folder, in Node or in a browser: reads it, finds its codec, checks that both have the same vocabulary, and makes an
 * engine with the memories that model.json declares.
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

/** Reads and parses a model folder. Throws as {@link openModel} does. */
export async function parseModelFolder(read: ReadModelFile): Promise<ParsedModel> {
  const json = await read('model.json', MOST_MODEL_JSON);
  return parseModel(new TextDecoder().decode(json), read);
}

/** Opens a model folder that was parsed already. Throws as {@link openModel} does. */
export async function openParsedModel<C extends ModelCodec>(
  parsed: ParsedModel,
  { codec: codecFor, plugin, name = 'the model', ...options }: OpenModelOptions<C>,
): Promise<OpenModel<C>> {
  const { network } = parsed;
  const metadata = requireCodec(parsed.metadata, name);
  const codec = codecFor ? codecFor(metadata) : defaultCodec<C>(plugin, metadata);
  checkVocabulary(codec, metadata, network, name);
  const engine = await openModelEngine(parsed, { own: plugin?.memory, ...options });
  return { network, metadata, codec, engine };
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
  const joint = parseJoint(metadata.joint);
  const wanted = joint ? jointClasses(joint) : { inputClasses: size + numbers, outputClasses: size };
  const fits = inputClasses === wanted.inputClasses && outputClasses === wanted.outputClasses;
  if (metadata.vocabularyHash === hash && fits && (joint === undefined || jointSize(joint) === size)) return;
  throw new ContinuoError(
    'MODEL_MISMATCH',
    `${name} was trained with vocabulary ${metadata.vocabularyHash} (${inputClasses} classes in, ${outputClasses} out); ` +
      `the codec ${codec.id} has ${hash} (${size} classes).`,
    'Use a model that was trained with this version of the codec, or train it again.',
  );
}
