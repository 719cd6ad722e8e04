/** All that a plugin is written against. */
export type {
  Codec,
  Onset,
  PerformanceCodec,
  PlayingStyle,
  Pulse,
  RecentPlay,
  StreamEvent,
  StreamOptions,
  StreamParams,
  StreamSnapshot,
  TokenStream,
  Voice,
} from '../codec/codec.js';
export {
  codecById,
  type Fields,
  type Packed,
  packed,
  type Reading,
  range,
  type TokenRange,
  type Vocabulary,
  vocabulary,
} from '../codec/index.js';
export { ContinuoError, type ErrorCode } from '../errors.js';
export { type Key, keyOfShares } from '../music/key.js';
export type { PerformanceEvent } from '../music/note.js';
export { API_VERSION } from './api-version.js';
export type { ComposeExtension, ComposesAlone, ComposesWithModel } from './compose.js';
export type {
  ComposeDescriptor,
  ComposeOption,
  ComposeOptions,
  ExportFormat,
  PieceEdit,
} from './compose-descriptor.js';
export type {
  ComposeRequest,
  Composer,
  ComposerModel,
  ComposeWatch,
  GivenPiece,
  OptionShapes,
  OptionValues,
  Piece,
  PieceCodec,
} from './composer.js';
export type {
  CodecOpening,
  CorpusCodec,
  CorpusExample,
  CorpusExtension,
  CorpusSource,
  CorpusSummary,
  CorpusWarning,
  EncodedExample,
  EndedTraining,
  LearntPiece,
  PieceStatistics,
  SplitExample,
  TokenFeatures,
  TrainerFacts,
  UsedExample,
} from './corpus.js';
export type { CorpusAid, CorpusDescriptor, CorpusSplit, DerivedFile } from './corpus-descriptor.js';
export { definePlugin, type ParamValues, type PluginDefinition } from './definition.js';
export type { ExtensionName, PluginDescriptor } from './descriptor.js';
export type { Grammar, GrammarContext, LiveExtension, NotationOptions, PluginVoice } from './live.js';
export type { MemoryExtension } from './memory.js';
export type { ModelPair, PairedModel } from './model-pair.js';
export {
  MOST_RINGING,
  type OfflineExtension,
  type OfflineModel,
  type OfflinePart,
  type OfflineRequest,
} from './offline.js';
export type { OfflineDescriptor, OfflineOption, OfflineOptions } from './offline-descriptor.js';
export type { OwnState } from './own-state.js';
export {
  checkParam,
  type ParamRole,
  type ParamShapes,
  type ParamSpec,
  type ParamSpecs,
  type ParamValue,
  type ValuesOf,
} from './params.js';
export type { Predictor, PredictorExtension } from './predictor.js';
