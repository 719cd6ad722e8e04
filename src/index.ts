/**
 * Continuo as a library: codecs, model folders and their engines, tunes, MIDI files and the session, none of which needs
 * Node. Plugins are written against `continuo/plugin`. Errors thrown on purpose are of class {@link ContinuoError}, with
 * a code of docs/ERRORS.md.
 */

// Codecs translate between music and tokens: `performance388.encode(performance).tokens`, and back.
export * from './codec/index.js';
export { ContinuoError, ERROR_CODES, type ErrorCode } from './errors.js';
export type { EngineName, LayerState, NetworkState, Precision, StepEngine } from './model/engine.js';
export { type ModelMetadata, type ParsedModel, parseModel } from './model/folder.js';
export type { Network } from './model/network.js';
export { type EngineOptions, openEngine } from './model/open.js';
export { uniform } from './model/random.js';
export { createSampler, type Draw, type Sampler, type SamplerSettings } from './model/sampler.js';
export type { NetworkSpec } from './model/spec.js';
// A tap shows what a network does while it plays: `Tap` in a session, `TapReader` wherever it is looked at, `watchTokens` for a whole piece.
export {
  Tap,
  type TapChoice,
  TapFrame,
  type TapInput,
  type TapLink,
  TapReader,
  type TapShape,
  watchTokens,
} from './model/tap/index.js';
// Music files: tunes in ABC, pieces in MIDI, and a piece as notes and pedal in seconds.
export {
  type AbcToken,
  type Alteration,
  abcTokens,
  type Bar,
  type BarLine,
  type Broken,
  barLength,
  barsOfTune,
  type ChordNote,
  checkTune,
  type Dropped,
  type ElementOf,
  type Finding,
  type Findings,
  type Fraction,
  fraction,
  type Goal,
  INSTRUMENTS,
  joinTokens,
  type Key,
  keyText,
  LETTERS,
  type Meter,
  MODES,
  meterText,
  NOWHERE,
  numbered,
  type Place,
  type ReadTune,
  type Refusal,
  readAbc,
  readKey,
  readMeter,
  type SoundingNote,
  soundingNotes,
  type TokenKind,
  type Tonic,
  type TransposedText,
  type Tune,
  type TuneElement,
  transposeText,
  transposeTune,
  type Warning,
  type WrittenPitch,
  writeAbc,
  writtenAbove,
} from './music/abc/index.js';
export { readMidi, writeMidi } from './music/midi/index.js';
export type { Note, PedalChange, Performance, PerformanceEvent } from './music/note.js';
export { toPerformance } from './music/to-performance.js';
export type { CodecMetadata } from './performer/codec-metadata.js';
// The session decides whose turn it is and what the model plays when. It has no clock: `advance` is called with the time.
// `openPerformer` puts a plugin and a model together into the parts of a session; `drawFactory` makes the function that draws tokens,
// and `continuePerformance` continues a piece without a clock.
export { continuePerformance } from './performer/continuation.js';
export { drawFactory } from './performer/draw-factory.js';
// Models: `openModel` opens a folder, through a function that reads its files, with the memories that its model.json declares (counted
// bars, recall, cache, chord loop); `parseModel` and `openEngine` open the network alone. A sampler draws a token from a step's logits,
// with random numbers that are a function of seed, branch and index (`uniform`).
export type { MemorySwitches, ModelEngineOptions } from './performer/model-engine.js';
export {
  type ModelCodec,
  type OpenModel,
  type OpenModelOptions,
  openModel,
  type ReadModelFile,
} from './performer/open-model.js';
export { type OpenPerformerOptions, openPerformer } from './performer/open-performer.js';
export type { LoadedPlugin, Performer, PerformerOptions } from './performer/performer.js';
export { type PluginDescriptor, parseDescriptor } from './plugin/descriptor.js';
// A `Band` is a session of several members, who hear each other.
export { Band } from './session/band.js';
export type { BandParts, MemberParts } from './session/band-parts.js';
export type { Mode, SessionCommand } from './session/commands.js';
export type { SessionEvent, SessionPhase } from './session/events.js';
export type { Output } from './session/ledger.js';
export { Session, type SessionParts } from './session/session.js';
export type { TakeRecord } from './session/take.js';
