/**
 * Networks and how they are drawn from: `continuo/model`. A {@link StepEngine} takes a token and gives logits, a {@link Sampler} draws
 * from them, by random numbers that are a function of seed, branch and index ({@link uniform}). The readers of JSON say where in a
 * file something is wrong. It runs in a browser too.
 */

export { float16sAt } from './base64-float16.js';
export type { EngineName, LayerState, NetworkState, Precision, StepEngine } from './engine.js';
export { type ModelMetadata, type ParsedModel, parseModel } from './folder.js';
export { arrayAt, broken, numberAt, objectAt, sizeAt, stringAt } from './json.js';
export { type Memory, MemoryEngine } from './memory/memory-engine.js';
export type { Network } from './network.js';
export { type EngineOptions, openEngine } from './open.js';
export { uniform } from './random.js';
export { createSampler, type Draw, type Sample, type Sampler, type SamplerSettings } from './sampler.js';
export type { NetworkSpec } from './spec.js';
export {
  Tap,
  type TapChoice,
  TapFrame,
  type TapInput,
  type TapLink,
  TapReader,
  type TapShape,
  watchTokens,
} from './tap/index.js';
export { type LogitCorrection, type NetworkHalf, TwoNetworks } from './two-networks.js';
