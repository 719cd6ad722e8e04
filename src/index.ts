/** Continuo as a library: codecs, model folders and their engines, and the session, none of which needs Node. */
export * from './codec/index.js';
export { ContinuoError, ERROR_CODES, type ErrorCode } from './errors.js';
export type { EngineName, NetworkState, Precision, StepEngine } from './model/engine.js';
export { type ModelMetadata, type ParsedModel, parseModel } from './model/folder.js';
export type { Network } from './model/network.js';
export { type EngineOptions, openEngine } from './model/open.js';
export { uniform } from './model/random.js';
export { createSampler, type Sampler, type SamplerSettings } from './model/sampler.js';
export type { NetworkSpec } from './model/spec.js';
export * from './music/abc/index.js';
export { readMidi, writeMidi } from './music/midi/index.js';
export type { Note, PedalChange, Performance, PerformanceEvent } from './music/note.js';
export { toPerformance } from './music/to-performance.js';
export type { Mode, SessionCommand } from './session/commands.js';
export type { SessionEvent, SessionPhase } from './session/events.js';
export type { Output } from './session/ledger.js';
export { Session, type SessionParts } from './session/session.js';
