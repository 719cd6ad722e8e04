import type { ChordOdds } from '../codec/beats/chord-loop.js';
import { type BeatCodec, beatCodec } from '../codec/beats/index.js';
import type { Codec } from '../codec/codec.js';
import { ContinuoError } from '../errors.js';
import { parseCounting } from '../model/counting.js';
import type { EngineName, Precision, StepEngine } from '../model/engine.js';
import type { ModelMetadata } from '../model/folder.js';
import { uniform } from '../model/random.js';
import { createSampler, type SamplerSettings } from '../model/sampler.js';
import type { ParamValues, PluginDefinition } from '../plugin/definition.js';
import type { PluginDescriptor } from '../plugin/descriptor.js';
import type { Grammar, LiveExtension } from '../plugin/live.js';
import { idOfRole, type ParamSpecs } from '../plugin/params.js';
import type { Draw } from '../session/timeline.js';
import { parseChordOdds } from './chord-odds.js';
import { openModelEngine, readModel } from './open-model.js';
import { loadPlugin } from './plugins.js';

/** What a session is to be made of, as plain data. */
export interface Setup {
  readonly plugin: string;
  /** Id or path of a model folder. */
  readonly model: string;
  readonly engine: EngineName;
  readonly precision: Precision;
  /** A whole number: the same seed, model, parameters and input give the same notes. */
  readonly seed: number;
}

/** What a session is made of. */
export interface Ensemble {
  readonly descriptor: PluginDescriptor;
  readonly metadata: ModelMetadata;
  /** 16 hex digits: which weights, to the bit. */
  readonly modelHash: string;
  readonly engine: StepEngine;
  readonly codec: Codec;
  readonly grammar: Grammar | null;
  readonly draws: (branch: number, params: ParamValues, drawn?: number) => Draw;
}

/**
 * Loads plugin and model and puts them together. Throws what {@link loadPlugin}, {@link readModel} and the engines throw,
 * and MODEL_MISMATCH where model and codec do not speak the same tokens.
 */
export async function assemble(setup: Setup): Promise<Ensemble> {
  const { descriptor, definition } = await loadPlugin(setup.plugin);
  const model = await readModel(setup.model);
  const { network, metadata, hash, path } = model;
  if (metadata.codec === beatCodec.id) throw notLive(setup.model);
  const live = liveExtension(definition, setup.plugin);
  const codec = live.codec(metadata.codec);
  checkVocabulary(codec, metadata, network.spec.inputClasses, network.spec.outputClasses, path);
  const engine = await openModelEngine(model, setup);
  return {
    descriptor,
    metadata,
    modelHash: hash,
    engine,
    codec,
    grammar: live.grammar?.(codec) ?? null,
    draws: drawsOf(codec.vocabulary.size, setup.seed, descriptor.params),
  };
}

/** What goes on from files in beats: plugin and model, without a stream. */
export interface BeatEnsemble
  extends Pick<Ensemble, 'descriptor' | 'metadata' | 'modelHash' | 'engine' | 'draws'> {
  readonly codec: BeatCodec;
  /** How far chords of bars before may be trusted; null where the model does not say. */
  readonly chordOdds: ChordOdds | null;
}

/** The same of a model that counts in beats; null where it does not. Throws what {@link assemble} throws. */
export async function assembleInBeats(setup: Setup): Promise<BeatEnsemble | null> {
  const model = await readModel(setup.model);
  const { network, metadata, hash, path } = model;
  if (metadata.codec !== beatCodec.id || setup.plugin !== 'piano') return null;
  const { descriptor } = await loadPlugin(setup.plugin);
  checkVocabulary(beatCodec, metadata, network.spec.inputClasses, network.spec.outputClasses, path);
  return {
    descriptor,
    metadata,
    modelHash: hash,
    engine: await openModelEngine(model, setup),
    codec: beatCodec,
    chordOdds: parseChordOdds(metadata.chordLoop),
    draws: drawsOf(beatCodec.vocabulary.size, setup.seed, descriptor.params),
  };
}

function notLive(model: string): ContinuoError {
  return new ContinuoError(
    'CODEC_UNKNOWN',
    `${model} counts in beats (${beatCodec.id}): it goes on from MIDI files, and does not play live.`,
    `continuo continue IN.mid --model ${model} --output OUT.mid; to play with, take another model, such as piano-pop.`,
  );
}

/** What a plugin plays live with. Throws CODEC_UNKNOWN where it does not play live. */
export function liveExtension(definition: PluginDefinition, plugin: string): LiveExtension {
  if (definition.live) return definition.live;
  throw new ContinuoError(
    'CODEC_UNKNOWN',
    `The plugin ${plugin} has no codec to play live with.`,
    'The plugins piano and folk play live.',
  );
}

/** Throws MODEL_MISMATCH where a model and a codec do not speak the same tokens, and MODEL_BROKEN. */
export function checkVocabulary(
  codec: Pick<Codec, 'id' | 'vocabulary'>,
  metadata: ModelMetadata,
  inputs: number,
  outputs: number,
  path: string,
): void {
  const { size, hash } = codec.vocabulary;
  const numbers = parseCounting(metadata.counting, inputs, outputs)?.numbers ?? 0;
  if (metadata.vocabularyHash === hash && inputs === size + numbers && outputs === size) return;
  throw new ContinuoError(
    'MODEL_MISMATCH',
    `${path} was trained with vocabulary ${metadata.vocabularyHash} (${inputs} classes in, ${outputs} out); ` +
      `the codec ${codec.id} has ${hash} (${size} classes).`,
    'Use a model that was trained with this version of the codec, or train it again.',
  );
}

/** Draws whose randomness depends on (seed, branch, how many were drawn in the branch) alone. */
export function drawsOf(classes: number, seed: number, specs: ParamSpecs): Ensemble['draws'] {
  const sampler = createSampler(classes);
  const samplerSettings = settingsBy(specs);
  return (branch, params, drawn = 0) => {
    const settings = samplerSettings(params);
    let index = drawn;
    return (logits, mask) => sampler.draw(logits, settings, mask, uniform(seed, branch, index++));
  };
}

/** The parameters that have the sampler's roles, where the plugin declares them. */
function settingsBy(specs: ParamSpecs): (params: ParamValues) => SamplerSettings {
  const temperature = idOfRole(specs, 'temperature');
  const topK = idOfRole(specs, 'topK');
  const topP = idOfRole(specs, 'topP');
  const value = (params: ParamValues, id: string | undefined, neutral: number) =>
    Number((id === undefined ? null : params[id]) ?? neutral);
  return (params) => ({
    temperature: value(params, temperature, 1),
    topK: value(params, topK, 0),
    topP: value(params, topP, 1),
  });
}
